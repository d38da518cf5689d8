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
		if tab.E == nil {
			continue
		}
		more = tab
		more.ErrorOrder++
		if more.Check() == nil {
			t.Errorf("the error estimate of %s is of order %d at least", tab.Name, more.ErrorOrder)
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
		t.A[i] = slices.Clone(t.A[i])
		t.Dense[i] = slices.Clone(t.Dense[i])
	}
	return t
}

func TestFirstSameAsLastIsReadFromTheCoefficients(t *testing.T) {
	want := map[string]bool{"euler": false, "heun": false, "bs32": true, "rk4": false, "dp5": true, "tsit5": true}
	for _, tab := range tableaus() {
		if got := tab.firstSameAsLast(); got != want[tab.Name] {
			t.Errorf("%s: got %v", tab.Name, got)
		}
	}
	almost := clone(dp5.Tableau)
	almost.A[6][0] += 1e-15 // c_s is still 1
	if almost.firstSameAsLast() {
		t.Error("c_s = 1 was taken for first same as last")
	}
}
