package sdetest

import (
	"math"

	"credo/sde"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// WeakProblems returns problems with all kinds of noise, in both calculi.
func WeakProblems() []WeakProblem {
	return []WeakProblem{
		dampedMoments(), Squared(),
		geometricMoments(GeometricScalar()), geometricMoments(GeometricDiagonal()), geometricMoments(GeometricCommuting()),
		hyperbolicMoments(Hyperbolic()), hyperbolicMoments(HyperbolicDiagonal()), hyperbolicMoments(HyperbolicCommuting()), Sheared(),
		geometricMoments(InStratonovich(GeometricScalar())), geometricMoments(InStratonovich(GeometricDiagonal())),
		hyperbolicMoments(InStratonovich(Hyperbolic())), hyperbolicMoments(InStratonovich(HyperbolicCommuting())),
		weakInStratonovich(Sheared()),
	}
}

func weakInStratonovich(p WeakProblem) WeakProblem {
	p.Name += ", Stratonovich"
	p.System = inStratonovich(p.System)
	return p
}

// powers are y_k^1..4 of every component, and the product of all.
func powers(dst, y []float64) {
	dst[len(dst)-1] = 1
	for k, yk := range y {
		dst[4*k], dst[4*k+1], dst[4*k+2], dst[4*k+3] = yk, yk*yk, yk*yk*yk, yk*yk*yk*yk
		dst[len(dst)-1] *= yk
	}
}

// normalPowers are the moments 1 to 4 of a normal.
func normalPowers(mean, variance float64) []float64 {
	return []float64{mean, mean*mean + variance, mean * (mean*mean + 3*variance), math.Pow(mean, 4) + 6*mean*mean*variance + 3*variance*variance}
}

// dampedMoments are those of the damped motion, which is normal.
func dampedMoments() WeakProblem {
	p := DampedAdditive()
	return WeakProblem{
		Name: p.Name, System: p.System, Y0: p.Y0, Moments: func(dst, y []float64) { powers(dst, y) },
		Exact: func(t float64) []float64 {
			y, deviation := []float64{0}, []float64{0}
			p.Exact(y, t, []float64{0})
			p.Exact(deviation, t, []float64{math.Sqrt(t)})
			moments := normalPowers(y[0], (deviation[0]-y[0])*(deviation[0]-y[0]))
			return append(moments, y[0])
		},
	}
}

// geometricMoments are those of a geometric motion, whose logarithm is normal:
//
//	E prod_k y_k^n_k = exp(n . mean + |n sigma|^2 t/2)
func geometricMoments(p Problem) WeakProblem {
	dim, noises := len(p.Y0), p.System.NoiseDim()
	return WeakProblem{
		Name: p.Name, System: p.System, Y0: p.Y0, Moments: powers,
		Exact: func(t float64) []float64 {
			sigma, mean := normalForm(p, math.Log, t, dim, noises)
			moment := func(n []float64) float64 {
				row := make([]float64, noises)
				for k, s := range sigma {
					floats.AddScaled(row, n[k], s)
				}
				return math.Exp(floats.Dot(n, mean) + floats.Dot(row, row)*t/2)
			}
			var moments []float64
			n, all := make([]float64, dim), make([]float64, dim)
			for k := range n {
				for n[k] = 1; n[k] <= 4; n[k]++ {
					moments = append(moments, moment(n))
				}
				n[k], all[k] = 0, 1
			}
			return append(moments, moment(all))
		},
	}
}

// normalForm reads straighten(y(t)) = mean + sigma W off the solution.
func normalForm(p Problem, straighten func(float64) float64, t float64, dim, noises int) (sigma [][]float64, mean []float64) {
	y, w := make([]float64, dim), make([]float64, noises)
	at := func() []float64 {
		p.Exact(y, t, w)
		x := make([]float64, dim)
		for k, yk := range y {
			x[k] = straighten(yk)
		}
		return x
	}
	mean, sigma = at(), make([][]float64, dim)
	for k := range sigma {
		sigma[k] = make([]float64, noises)
	}
	for j := range w {
		clear(w)
		w[j] = 1
		for k, x := range at() {
			sigma[k][j] = x - mean[k]
		}
	}
	return sigma, mean
}

// hyperbolicMoments are those of x_k = arsinh y_k, which are normal.
func hyperbolicMoments(p Problem) WeakProblem {
	dim, noises := len(p.Y0), p.System.NoiseDim()
	return WeakProblem{
		Name: p.Name, System: p.System, Y0: p.Y0,
		Moments: func(dst, y []float64) {
			x := make([]float64, dim)
			for k, yk := range y {
				x[k] = math.Asinh(yk)
			}
			powers(dst, x)
		},
		Exact: func(t float64) []float64 {
			sigma, mean := normalForm(p, math.Asinh, t, dim, noises)
			moments, product := []float64{}, 1.0
			for k, m := range mean {
				moments = append(moments, normalPowers(m, floats.Dot(sigma[k], sigma[k])*t)...)
				product *= m
			}
			if dim == 2 {
				product += floats.Dot(sigma[0], sigma[1]) * t
			}
			return append(moments, product)
		},
	}
}

// Squared has additive noise and a drift that is not linear,
//
//	dx = -x dt + s dW,   dy = x^2 dt
//
// whose moments x, x^2, x^3, x^4, y, xy, x^2 y, y^2 obey linear equations.
func Squared() WeakProblem {
	const s, x0, y0 = 0.8, 0.7, 0.4
	moments := func(dst, y []float64) {
		x, y1 := y[0], y[1]
		copy(dst, []float64{x, x * x, x * x * x, x * x * x * x, y1, x * y1, x * x * y1, y1 * y1})
	}
	return WeakProblem{
		Name: "squared", Y0: []float64{x0, y0}, Moments: moments,
		System: equation{
			dim: 2, noiseDim: 1, kind: sde.Additive,
			drift: func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = -y[0], y[0]*y[0] },
			noise: func(dy []float64, _ float64, _, dw []float64) { dy[0] += s * dw[0] },
		},
		Exact: func(t float64) []float64 {
			m := mat.NewDense(9, 9, nil) // of 1, x, x^2, x^3, x^4, y, xy, x^2 y, y^2
			for _, e := range [][3]float64{
				{1, 1, -1}, {2, 2, -2}, {2, 0, s * s}, {3, 3, -3}, {3, 1, 3 * s * s}, {4, 4, -4}, {4, 2, 6 * s * s},
				{5, 2, 1}, {6, 6, -1}, {6, 3, 1}, {7, 7, -2}, {7, 5, s * s}, {7, 4, 1}, {8, 7, 2},
			} {
				m.Set(int(e[0]), int(e[1]), e[2])
			}
			start := make([]float64, 9)
			start[0] = 1
			moments(start[1:], []float64{x0, y0})
			return propagate(m, t, start)[1:]
		},
	}
}

