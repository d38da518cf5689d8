package sde

// EulerMaruyama returns the method
//
//	y1 = y + h f(t, y) + g(t, y) dw
//
// for Itô equations, of strong order 1/2, or 1 where the noise is additive, and of
// weak order 1: Kloeden and Platen (1992), theorem 10.2.2, section 10.3 and theorem 14.1.5.
func EulerMaruyama() Method { return eulerMaruyama{} }

type eulerMaruyama struct{}

func (eulerMaruyama) Name() string { return "euler-maruyama" }

func (eulerMaruyama) Orders(calculus Calculus, noise Kind) Orders {
	switch {
	case noise == Additive:
		return Orders{Strong: 1, Weak: 1}
	case calculus == ItoCalculus:
		return Orders{Strong: 0.5, Weak: 1}
	}
	return Orders{}
}

func (eulerMaruyama) SpaceTime() bool { return false }

func (eulerMaruyama) NewStepper(sys Rows, _ Calculus, _ int) Stepper {
	return eulerMaruyamaStepper{sys}
}

type eulerMaruyamaStepper struct{ sys Rows }

func (s eulerMaruyamaStepper) Step(y1 []float64, t, h float64, y, dw, _ []float64) {
	s.sys.DerivRows(y1, t, y)
	for i, yi := range y {
		y1[i] = yi + h*y1[i]
	}
	s.sys.AddNoiseRows(y1, t, y, dw)
}
