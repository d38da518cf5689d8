package sde

import "math"

// SRITableau is a stochastic Runge-Kutta method of strong order 1.5 for Itô
// equations with scalar or diagonal noise as data: Rössler (2010), SIAM J. Numer.
// Anal. 48, eq. (6.1). Component by component,
//
//	Y_i = y + h sum_j A0_ij f(t + C0_j h, Y_j) + sum_j B0_ij g(t + C1_j h, Z_j) dz/h
//	Z_i = y + h sum_j A1_ij f(t + C0_j h, Y_j) + sum_j B1_ij g(t + C1_j h, Z_j) sqrt(h)
//	y1  = y + h sum_i Alpha_i f(t + C0_i h, Y_i) + sum_i g(t + C1_i h, Z_i) I_i
//	I_i = Beta1_i dw + Beta2_i I_11/sqrt(h) + Beta3_i dz/h + Beta4_i I_111/h
//
// with strictly lower triangular matrices, dz = I_(1,0), I_11 = (dw^2 - h)/2 and
// I_111 = (dw^3 - 3 h dw)/6. [SRITableau.Check] tells whether the coefficients
// keep that order.
type SRITableau struct {
	Name                              string
	A0, A1, B0, B1                    [][]float64 // s rows, row i of length i
	C0, C1                            []float64   // s
	Alpha, Beta1, Beta2, Beta3, Beta4 []float64   // s
}

// NewSRI returns the method of a tableau that passes its Check; t must not change
// afterwards.
func NewSRI(t SRITableau) (Method, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	return sri{&t}, nil
}

type sri struct{ *SRITableau }

func (m sri) Name() string { return m.SRITableau.Name }

// Orders have no more than the weak order 1.5 that a strong one of 1.5 implies:
// sqrt(h) in the stages leaves terms of h^(5/2) in the mean, though not where f
// and g are linear.
func (sri) Orders(calculus Calculus, noise Kind) Orders {
	if calculus == ItoCalculus && (noise == Scalar || noise == Diagonal) {
		return Orders{Strong: 1.5, Weak: 1.5}
	}
	return Orders{}
}

func (sri) SpaceTime() bool { return true }

func (m sri) NewStepper(sys Rows, _ Calculus, capacity int) Stepper {
	stages, n := len(m.Alpha), capacity*sys.Dim()
	s := &sriStepper{
		SRITableau: m.SRITableau, sys: sys, columns: newColumns(sys, capacity),
		dw: make([]float64, n), dz: make([]float64, n), stage: make([]float64, n),
		f: make([][]float64, stages), g: make([][]float64, stages),
	}
	for i := range stages {
		s.f[i], s.g[i] = make([]float64, n), make([]float64, n)
	}
	return s
}

type sriStepper struct {
	*SRITableau
	sys     Rows
	columns *columns
	dw, dz  []float64   // the noise of every component of every row; dz by h
	f, g    [][]float64 // of every stage
	stage   []float64
}

func (s *sriStepper) Step(y1 []float64, t, h float64, y, dw, dz []float64) {
	s.spread(s.dw[:len(y)], 1, dw)
	s.spread(s.dz[:len(y)], 1/h, dz)
	copy(y1, y)
	for i := range s.Alpha {
		if s.Alpha[i] != 0 || used(s.A0, i) || used(s.A1, i) {
			s.drift(i, t, h, y)
			addScaled(y1, h*s.Alpha[i], s.f[i])
		}
		s.noise(i, t, h, y)
		s.addNoise(y1, h, i)
	}
}

// drift evaluates f at Y_i.
func (s *sriStepper) drift(i int, t, h float64, y []float64) {
	stage, dz := s.stage[:len(y)], s.dz[:len(y)]
	copy(stage, y)
	for j, a := range s.A0[i] {
		addScaled(stage, h*a, s.f[j])
		if b := s.B0[i][j]; b != 0 {
			for k, z := range dz {
				stage[k] += b * s.g[j][k] * z
			}
		}
	}
	s.sys.DerivRows(s.f[i][:len(y)], t+s.C0[i]*h, stage)
}

// noise evaluates g at Z_i.
func (s *sriStepper) noise(i int, t, h float64, y []float64) {
	stage := s.stage[:len(y)]
	copy(stage, y)
	for j, a := range s.A1[i] {
		addScaled(stage, h*a, s.f[j])
		addScaled(stage, math.Sqrt(h)*s.B1[i][j], s.g[j])
	}
	s.columns.column(s.g[i][:len(y)], t+s.C1[i]*h, stage, 0)
}

// addNoise adds g_i I_i to y1.
func (s *sriStepper) addNoise(y1 []float64, h float64, i int) {
	root := math.Sqrt(h)
	for k := range y1 {
		w := s.dw[k]
		twice, thrice := (w*w-h)/2, (w*w-3*h)*w/6
		y1[k] += s.g[i][k] * (s.Beta1[i]*w + s.Beta2[i]*twice/root + s.Beta3[i]*s.dz[k] + s.Beta4[i]*thrice/h)
	}
}

// spread writes a times the noise of every component to dst: of a row's only one,
// if the noise is scalar.
func (s *sriStepper) spread(dst []float64, a float64, noise []float64) {
	each := len(dst) / len(noise)
	for k := range dst {
		dst[k] = a * noise[k/each]
	}
}
