package models

import (
	"math"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/mat"
)

// alignmentFlow is dW/dt of feedback alignment on white inputs.
type alignmentFlow struct {
	*linearTask
	rule *Pathways
	dw   *Weights
}

func (f alignmentFlow) Dim() int { return len(f.w.Plastic()) }

func (f alignmentFlow) Deriv(dy []float64, _ float64, y []float64) {
	copy(f.w.Plastic(), y)
	f.dw.Zero()
	if _, err := f.rule.Present(f.dw, f.w, f.batch); err != nil {
		panic(err)
	}
	copy(dy, f.dw.Plastic())
}

// flow moves the weights along the flow from zero for a time.
func (l *linearTask) flow(t *testing.T, time float64) {
	t.Helper()
	f := alignmentFlow{l, NewPathways(l.net, FeedbackAlignment{}), NewWeights(l.net)}
	y := make([]float64, f.Dim())
	method, err := ode.MethodByName("tsit5")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ode.Solve(f, y, 0, time, ode.Options{Method: method, RelTol: 1e-11, AbsTol: 1e-13, MaxSteps: 1e6}); err != nil {
		t.Fatal(err)
	}
	copy(l.w.Plastic(), y)
}

// orthogonal makes the columns of B orthogonal, of length beta.
func (l *linearTask) orthogonal(beta float64) *mat.Dense {
	b := view(l.w.Link[0])
	var qr mat.QR
	qr.Factorize(b)
	var q mat.Dense
	qr.QTo(&q)
	rows, cols := b.Dims()
	b.Scale(beta, q.Slice(0, rows, 0, cols))
	l.w.Compose()
	return b
}

// With B^T B = beta^2, white inputs, zero first weights and T = U S V^T the modes
// do not mix:
//
//	W_0 = B U diag(a) V^T,   W = U diag(a^2/2) U^T B^T,   da/dt = s - beta^2 a^3/2
//
// so that in the end cos angle(W, B^T) = mean(s^(2/3)) / rms(s^(2/3)).
func TestModesOfFeedbackAlignmentAreExact(t *testing.T) {
	const beta = 0.8
	l := newLinearTask(t, false, true, 1, 8, 7, 3)
	l.whiten()
	b := l.orthogonal(beta)
	var svd mat.SVD
	svd.Factorize(l.target, mat.SVDThin)
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	s := svd.Values(nil)
	for _, time := range []float64{0.3, 1, 3} {
		a, half := mat.NewDiagDense(3, nil), mat.NewDiagDense(3, nil)
		for k := range s {
			x := mode(s[k], beta, time)
			a.SetDiag(k, x)
			half.SetDiag(k, x*x/2)
		}
		l.flow(t, time)
		w0, w1 := product(b, &u, a, v.T()), product(&u, half, u.T(), b.T())
		if d := distance(l.w.W[0].Data, w0.RawMatrix().Data) + distance(l.w.W[1].Data, w1.RawMatrix().Data); d > 1e-9 {
			t.Errorf("t = %g: the weights are %g from the modes", time, d)
		}
	}
	l.flow(t, 200)
	sum, squares := 0.0, 0.0
	for _, sk := range s {
		sum, squares = sum+math.Pow(sk, 2.0/3)/3, squares+math.Pow(sk, 4.0/3)/3
	}
	w1 := view(l.w.W[1])
	cosine := mat.Trace(product(w1, b)) / mat.Norm(w1, 2) / mat.Norm(b, 2)
	if want := sum / math.Sqrt(squares); math.Abs(cosine-want) > 1e-9 {
		t.Errorf("in the end cos angle(W, B^T) is %.12g, want %.12g", cosine, want)
	}
}

// mode solves da/dt = s - beta^2 a^3/2, a(0) = 0, by Runge-Kutta in steps that leave
// rounding alone.
func mode(s, beta, time float64) float64 {
	const steps = 4000
	f := func(a float64) float64 { return s - beta*beta*a*a*a/2 }
	a, h := 0.0, time/steps
	for range steps {
		k1 := f(a)
		k2 := f(a + h/2*k1)
		k3 := f(a + h/2*k2)
		k4 := f(a + h*k3)
		a += h / 6 * (k1 + 2*k2 + 2*k3 + k4)
	}
	return a
}

// From zero, W_0 alone for a time t gives W_0 = t B T; then W alone to the end gives
// W = B^+/t and no error: "W aligns with the pseudoinverse of B".
func TestFrozenPhasesEndAtThePseudoinverseOfTheFeedback(t *testing.T) {
	const eta, steps = 0.05, 10
	l := newLinearTask(t, false, true, 1, 8, 7, 3)
	l.whiten()
	l.w.Zero()
	b := view(l.w.Link[0])
	learn := func(layer int, n int) {
		for range n {
			dw, _ := l.update(t, FeedbackAlignment{})
			for k, d := range dw.W[layer].Data {
				l.w.W[layer].Data[k] += eta * d
			}
		}
	}
	learn(0, steps)
	first := product(b, l.target)
	first.Scale(eta*steps, first)
	if d := distance(l.w.W[0].Data, first.RawMatrix().Data); d > 1e-14 {
		t.Errorf("after the first phase W_0 is %g from t B T", d)
	}
	learn(1, 20000)
	want := leftInverse(b)
	want.Scale(1/(eta*steps), want)
	if d := distance(l.w.W[1].Data, want.RawMatrix().Data); d > 1e-9*mat.Norm(want, 2) {
		t.Errorf("after the second W is %g from B^+/t, of norm %g", d, mat.Norm(want, 2))
	}
	var e mat.Dense
	if e.Sub(l.target, product(view(l.w.W[1]), view(l.w.W[0]))); mat.Norm(&e, 2) > 1e-9 {
		t.Errorf("the error left is %g", mat.Norm(&e, 2))
	}
}
