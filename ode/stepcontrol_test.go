package ode

import (
	"math"
	"testing"
)

// On a system whose error is exactly (h/h*)^k the step goes to the h at which the controller is content, whatever it was.
func TestStepControlFindsTheStep(t *testing.T) {
	for name, c := range map[string]StepControl{"I": IControl(), "PI": PIControl(), "PID": PIDControl(), "H211": H211Control()} {
		for _, start := range []float64{1e-3, 1, 0.5} {
			var m history
			h, last := start, 0.0
			for range 100 {
				err := math.Pow(h, 5)
				last = h
				if err > 1 {
					h *= c.reject(&m, err, 5)
				} else {
					h *= c.accept(&m, err, 5)
				}
			}
			if math.Abs(h/last-1) > 1e-3 || h < 0.7 || h > 1 {
				t.Errorf("%s from %g: the steps end in %g, %g", name, start, last, h)
			}
		}
	}
}

func TestStepDoesNotGrowAfterARejection(t *testing.T) {
	c, m := PIControl(), history{}
	if factor := c.reject(&m, 100, 5); factor >= 0.5 || factor < c.MinFactor {
		t.Errorf("a step with error 100 is repeated with %g of it", factor)
	}
	if factor := c.accept(&m, 1e-6, 5); factor != 1 {
		t.Errorf("the step after it is %g of it", factor)
	}
	if factor := c.accept(&m, 1e-6, 5); factor <= 1 {
		t.Errorf("and the one after that %g", factor)
	}
}

func TestStepWithoutErrorGrowsByTheMostAllowed(t *testing.T) {
	for _, c := range []StepControl{IControl(), PIControl(), PIDControl(), H211Control()} {
		var m history
		for range 5 {
			if factor := c.accept(&m, 0, 5); factor != c.MaxFactor {
				t.Errorf("%+v: factor %g", c, factor)
			}
		}
	}
}
