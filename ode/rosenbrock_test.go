package ode

import (
	"math"
	"testing"
)

func TestRosenbrockMethodsKeepTheirClaimsAndNoMore(t *testing.T) {
	claims := rodas5p.rosenbrockTableau
	if err := claims.check(); err != nil {
		t.Fatal(err)
	}
	for name, more := range map[string]func(*rosenbrockTableau){
		"order":       func(c *rosenbrockTableau) { c.order++ },
		"error order": func(c *rosenbrockTableau) { c.errorOrder++ },
		"dense order": func(c *rosenbrockTableau) { c.denseOrder++ },
		"gamma":       func(c *rosenbrockTableau) { c.gamma += 1e-8 },
	} {
		wrong := claims
		more(&wrong)
		if wrong.check() == nil {
			t.Errorf("%s: the check does not see that", name)
		}
	}
}

// The growth factor on the negative axis is below 1 and vanishes at its end.
func TestRodas5PIsLStable(t *testing.T) {
	for z := 1e-3; z < 1e9; z *= 1.5 {
		if r := rodas5p.growth(-z); !(math.Abs(r) < 1) {
			t.Errorf("R(-%g) = %g", z, r)
		}
	}
	if r := rodas5p.growth(-1e9); math.Abs(r) > 1e-6 {
		t.Errorf("R(-1e9) = %g, want 0", r)
	}
}
