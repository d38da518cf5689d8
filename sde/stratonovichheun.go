package sde

// StratonovichHeun returns, for Stratonovich equations with any noise, the method
//
//	Y  = y + h f(t, y) + g(t, y) dw
//	y1 = y + h/2 (f(t, y) + f(t+h, Y)) + (g(t, y) + g(t+h, Y)) dw/2
//
// of strong order 1 where the noise commutes and 1/2 where it does not (Rümelin
// (1982), SIAM J. Numer. Anal. 19, theorem 2), and of weak order 1, or 2 where the
// noise is additive (Kloeden and Platen (1992), eq. (15.1.3)).
func StratonovichHeun() Method { return stratonovichHeun{} }

type stratonovichHeun struct{}

func (stratonovichHeun) Name() string { return "stratonovich-heun" }

func (stratonovichHeun) Orders(calculus Calculus, noise Kind) Orders {
	switch {
	case noise == Additive:
		return Orders{Strong: 1, Weak: 2}
	case calculus == ItoCalculus:
		return Orders{}
	case noise == General:
		return Orders{Strong: 0.5, Weak: 1}
	}
	return Orders{Strong: 1, Weak: 1}
}

func (stratonovichHeun) SpaceTime() bool { return false }

func (stratonovichHeun) NewStepper(sys Rows, _ Calculus, capacity int) Stepper {
	n := capacity * sys.Dim()
	return &stratonovichHeunStepper{
		sys: sys, f: make([]float64, n), support: make([]float64, n), half: make([]float64, capacity*sys.NoiseDim()),
	}
}

type stratonovichHeunStepper struct {
	sys        Rows
	f, support []float64
	half       []float64 // dw/2
}

// Step makes y + h/2 f + g dw/2, of which Y is twice the distance.
func (s *stratonovichHeunStepper) Step(y1 []float64, t, h float64, y, dw, _ []float64) {
	f, support, half := s.f[:len(y)], s.support[:len(y)], s.half[:len(dw)]
	for q, w := range dw {
		half[q] = w / 2
	}
	s.sys.DerivRows(f, t, y)
	for k, yk := range y {
		y1[k] = yk + h/2*f[k]
	}
	s.sys.AddNoiseRows(y1, t, y, half)
	for k, yk := range y {
		support[k] = yk + 2*(y1[k]-yk)
	}
	s.sys.DerivRows(f, t+h, support)
	for k := range y1 {
		y1[k] += h / 2 * f[k]
	}
	s.sys.AddNoiseRows(y1, t+h, support, half)
}
