package sde

// SRATableau is a stochastic Runge-Kutta method of strong order 1.5 for additive
// noise as data: Rössler (2010), SIAM J. Numer. Anal. 48, eq. (6.6),
//
//	Y_i = y + h sum_j A_ij f(t + C0_j h, Y_j) + sum_j B_ij g(t + C1_j h) dz/h
//	y1  = y + h sum_i Alpha_i f(t + C0_i h, Y_i) + sum_i g(t + C1_i h) (Beta1_i dw + Beta2_i dz/h)
//
// with A and B strictly lower triangular and dz = I_(1,0). [SRATableau.Check]
// tells whether the coefficients keep that order.
type SRATableau struct {
	Name                string
	A, B                [][]float64 // s rows, row i of length i
	C0, C1              []float64   // s
	Alpha, Beta1, Beta2 []float64   // s
}

// NewSRA returns the method of a tableau that passes its Check; t must not change
// afterwards.
func NewSRA(t SRATableau) (Method, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	return sra{&t}, nil
}

type sra struct{ *SRATableau }

func (m sra) Name() string { return m.SRATableau.Name }

// Orders have the weak order 2, because the terms of h^(5/2) that a strong order of
// 1.5 leaves in a step are odd in the noise, and have no mean.
func (sra) Orders(_ Calculus, noise Kind) Orders {
	if noise == Additive {
		return Orders{Strong: 1.5, Weak: 2}
	}
	return Orders{}
}

func (sra) SpaceTime() bool { return true }

func (m sra) NewStepper(sys Rows, _ Calculus, capacity int) Stepper {
	stages, n := len(m.Alpha), capacity*sys.Dim()
	s := &sraStepper{
		SRATableau: m.SRATableau, sys: sys, stage: make([]float64, n), noise: make([]float64, capacity*sys.NoiseDim()),
		f: make([][]float64, stages), g: make([][]float64, stages),
	}
	for i := range stages {
		s.f[i], s.g[i] = make([]float64, n), make([]float64, n)
	}
	return s
}

type sraStepper struct {
	*SRATableau
	sys   Rows
	f, g  [][]float64 // of every stage: the drift, and g dz/h
	stage []float64
	noise []float64
}

func (s *sraStepper) Step(y1 []float64, t, h float64, y, dw, dz []float64) {
	stage, noise := s.stage[:len(y)], s.noise[:len(dw)]
	copy(y1, y)
	for i := range s.Alpha {
		copy(stage, y)
		for j, a := range s.A[i] {
			addScaled(stage, h*a, s.f[j])
			addScaled(stage, s.B[i][j], s.g[j])
		}
		s.sys.DerivRows(s.f[i][:len(y)], t+s.C0[i]*h, stage)
		addScaled(y1, h*s.Alpha[i], s.f[i])
		if s.Beta1[i] != 0 || s.Beta2[i] != 0 {
			for q, w := range dw {
				noise[q] = s.Beta1[i]*w + s.Beta2[i]*dz[q]/h
			}
			s.sys.AddNoiseRows(y1, t+s.C1[i]*h, y, noise)
		}
		if used(s.B, i) {
			for q, z := range dz {
				noise[q] = z / h
			}
			clear(s.g[i])
			s.sys.AddNoiseRows(s.g[i][:len(y)], t+s.C1[i]*h, y, noise)
		}
	}
}

// used tells whether column j of a lower triangular matrix has an entry that is not 0.
func used(a [][]float64, j int) bool {
	for _, row := range a[j+1:] {
		if row[j] != 0 {
			return true
		}
	}
	return false
}

// addScaled adds a x to dst, of which x may be a longer part.
func addScaled(dst []float64, a float64, x []float64) {
	if a == 0 {
		return
	}
	for k := range dst {
		dst[k] += a * x[k]
	}
}
