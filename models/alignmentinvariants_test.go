package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// invariant returns I = B W + W^T B^T - W_0 W_0^T - b_0 b_0^T of hidden layer i,
// counted from 0, with back in the place of B.
func invariant(w *Weights, back mat.Matrix, i int) *mat.Dense {
	inv := symmetric(product(back, view(w.W[i+1])))
	w0 := view(w.W[i])
	inv.Sub(inv, product(w0, w0.T()))
	if b := w.B[i]; b != nil {
		column := mat.NewVecDense(len(b), b)
		inv.Sub(inv, product(column, column.T()))
	}
	return inv
}

// Online steps change the invariant by -eta^2 |x|^2 delta delta^T, and by nothing
// else; a hidden bias is an input of 1.
func TestOnlineStepsMoveTheInvariantByTheirSquare(t *testing.T) {
	for _, bias := range []bool{false, true} {
		const eta = 0.05
		l := newLinearTask(t, bias, true, 1, 6, 5, 3)
		for step := range 20 {
			for k := range row(l.batch.Input, 0) {
				row(l.batch.Input, 0)[k] = math.Sin(float64(10*step + k))
			}
			before := invariant(l.w, view(l.w.Link[0]), 0)
			dw, rule := l.update(t, FeedbackAlignment{})
			for k, d := range dw.Plastic() {
				l.w.Plastic()[k] += eta * d
			}
			x := mat.NewVecDense(6, row(l.batch.Input, 0))
			energy := mat.Dot(x, x)
			if bias {
				energy++
			}
			delta := mat.NewVecDense(5, row(rule.errors.D[0], 0))
			var drift, want mat.Dense
			drift.Sub(invariant(l.w, view(l.w.Link[0]), 0), before)
			want.Outer(-eta*eta*energy, delta, delta)
			if drift.Sub(&drift, &want); mat.Norm(&drift, 2) > 1e-15*50 { // sums of numbers near 1
				t.Fatalf("bias %v, step %d: the drift is %g off", bias, step, mat.Norm(&drift, 2))
			}
		}
	}
}

// The flow leaves one invariant a hidden layer where it is: of deep feedback
// alignment with its B_i, of direct feedback with D_i D_{i+1}^+, of backpropagation
// with W_{i+1}^T / 2 twice.
func TestTheFlowKeepsItsInvariants(t *testing.T) {
	for name, c := range map[string]struct {
		transport Transport
		layerwise bool
		back      func(w *Weights, i int) mat.Matrix
	}{
		"fa":  {FeedbackAlignment{}, true, func(w *Weights, i int) mat.Matrix { return view(w.Link[i]) }},
		"dfa": {DirectFeedback{}, false, directBack},
	} {
		l := newLinearTask(t, false, c.layerwise, 9, 8, 7, 6, 5, 3)
		dw, _ := l.update(t, c.transport)
		for i := range 3 {
			change := symmetric(product(c.back(l.w, i), view(dw.W[i+1])))
			change.Sub(change, symmetric(product(view(dw.W[i]), view(l.w.W[i]).T())))
			if size := mat.Norm(view(dw.W[i]), 2); mat.Norm(change, 2) > 1e-13*size {
				t.Errorf("%s, layer %d: dI/dt is %g, dW %g", name, i+1, mat.Norm(change, 2), size)
			}
		}
	}
	l := newLinearTask(t, false, true, 9, 8, 7, 5)
	dw, _ := l.update(t, Backprop{})
	change := symmetric(product(view(l.w.W[1]).T(), view(dw.W[1])))
	change.Sub(change, symmetric(product(view(dw.W[0]), view(l.w.W[0]).T())))
	if mat.Norm(change, 2) > 1e-13*mat.Norm(view(dw.W[0]), 2) {
		t.Errorf("bp: dI/dt is %g", mat.Norm(change, 2))
	}
}

// directBack is P_i = D_i D_{i+1}^+, and D_{L-1} for the last hidden layer; D has
// full column rank.
func directBack(w *Weights, i int) mat.Matrix {
	if i == len(w.W)-2 {
		return view(w.Q[i])
	}
	return product(view(w.Q[i]), leftInverse(view(w.Q[i+1])))
}

// leftInverse is (A^T A)^-1 A^T, the pseudoinverse of full column rank.
func leftInverse(a *mat.Dense) *mat.Dense {
	gram := product(a.T(), a)
	var inverse mat.Dense
	if err := inverse.Inverse(gram); err != nil {
		panic(err)
	}
	return product(&inverse, a.T())
}

func TestHiddenWeightsMoveInTheRangeOfTheirFeedback(t *testing.T) {
	l := newLinearTask(t, false, true, 9, 8, 7, 3)
	dw, _ := l.update(t, FeedbackAlignment{})
	b := view(l.w.Link[0])
	within := product(b, leftInverse(b), view(dw.W[0]))
	within.Sub(within, view(dw.W[0]))
	if d := mat.Norm(within, 2); d > 1e-13*mat.Norm(view(dw.W[0]), 2) {
		t.Errorf("(1 - B B^+) dW_0 is %g", d)
	}
}

// dV/dt of V = tr(B E Sigma E^T B^T), wherever the weights are:
//
//	-2 |B E Sigma W_0^T|^2 - |W_0^T B E Sigma|^2 - tr(I B E Sigma^2 E^T B^T)
//
// which from a start at zero, where I = 0, is negative until E = 0.
func TestTheLyapunovFunctionFallsAsDerived(t *testing.T) {
	l := newLinearTask(t, false, true, 9, 8, 7, 3)
	x := mat.NewDense(l.batch.N, 8, l.batch.Input.Data[:8*l.batch.N])
	sigma := product(x.T(), x)
	dw, _ := l.update(t, FeedbackAlignment{})
	b, w0, w1 := view(l.w.Link[0]), view(l.w.W[0]), view(l.w.W[1])
	var e mat.Dense
	e.Sub(l.target, product(w1, w0))
	var de mat.Dense
	de.Add(product(view(dw.W[1]), w0), product(w1, view(dw.W[0])))
	m := product(b, &e, sigma)
	got := -2 * mat.Trace(product(m, de.T(), b.T()))
	square := func(a *mat.Dense) float64 { return mat.Norm(a, 2) * mat.Norm(a, 2) }
	want := -2*square(product(m, w0.T())) - square(product(w0.T(), m)) - mat.Trace(product(invariant(l.w, b, 0), m, m.T()))
	if math.Abs(got-want) > 1e-12*math.Abs(want) {
		t.Errorf("dV/dt is %.15g, want %.15g", got, want)
	}
}
