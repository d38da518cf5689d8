package ode

import (
	"slices"
	"strings"
	"testing"
)

func tableaus() []Tableau {
	var ts []Tableau
	for _, m := range Methods() {
		if e, ok := m.(*explicit); ok {
			ts = append(ts, e.Tableau)
		}
	}
	return ts
}

func TestTableausKeepTheirClaims(t *testing.T) {
	for _, tab := range tableaus() {
		if err := tab.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestTableausClaimTheirFullOrder(t *testing.T) {
	for _, tab := range tableaus() {
		more := tab
		more.Order++
		if more.Check() == nil {
			t.Errorf("%s is of order %d at least", tab.Name, more.Order)
		}
		if tab.E != nil {
			more = tab
			more.ErrorOrder++
			if more.Check() == nil {
				t.Errorf("the error estimate of %s is of order %d at least", tab.Name, more.ErrorOrder)
			}
		}
		if tab.Dense != nil {
			more = tab
			more.DenseOrder++
			if more.Check() == nil {
				t.Errorf("the dense output of %s is of order %d at least", tab.Name, more.DenseOrder)
			}
		}
	}
}

func TestRootedTreesAreAsManyAsCayleyCounted(t *testing.T) {
	count := make([]int, 9)
	for _, tree := range rootedTrees(8) {
		count[tree.nodes]++
	}
	if want := []int{0, 1, 1, 2, 4, 9, 20, 48, 115}; !slices.Equal(count, want) {
		t.Errorf("got %v trees, want %v", count, want)
	}
}

func TestCheckFindsEveryKindOfFault(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*Tableau)
		want  string
	}{
		{"shape", func(t *Tableau) { t.C = t.C[1:] }, "stages"},
		{"implicit", func(t *Tableau) { t.A[2] = append(t.A[2], 0) }, "explicit"},
		{"row sum", func(t *Tableau) { t.C[2] += 1e-6 }, "sums to"},
		{"weights", func(t *Tableau) { t.B[0] += 1e-6; t.B[2] -= 1e-6 }, "B misses"},
		{"error weights", func(t *Tableau) { t.E[0] += 1e-6; t.E[2] -= 1e-6 }, "B - E misses"},
		{"error order", func(t *Tableau) { t.ErrorOrder = 0 }, "ErrorOrder 0"},
		{"dense output", func(t *Tableau) { t.Dense[3][1] += 1e-6; t.Dense[3][2] -= 1e-6 }, "Dense misses"},
		{"spare stage", func(t *Tableau) { t.A, t.C, t.Dense, t.DenseOrder = append(t.A, t.B), append(t.C, 1), nil, 0 }, "only Dense"},
		{"crude order", func(t *Tableau) { t.Crude, t.CrudeOrder = t.E, t.ErrorOrder }, "less than ErrorOrder"},
		{"crude weights", func(t *Tableau) { t.Crude, t.CrudeOrder = []float64{1, 0, 0, 0, 0, 0, 0}, 1 }, "B - Crude misses"},
		{"dense end", func(t *Tableau) { t.DenseOrder = 1; t.Dense[3][1] += 1e-6; t.Dense[4][1] -= 1e-6 }, "Dense ends"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := clone(dp5.Tableau)
			test.spoil(&tab)
			if err := tab.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a fault that says %q", err, test.want)
			}
			if _, err := NewMethod(tab); err == nil {
				t.Error("NewMethod took it")
			}
		})
	}
}

func clone(t Tableau) Tableau {
	t.B, t.C, t.E = slices.Clone(t.B), slices.Clone(t.C), slices.Clone(t.E)
	t.A, t.Dense = slices.Clone(t.A), slices.Clone(t.Dense)
	for i := range t.A {
		t.A[i], t.Dense[i] = slices.Clone(t.A[i]), slices.Clone(t.Dense[i])
	}
	return t
}

func TestTheStageAtTheEndIsReadFromTheCoefficients(t *testing.T) {
	want := map[string]int{"bs32": 3, "dp5": 6, "tsit5": 6, "vern7": 10, "dop853": 12}
	for _, tab := range tableaus() {
		end, ok := want[tab.Name]
		if !ok {
			end = -1
		}
		if got := tab.endStage(); got != end {
			t.Errorf("%s: got %d, want %d", tab.Name, got, end)
		}
	}
	almost := clone(dp5.Tableau)
	almost.A[6][0] += 1e-15 // c_s is still 1
	if almost.endStage() != -1 {
		t.Error("c_s = 1 was taken for first same as last")
	}
}
