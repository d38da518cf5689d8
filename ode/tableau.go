package ode

import "slices"

// Tableau is an explicit Runge-Kutta method of s stages as data, Hairer, Norsett and Wanner (1993), II.1:
//
//	k_i = f(t + C_i h, y + h sum_{j<i} A_ij k_j)
//	y1  = y + h sum_i B_i k_i
//	err =     h sum_i E_i k_i
//	y(t + theta h) = y + h sum_i b_i(theta) k_i,   b_i(theta) = sum_m Dense_im theta^(m+1)
//
// A and C may go on to more than s stages, which serve Dense alone: they are evaluated when somebody looks between the ends of a step.
//
// Stage i is the derivative at the end of the step, and costs nothing in the next (first same as last), where row i of A is B and
// C_i = 1; that is read from the coefficients. [Tableau.Check] tells whether they are what they claim.
type Tableau struct {
	Name       string
	Order      int
	ErrorOrder int         // order of the solution with weights B - E; 0 if E is nil
	CrudeOrder int         // order of the solution with weights B - Crude; 0 if Crude is nil
	DenseOrder int         // order of Dense; 0 if Dense is nil
	A          [][]float64 // s rows or more, row i of length i
	B          []float64   // s
	C          []float64   // one for each row of A
	E          []float64   // s; nil: no error estimate
	Crude      []float64   // s; a second estimate that damps the first, as in [DOP853]; nil: none
	Dense      [][]float64 // one polynomial for each row of A; nil: cubic Hermite interpolation
}

// endStage is the first stage that is f(t + h, y1), or -1.
func (t *Tableau) endStage() int {
	for i, row := range t.A {
		if t.C[i] == 1 && equalUpToZeros(row, t.B) {
			return i
		}
	}
	return -1
}

// equalUpToZeros reports whether a and b are equal where the shorter one is continued by zeros.
func equalUpToZeros(a, b []float64) bool {
	n := min(len(a), len(b))
	notZero := func(v float64) bool { return v != 0 }
	return slices.Equal(a[:n], b[:n]) && !slices.ContainsFunc(a[n:], notZero) && !slices.ContainsFunc(b[n:], notZero)
}

// NewMethod returns the method of a tableau that passes its [Tableau.Check]; t must not change afterwards.
func NewMethod(t Tableau) (Method, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	return newExplicit(t), nil
}

// term is a coefficient that is not 0, and its stage.
type term struct {
	stage int
	a     float64
}

// terms returns the nonzero coefficients of a.
func terms(a []float64) []term {
	var ts []term
	for i, v := range a {
		if v != 0 {
			ts = append(ts, term{i, v})
		}
	}
	return ts
}
