package sde

import "math"

// Milstein returns the method
//
//	y1 = y + h f + g dw + sum_jl (g_j . d/dy) g_l I_jl
//	I_jl = (dw_j dw_l - h [j = l])/2 for Itô equations, dw_j dw_l/2 for Stratonovich's
//
// of strong order 1 for noise whose columns g_j commute: Kloeden and Platen (1992),
// eqs. (10.3.16) and (10.3.17). Where they do not, it needs Lévy areas, which a
// path has not.
//
// The derivatives are those of a [NoiseSlope]. Without, they are differences: for
// Itô equations with the support Y_j = y + h f + sqrt(h) g_j, loc. cit. eq. (11.1.7),
//
//	sum_jl (g_l(t, Y_j) - g_l(t, y)) I_jl / sqrt(h)
//
// and for Stratonovich's, where I_jj has a mean, in the direction of the noise
// itself, whose error is odd in dw:
//
//	(g(t, y + g dw) - g(t, y)) dw/2
func Milstein() Method { return milstein{} }

type milstein struct{}

func (milstein) Name() string { return "milstein" }

func (milstein) Orders(_ Calculus, noise Kind) Orders {
	if noise == General {
		return Orders{}
	}
	return Orders{Strong: 1, Weak: 1}
}

func (milstein) SpaceTime() bool { return false }

func (milstein) NewStepper(sys Rows, calculus Calculus, capacity int) Stepper {
	n, m := capacity*sys.Dim(), capacity*sys.NoiseDim()
	s := &milsteinStepper{
		sys: sys, calculus: calculus, columns: newColumns(sys, capacity),
		f: make([]float64, n), g: make([]float64, n), support: make([]float64, n), integrals: make([]float64, m), rest: make([]float64, m),
	}
	s.slope, _ = capability[NoiseSlope](sys)
	return s
}

type milsteinStepper struct {
	sys             Rows
	calculus        Calculus
	columns         *columns
	slope           NoiseSlope // nil: there is none
	f, g, support   []float64
	integrals, rest []float64 // I_j. of a column j, and the noise that is left for y
}

func (s *milsteinStepper) Step(y1 []float64, t, h float64, y, dw, _ []float64) {
	f := s.f[:len(y)]
	s.sys.DerivRows(f, t, y)
	for k, yk := range y {
		y1[k] = yk + h*f[k]
	}
	switch {
	case s.sys.Noise() == Additive:
		s.sys.AddNoiseRows(y1, t, y, dw)
	case s.calculus == StratonovichCalculus:
		s.addAlong(y1, t, y, dw)
	default:
		s.addByColumn(y1, t, h, y, dw)
	}
}

// addAlong adds the noise and half its change in its own direction.
func (s *milsteinStepper) addAlong(y1 []float64, t float64, y, dw []float64) {
	g, half := s.g[:len(y)], s.integrals[:len(dw)]
	clear(g)
	s.sys.AddNoiseRows(g, t, y, dw)
	for q, w := range dw {
		half[q] = w / 2
	}
	if s.slope != nil {
		for k := range y1 {
			y1[k] += g[k]
		}
		s.slope.AddNoiseSlope(y1, t, y, g, half)
		return
	}
	support := s.support[:len(y)]
	for k, yk := range y {
		y1[k] += g[k] / 2
		support[k] = yk + g[k]
	}
	s.sys.AddNoiseRows(y1, t, support, half)
}

// addByColumn adds the noise and, column by column, the change of all columns in
// the direction of one.
func (s *milsteinStepper) addByColumn(y1 []float64, t, h float64, y, dw []float64) {
	g, support, integrals, rest := s.g[:len(y)], s.support[:len(y)], s.integrals[:len(dw)], s.rest[:len(dw)]
	root := math.Sqrt(h)
	copy(rest, dw)
	for j := range s.columns.count {
		s.columns.column(g, t, y, j)
		s.integrate(integrals, h, dw, j)
		if s.slope != nil {
			s.slope.AddNoiseSlope(y1, t, y, g, integrals)
			continue
		}
		for k, yk := range y {
			support[k] = yk + h*s.f[k] + root*g[k]
		}
		for q := range integrals {
			integrals[q] /= root
			rest[q] -= integrals[q]
		}
		s.sys.AddNoiseRows(y1, t, support, integrals)
	}
	s.sys.AddNoiseRows(y1, t, y, rest)
}

// integrate writes I_jl of every l of every row to dst; where the columns do not
// meet, I_ll.
func (s *milsteinStepper) integrate(dst []float64, h float64, dw []float64, j int) {
	m := s.columns.noiseDim
	for from := 0; from < len(dw); from += m {
		for l, w := range dw[from : from+m] {
			with, mean := dw[from+j], 0.0
			if s.columns.apart() {
				with = w
			}
			if s.columns.apart() || l == j {
				mean = h
			}
			dst[from+l] = (with*w - mean) / 2
		}
	}
}
