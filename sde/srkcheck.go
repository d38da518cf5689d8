package sde

import (
	"fmt"
	"math"
)

// checkTolerance bounds the residual of an order condition: coefficients of size
// 20 in double precision, multiplied up to three deep.
const checkTolerance = 1e-12

// condition is one that the coefficients of a tableau must keep.
type condition struct {
	name      string
	got, want float64
}

// checkConditions reports the first that does not hold.
func checkConditions(name string, conditions []condition) error {
	for _, c := range conditions {
		if !(math.Abs(c.got-c.want) <= checkTolerance) {
			return fmt.Errorf("sde: tableau %q: %s is %g and not %g", name, c.name, c.got, c.want)
		}
	}
	return nil
}

// Check reports the first condition of strong order 1.5 for additive noise that the
// tableau does not keep: Rössler (2010), theorem 6.3.
func (t *SRATableau) Check() error {
	s := len(t.Alpha)
	if err := checkShape(t.Name, s, [][]float64{t.C0, t.C1, t.Beta1, t.Beta2}, t.A, t.B); err != nil {
		return err
	}
	one := ones(s)
	a, b := times(t.A, one), times(t.B, one)
	conditions := []condition{
		{"Alpha e", dot(t.Alpha, one), 1},
		{"Beta1 e", dot(t.Beta1, one), 1},
		{"Beta2 e", dot(t.Beta2, one), 0},
		{"Alpha B e", dot(t.Alpha, b), 1},
		{"Alpha A e", dot(t.Alpha, a), 1. / 2},
		{"Alpha (B e)^2", dot(t.Alpha, product(b, b)), 3. / 2},
		{"Beta1 C1", dot(t.Beta1, t.C1), 1},
		{"Beta2 C1", dot(t.Beta2, t.C1), -1},
	}
	return checkConditions(t.Name, append(conditions, rowSums("C0", t.C0, a)...))
}

// Check reports the first condition of strong order 1.5 for scalar noise that the
// tableau does not keep: Rössler (2010), theorem 6.1.
func (t *SRITableau) Check() error {
	s := len(t.Alpha)
	err := checkShape(t.Name, s, [][]float64{t.C0, t.C1, t.Beta1, t.Beta2, t.Beta3, t.Beta4}, t.A0, t.A1, t.B0, t.B1)
	if err != nil {
		return err
	}
	one := ones(s)
	a0, a1, b0, b1 := times(t.A0, one), times(t.A1, one), times(t.B0, one), times(t.B1, one)
	conditions := append(rowSums("C0", t.C0, a0), rowSums("C1", t.C1, a1)...)
	conditions = append(conditions,
		condition{"Alpha e", dot(t.Alpha, one), 1},
		condition{"Alpha A0 e", dot(t.Alpha, a0), 1. / 2},
		condition{"Alpha B0 e", dot(t.Alpha, b0), 1},
		condition{"Alpha (B0 e)^2", dot(t.Alpha, product(b0, b0)), 3. / 2},
		condition{"Beta1 A1 B0 e/2 + Beta3 A1 B0 e/3", dot(t.Beta1, times(t.A1, b0))/2 + dot(t.Beta3, times(t.A1, b0))/3, 0},
	)
	for _, of := range []struct {
		name string
		beta []float64
		// with e, A1 e, B1 e, (B1 e)^2, B1 B1 e
		want [5]float64
	}{
		{"Beta1", t.Beta1, [5]float64{1, 1, 0, 1, 0}},
		{"Beta2", t.Beta2, [5]float64{0, 0, 1, 0, 0}},
		{"Beta3", t.Beta3, [5]float64{0, -1, 0, -1, 0}},
		{"Beta4", t.Beta4, [5]float64{0, 0, 0, 2, 1}},
	} {
		conditions = append(conditions,
			condition{of.name + " e", dot(of.beta, one), of.want[0]},
			condition{of.name + " A1 e", dot(of.beta, a1), of.want[1]},
			condition{of.name + " B1 e", dot(of.beta, b1), of.want[2]},
			condition{of.name + " (B1 e)^2", dot(of.beta, product(b1, b1)), of.want[3]},
			condition{of.name + " B1 B1 e", dot(of.beta, times(t.B1, b1)), of.want[4]},
		)
	}
	return checkConditions(t.Name, conditions)
}

// checkShape checks that vectors are of s entries and matrices strictly lower triangular.
func checkShape(name string, s int, vectors [][]float64, matrices ...[][]float64) error {
	for _, v := range vectors {
		if s == 0 || len(v) != s {
			return fmt.Errorf("sde: tableau %q: a vector has %d entries: want as many as Alpha, %d, and at least 1", name, len(v), s)
		}
	}
	for _, a := range matrices {
		if len(a) != s {
			return fmt.Errorf("sde: tableau %q: a matrix has %d rows: want %d", name, len(a), s)
		}
		for i, row := range a {
			if len(row) != i {
				return fmt.Errorf("sde: tableau %q: row %d of a matrix has %d entries: want %d, because the method is explicit", name, i, len(row), i)
			}
		}
	}
	return nil
}

// rowSums asks that the nodes c be the row sums of a matrix.
func rowSums(name string, c, sums []float64) []condition {
	var conditions []condition
	for i, sum := range sums {
		conditions = append(conditions, condition{fmt.Sprintf("%s[%d], by its row,", name, i), c[i], sum})
	}
	return conditions
}

func ones(n int) []float64 {
	e := make([]float64, n)
	for i := range e {
		e[i] = 1
	}
	return e
}

// times is a x.
func times(a [][]float64, x []float64) []float64 {
	y := make([]float64, len(a))
	for i, row := range a {
		y[i] = dot(row, x)
	}
	return y
}

// dot is sum_i a_i b_i over the length of a.
func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

// product is that of the components.
func product(a, b []float64) []float64 {
	c := make([]float64, len(a))
	for i, v := range a {
		c[i] = v * b[i]
	}
	return c
}
