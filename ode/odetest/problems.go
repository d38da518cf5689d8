package odetest

import "math"

// Oscillation is y” = -y over one turn and a half.
func Oscillation() Problem {
	return exact(Problem{
		Name: "oscillation", T1: 3 * math.Pi,
		System: Func{2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[1], -y[0] }},
	}, 2, func(y []float64, t float64) { y[0], y[1] = math.Cos(t), -math.Sin(t) })
}

// Logistic is y' = (1 + cos t) y (1 - y), growth under seasons: nonlinear, and time enters everywhere. With s = t + sin t the
// solution is 1 / (1 + 9 exp(-s)).
func Logistic() Problem {
	return exact(Problem{
		Name: "logistic", T1: 5,
		System: Func{1, func(dy []float64, t float64, y []float64) { dy[0] = (1 + math.Cos(t)) * y[0] * (1 - y[0]) }},
	}, 1, func(y []float64, t float64) { y[0] = 1 / (1 + 9*math.Exp(-t-math.Sin(t))) })
}

// Quadrature is y' = 2 t cos t^2, which depends on time alone; y = sin t^2.
func Quadrature() Problem {
	return exact(Problem{
		Name: "quadrature", T0: -1, T1: 2,
		System: Func{1, func(dy []float64, t float64, _ []float64) { dy[0] = 2 * t * math.Cos(t*t) }},
	}, 1, func(y []float64, t float64) { y[0] = math.Sin(t * t) })
}

// Stiff is the linear system with eigenvalues -1 and -50 along (1, 1) and (1, -1).
func Stiff() Problem {
	return exact(Problem{
		Name: "stiff", T1: 2,
		System: Func{2, func(dy []float64, _ float64, y []float64) {
			slow, fast := (y[0]+y[1])/2, (y[0]-y[1])/2
			dy[0], dy[1] = -slow-50*fast, -slow+50*fast
		}},
	}, 2, func(y []float64, t float64) {
		slow, fast := math.Exp(-t), math.Exp(-50*t)
		y[0], y[1] = slow+fast, slow-fast
	})
}

// Kepler is a planet on an ellipse of eccentricity e, begun at the perihelion, until the given end; a turn takes 2 pi. These are the problems
// D of Hull, Enright, Fellen and Sedgwick (1972), "Comparing numerical methods for ordinary differential equations", SIAM J. Numer.
// Anal. 9, where the end is 20. With E - e sin E = t the planet is at (cos E - e, sqrt(1 - e^2) sin E).
func Kepler(e, end float64) Problem {
	return exact(Problem{
		Name: "kepler", T1: end,
		System: Func{4, func(dy []float64, _ float64, y []float64) {
			r2 := y[0]*y[0] + y[1]*y[1]
			r3 := r2 * math.Sqrt(r2)
			dy[0], dy[1], dy[2], dy[3] = y[2], y[3], -y[0]/r3, -y[1]/r3
		}},
	}, 4, func(y []float64, t float64) {
		sin, cos := math.Sincos(eccentricAnomaly(e, t))
		minor := math.Sqrt(1 - e*e)
		rate := 1 / (1 - e*cos)
		y[0], y[1], y[2], y[3] = cos-e, minor*sin, -rate*sin, rate*minor*cos
	})
}

// eccentricAnomaly returns E with E - e sin E = t, by Newton's method from the far side of the root, whence it converges.
func eccentricAnomaly(e, t float64) float64 {
	anomaly := t + math.Copysign(e, math.Sin(t))
	for range 20 {
		anomaly -= (anomaly - e*math.Sin(anomaly) - t) / (1 - e*math.Cos(anomaly))
	}
	return anomaly
}

// Brusselator is the chemical oscillator of Hairer, Norsett and Wanner (1993), II.4, with the answer to 16 digits.
func Brusselator() Problem {
	return Problem{
		Name: "brusselator", T1: 20,
		System: Func{2, func(dy []float64, _ float64, y []float64) {
			u2v := y[0] * y[0] * y[1]
			dy[0], dy[1] = 1+u2v-4*y[0], 3*y[0]-u2v
		}},
		Y0:  []float64{1.5, 3},
		End: []float64{0.4986370712683478, 4.596780349452011},
	}
}

// Arenstorf is the satellite that returns to its start after one period of the restricted three body problem, Hairer, Norsett and
// Wanner (1993), II.0, eqs (0.1) and (0.2).
func Arenstorf() Problem {
	const mu, nu = 0.012277471, 1 - 0.012277471
	start := []float64{0.994, 0, 0, -2.00158510637908252240537862224}
	return Problem{
		Name: "arenstorf", T1: 17.0652165601579625588917206249,
		System: Func{4, func(dy []float64, _ float64, y []float64) {
			cube := func(x float64) float64 { return math.Pow(x*x+y[1]*y[1], 1.5) }
			d1, d2 := cube(y[0]+mu), cube(y[0]-nu)
			dy[0], dy[1] = y[2], y[3]
			dy[2] = y[0] + 2*y[3] - nu*(y[0]+mu)/d1 - mu*(y[0]-nu)/d2
			dy[3] = y[1] - 2*y[2] - nu*y[1]/d1 - mu*y[1]/d2
		}},
		Y0: start, End: start,
	}
}

// VanDerPol is y” = mu (1 - y^2) y' - y, mild for small mu. Its answer is not known in closed form.
func VanDerPol(mu float64) Func {
	return Func{2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[1], mu*(1-y[0]*y[0])*y[1]-y[0] }}
}

// Pleiades is the seven bodies of Hairer, Norsett and Wanner (1993), II.10, p. 245, with an answer computed in quadruple precision.
func Pleiades() Problem {
	return Problem{
		Name: "pleiades", T1: 3,
		System: Func{28, pleiades},
		Y0: []float64{
			3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4,
			0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0,
		},
		End: []float64{
			0.37061391439705127, 3.237284092057233, -3.2225590324183235, 0.6597091455775308, 0.342558170715658, 1.5621721014006311, -0.7003092922212495,
			-3.943437585517392, -3.27138097397255, 5.225081843456544, -2.5906124349774693, 1.1982136933922747, -0.24296823449358235, 1.0914492404289797,
			3.4170038063143147, 1.3545845016255011, -2.5900655978107756, 2.025053734714241, -1.155815100160449, -0.8072988170223022, 0.5952396354208719,
			-3.7412449612340084, 0.3773459685750629, 0.9386858869551079, 0.36679222272005696, -0.3474046353808494, 2.344915448180937, -1.947020434263292,
		},
	}
}

// pleiades is the right-hand side: x (7), y (7) and their rates; body j has mass j+1.
func pleiades(dy []float64, _ float64, y []float64) {
	dy, y = dy[:28], y[:28]
	for i := range 7 {
		sumX, sumY := 0.0, 0.0
		for j := range 7 {
			if j == i {
				continue
			}
			dX, dY := y[j]-y[i], y[7+j]-y[7+i]
			r2 := dX*dX + dY*dY
			w := float64(j+1) / (r2 * math.Sqrt(r2))
			sumX += w * dX
			sumY += w * dY
		}
		dy[i], dy[7+i], dy[14+i], dy[21+i] = y[14+i], y[21+i], sumX, sumY
	}
}