// propagate is exp(m t) start.
func propagate(m *mat.Dense, t float64, start []float64) []float64 {
	var scaled, exponential mat.Dense
	scaled.Scale(t, m)
	exponential.Exp(&scaled)
	end := mat.NewVecDense(len(start), nil)
	end.MulVec(&exponential, mat.NewVecDense(len(start), start))
	return end.RawVector().Data
}

// Sheared is dx = A x dt + B_1 x dW_1 + B_2 x dW_2, whose matrices do not commute, seen in
// y = (x_1, x_2 + x_1^2): its noise is neither linear nor commutative, and x and its
// squares have moments that obey linear equations.
func Sheared() WeakProblem {
	a := [2][2]float64{{-0.5, 0.3}, {0.2, -0.4}}
	b := [2][2][2]float64{{{0.2, 0.5}, {0.1, 0.3}}, {{0.4, -0.1}, {0.6, 0.2}}}
	apply := func(m [2][2]float64, x [2]float64) [2]float64 {
		return [2]float64{m[0][0]*x[0] + m[0][1]*x[1], m[1][0]*x[0] + m[1][1]*x[1]}
	}
	straight := func(y []float64) [2]float64 { return [2]float64{y[0], y[1] - y[0]*y[0]} }
	x0 := [2]float64{0.6, 0.9}
	return WeakProblem{
		Name: "sheared", Y0: []float64{x0[0], x0[1] + x0[0]*x0[0]},
		System: equation{
			dim: 2, noiseDim: 2, kind: sde.General,
			drift: func(dy []float64, _ float64, y []float64) {
				x := straight(y)
				f, g1, g2 := apply(a, x), apply(b[0], x), apply(b[1], x)
				dy[0], dy[1] = f[0], f[1]+2*x[0]*f[0]+g1[0]*g1[0]+g2[0]*g2[0]
			},
			noise: func(dy []float64, _ float64, y, dw []float64) {
				x := straight(y)
				for j, w := range dw {
					g := apply(b[j], x)
					dy[0] += g[0] * w
					dy[1] += (g[1] + 2*x[0]*g[0]) * w
				}
			},
		},
		Moments: func(dst, y []float64) {
			x := straight(y)
			copy(dst, []float64{x[0], x[1], x[0] * x[0], x[0] * x[1], x[1] * x[0], x[1] * x[1]})
		},
		Exact: func(t float64) []float64 {
			first, second := mat.NewDense(2, 2, nil), mat.NewDense(4, 4, nil)
			for i, row := range a {
				for k, v := range row {
					first.Set(i, k, v)
					for l := range 2 {
						add(second, 2*i+l, 2*k+l, v)
						add(second, 2*l+i, 2*l+k, v)
					}
				}
			}
			for _, m := range b {
				for row := range 4 {
					for column := range 4 {
						add(second, row, column, m[row/2][column/2]*m[row%2][column%2])
					}
				}
			}
			squares := []float64{x0[0] * x0[0], x0[0] * x0[1], x0[1] * x0[0], x0[1] * x0[1]}
			return append(propagate(first, t, x0[:]), propagate(second, t, squares)...)
		},
	}
}

func add(m *mat.Dense, i, j int, v float64) { m.Set(i, j, m.At(i, j)+v) }
