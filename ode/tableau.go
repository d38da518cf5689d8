package ode

import "slices"

// Tableau is an explicit Runge-Kutta method of s stages as data, Hairer, Norsett and Wanner (1993), II.1:
//
//	k_i = f(t + C_i h, y + h sum_{j<i} A_ij k_j)
//	y1  = y + h sum_i B_i k_i
//	err =     h sum_i E_i k_i
//	y(t + theta h) = y + h sum_i b_i(theta) k_i,   b_i(theta) = sum_m Dense_im theta^(m+1)
//
// A method is first-same-as-last, its last stage being the derivative at the end of the step, where row s of A is B and C_s = 1;
// that is read from the coefficients. [Tableau.Check] tells whether they are what they claim.
type Tableau struct {
	Name       string
	Order      int
	ErrorOrder int         // order of the solution with weights B - E; 0 if E is nil
	DenseOrder int         // order of Dense; 0 if Dense is nil
	A          [][]float64 // s rows, row i of length i
	B, C       []float64   // s
	E          []float64   // s; nil: no error estimate
	Dense      [][]float64 // s rows; nil: cubic Hermite interpolation
}

// firstSameAsLast reports whether the last stage is f(t + h, y1).
func (t *Tableau) firstSameAsLast() bool {
	last := len(t.B) - 1
	return t.C[last] == 1 && t.B[last] == 0 && slices.Equal(t.A[last], t.B[:last])
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
