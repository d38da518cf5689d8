package sde_test

import (
	"strings"
	"testing"

	"credo/sde"
)

func TestTableausThatBreakTheirPromiseAreRefused(t *testing.T) {
	good := sde.SRATableau{
		Name: "copy", A: [][]float64{{}, {3. / 4}}, B: [][]float64{{}, {3. / 2}}, C0: []float64{0, 3. / 4}, C1: []float64{1, 0},
		Alpha: []float64{1. / 3, 2. / 3}, Beta1: []float64{1, 0}, Beta2: []float64{-1, 1},
	}
	if m, err := sde.NewSRA(good); err != nil || m.Name() != "copy" {
		t.Fatalf("%v, %v", m, err)
	}
	for want, spoil := range map[string]func(*sde.SRATableau){
		"Alpha (B e)^2 is 2 and not 1.5": func(s *sde.SRATableau) {
			s.A, s.B, s.C0, s.Alpha = [][]float64{{}, {1}}, [][]float64{{}, {2}}, []float64{0, 1}, []float64{1. / 2, 1. / 2}
		},
		"Beta2 C1 is 0 and not -1":                func(s *sde.SRATableau) { s.Beta2 = []float64{0, 0} },
		"C0[1], by its row, is 0.5":               func(s *sde.SRATableau) { s.C0 = []float64{0, 0.5} },
		"row 1 of a matrix has 0 entries: want 1": func(s *sde.SRATableau) { s.B = [][]float64{{}, {}} },
		"a vector has 1 entries":                  func(s *sde.SRATableau) { s.Beta1 = []float64{1} },
	} {
		bad := good
		spoil(&bad)
		if _, err := sde.NewSRA(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestAnSRITableauIsCheckedToo(t *testing.T) {
	// SRIW2 of Rössler (2010), table 6.2, and itself with one sign wrong.
	sriw2 := func(sign float64) sde.SRITableau {
		return sde.SRITableau{
			Name: "sriw2",
			A0:   [][]float64{{}, {1}, {1. / 4, 1. / 4}, {0, 0, 0}}, B0: [][]float64{{}, {0}, {1, 1. / 2}, {0, 0, 0}},
			A1: [][]float64{{}, {1. / 4}, {1, 0}, {0, 0, 1. / 4}}, B1: [][]float64{{}, {-1. / 2}, {1, 0}, {2, sign, 1. / 2}},
			C0: []float64{0, 1, 1. / 2, 0}, C1: []float64{0, 1. / 4, 1, 1. / 4}, Alpha: []float64{1. / 6, 1. / 6, 2. / 3, 0},
			Beta1: []float64{-1, 4. / 3, 2. / 3, 0}, Beta2: []float64{1, -4. / 3, 1. / 3, 0},
			Beta3: []float64{2, -4. / 3, -2. / 3, 0}, Beta4: []float64{-2, 5. / 3, -2. / 3, 1},
		}
	}
	if _, err := sde.NewSRI(sriw2(-1)); err != nil {
		t.Error(err)
	}
	if _, err := sde.NewSRI(sriw2(1)); err == nil || !strings.Contains(err.Error(), `tableau "sriw2": Beta4 B1 e is 2 and not 0`) {
		t.Errorf("error %v", err)
	}
}

func TestTheMethodsOfStrongOrderOneAndAHalfPassTheirOwnChecks(t *testing.T) {
	for _, check := range sde.Checks() {
		if err := check(); err != nil {
			t.Error(err)
		}
	}
}
