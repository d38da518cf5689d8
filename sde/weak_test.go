package sde_test

import (
	"math"
	"testing"

	"credo/sde"
	"credo/sde/sdetest"
)

// There is no chance in these orders; 0.15 is for the next term at steps of 1/64 to 1/512. Problems may be kinder
// than the order, by a half or more, but not all of a kind.
func TestMethodsConvergeAtTheirWeakOrder(t *testing.T) {
	for _, m := range sde.Methods() {
		type sort struct {
			sde.Calculus
			sde.Kind
		}
		least := map[sort]float64{}
		for _, p := range sdetest.WeakProblems() {
			sort := sort{sdetest.Calculus(p.System), p.System.Noise()}
			want := m.Orders(sort.Calculus, sort.Kind).Weak
			if want == 0 {
				continue
			}
			got, err := sdetest.WeakOrder(p, m, 6, 9)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, %s: weak order %.3f, want %g", m.Name(), p.Name, got, want)
			if got < want-0.15 {
				t.Errorf("%s, %s: weak order %.3f, want %g", m.Name(), p.Name, got, want)
			}
			if e, ok := least[sort]; !ok || got-want < e {
				least[sort] = got - want
			}
		}
		for sort, e := range least {
			if e > 0.3 || math.IsNaN(e) {
				t.Errorf("%s promises less weak order than it has for all %v equations with %v noise: %.2f less", m.Name(), sort.Calculus, sort.Kind, e)
			}
		}
	}
}
