package sde

// EulerMaruyama returns the method
//
//	y1 = y + h f(t, y) + g(t, y) dw
//
// of strong order 1/2, and of strong order 1 where the noise is additive:
// Kloeden and Platen (1992), theorem 10.2.2 and section 10.3.
func EulerMaruyama() Method { return eulerMaruyama{} }

type eulerMaruyama struct{}

func (eulerMaruyama) Name() string { return "euler-maruyama" }

func (eulerMaruyama) StrongOrder(noise Kind) float64 {
	if noise == Additive {
		return 1
	}
	return 0.5
}

func (eulerMaruyama) NewStepper(sys System) Stepper { return eulerMaruyamaStepper{sys} }

type eulerMaruyamaStepper struct{ sys System }

func (s eulerMaruyamaStepper) Step(y1 []float64, t, h float64, y, dw []float64) {
	s.sys.Deriv(y1, t, y)
	for i, yi := range y {
		y1[i] = yi + h*y1[i]
	}
	s.sys.AddNoise(y1, t, y, dw)
}
