package sde

// ImplicitEulerMaruyama returns, for stiff drifts, the method
//
//	y1 = y + h f(t+h, y1) + g(t, y) dw
//
// whose noise is explicit: the orders are those of [EulerMaruyama] (Kloeden and
// Platen (1992), eq. (12.2.2)), and linear decay stays decay at any step. y1 is found by
// Newton's method, with the Jacobian of an [ode.Linearizer] or by differences; a
// row without a root in reach fails with [ErrNoRoot].
func ImplicitEulerMaruyama() Method { return implicitEulerMaruyama{} }

type implicitEulerMaruyama struct{}

func (implicitEulerMaruyama) Name() string { return "implicit-euler-maruyama" }

func (implicitEulerMaruyama) Orders(calculus Calculus, noise Kind) Orders {
	return EulerMaruyama().Orders(calculus, noise)
}

func (implicitEulerMaruyama) SpaceTime() bool { return false }

func (implicitEulerMaruyama) NewStepper(sys Rows, _ Calculus, capacity int) Stepper {
	return &implicitStepper{newtonRows: newNewtonRows(sys, capacity), sys: sys, base: make([]float64, capacity*sys.Dim())}
}

type implicitStepper struct {
	*newtonRows
	sys  Rows
	base []float64 // y + g dw
}

func (s *implicitStepper) Step(y1 []float64, t, h float64, y, dw, _ []float64) {
	base := s.base[:len(y)]
	copy(base, y)
	s.sys.AddNoiseRows(base, t, y, dw)
	s.solve(y1, t+h, h, base)
}
