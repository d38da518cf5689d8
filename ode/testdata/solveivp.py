# Errors of scipy's solve_ivp at the ends of odetest's nonstiff problems: python3 solveivp.py > solveivp.csv (python3-scipy of Debian 12: scipy 1.10).
# Columns: method, problem, rtol = atol, largest error of a component, evaluations.
import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import ellipj


def arenstorf(t, y):
    mu, nu = 0.012277471, 1 - 0.012277471
    d1, d2 = ((y[0] + mu) ** 2 + y[1] ** 2) ** 1.5, ((y[0] - nu) ** 2 + y[1] ** 2) ** 1.5
    return [y[2], y[3], y[0] + 2 * y[3] - nu * (y[0] + mu) / d1 - mu * (y[0] - nu) / d2, y[1] - 2 * y[2] - nu * y[1] / d1 - mu * y[1] / d2]


def pleiades(t, y):
    x, z, m = y[:7], y[7:14], np.arange(1, 8.0)
    dx, dz = x[None, :] - x[:, None], z[None, :] - z[:, None]
    r = dx * dx + dz * dz + np.eye(7)
    w = m[None, :] / (r * np.sqrt(r))
    return np.concatenate([y[14:], (w * dx).sum(1), (w * dz).sum(1)])


def brusselator(t, y):
    return [1 + y[0] ** 2 * y[1] - 4 * y[0], 3 * y[0] - y[0] ** 2 * y[1]]


def brusselator1d(t, y):
    a, u, v, d = 0.02 * 201**2, y[0::2], y[1::2], np.empty_like(y)
    up, vp = np.concatenate([[1], u, [1]]), np.concatenate([[3], v, [3]])
    d[0::2] = 1 + u * u * v - 4 * u + a * (up[:-2] - 2 * u + up[2:])
    d[1::2] = 3 * u - u * u * v + a * (vp[:-2] - 2 * v + vp[2:])
    return d


def laplace(u):
    p = np.pad(u, 1, mode="reflect")
    return p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:] - 4 * u


def brusselator2d(t, y):
    u, v = y.reshape(2, 21, 21)
    a, u2v = 0.002 * 400, u * u * v
    return np.concatenate([(1 + u2v - 4.4 * u + a * laplace(u)).ravel(), (3.4 * u - u2v + a * laplace(v)).ravel()])


def kepler(t, y):
    r3 = (y[0] ** 2 + y[1] ** 2) ** 1.5
    return [y[2], y[3], -y[0] / r3, -y[1] / r3]


def lorenz(t, y):
    return [10 * (y[1] - y[0]), 28 * y[0] - y[1] - y[0] * y[2], y[0] * y[1] - 8 / 3 * y[2]]


satellite = [0.994, 0, 0, -2.00158510637908252240537862224]
x = np.arange(1, 201) / 201
line = np.empty(400)
line[0::2], line[1::2] = 1 + np.sin(2 * np.pi * x), 3
i = np.arange(441)
square = np.concatenate([0.5 + (i // 21) / 20, 1 + 5 * (i % 21) / 20])
bodies = [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0]
PROBLEMS = [  # name, right-hand side, start, time and state at the end
    ("arenstorf", arenstorf, satellite, 17.0652165601579625588917206249, satellite),
    ("pleiades", pleiades, bodies, 3, [
        0.37061391439705127, 3.2372840920572332, -3.2225590324183235, 0.6597091455775308, 0.34255817071565797, 1.5621721014006311, -0.70030929222124949,
        -3.9434375855173922, -3.2713809739725499, 5.225081843456544, -2.5906124349774693, 1.1982136933922747, -0.24296823449358235, 1.0914492404289797,
        3.4170038063143147, 1.3545845016255011, -2.5900655978107756, 2.0250537347142412, -1.1558151001604491, -0.80729881702230222, 0.59523963542087188,
        -3.7412449612340084, 0.37734596857506292, 0.93868588695510791, 0.36679222272005696, -0.34740463538084942, 2.3449154481809371, -1.947020434263292]),
    ("brusselator", brusselator, [1.5, 3], 20, [0.4986370712683478, 4.596780349452011]),
    ("brusselator 1d", brusselator1d, line, 10, np.loadtxt("../odetest/brusselator1d.txt")),
    ("brusselator 2d", brusselator2d, square, 7.5, np.loadtxt("../odetest/brusselator2d.txt")),
    ("van der pol", lambda t, y: [y[1], 5 * (1 - y[0] ** 2) * y[1] - y[0]], [2, 0], 20, [-1.601296879542853908822, 0.1983266763386620845495]),
    ("kepler", kepler, [0.1, 0, 0, (1.9 / 0.1) ** 0.5], 20, [-1.2952662509875744, 0.40039389637923215, -0.6775390924707566, -0.12708381542786862]),
    ("rigid body", lambda t, y: [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]], [0, 1, 1], 20, ellipj(20, 0.51)[:3]),
    ("lorenz", lorenz, [1, 1, 1], 15, [-4.393109218383352621693, -2.069127193144469487409, 25.91452996907839786651]),
    ("fitzhugh-nagumo", lambda t, y: [y[0] - y[0] ** 3 / 3 - y[1] + 0.5, 0.08 * (y[0] + 0.7 - 0.8 * y[1])], [-1, 1], 100,
     [-0.4996639386443276845694, -0.2110703761291291325266]),
]
for method, tightest in ("RK23", 8), ("RK45", 11), ("DOP853", 11):
    for name, f, y0, t1, end in PROBLEMS:
        for k in range(3, tightest + 1):
            s = solve_ivp(f, (0, t1), y0, method=method, rtol=10.0**-k, atol=10.0**-k)
            print("%s,%s,1e-%02d,%.3g,%d" % (method, name, k, np.abs(s.y[:, -1] - end).max(), s.nfev), flush=True)
