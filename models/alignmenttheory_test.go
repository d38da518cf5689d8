package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// linearTask is a linear network with random weights and feedback, and samples of a
// linear map T: what the theory of Lillicrap et al. (2016), Supplementary Notes 10
// to 16, is about.
type linearTask struct {
	net    *Network
	w      *Weights
	batch  *Batch
	target *mat.Dense // T
}

func newLinearTask(t *testing.T, bias, layerwise bool, samples int, sizes ...int) *linearTask {
	t.Helper()
	var hidden []string
	for range len(sizes) - 2 {
		hidden = append(hidden, "linear")
	}
	net, err := NewNetwork(sizes, hidden, "linear", "half-squared-error", bias)
	if err != nil {
		t.Fatal(err)
	}
	net.Feedback.Layerwise = layerwise
	task := &linearTask{net: net, w: NewWeights(net), batch: NewBatch(net)}
	if err := task.w.Init(3, "uniform", 0.5); err != nil {
		t.Fatal(err)
	}
	task.w.InitBiases(3, 0.5)
	if err := task.w.RandomFeedback(3, "uniform", 0.5); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	task.target = mat.NewDense(net.Outputs(), net.Inputs(), nil)
	fillRandom(task.target, rng)
	task.batch.N = samples
	for b := range samples {
		x := row(task.batch.Input, b)
		for k := range x {
			x[k] = rng.NormFloat64()
		}
		mat.NewVecDense(net.Outputs(), row(task.batch.Target, b)).MulVec(task.target, mat.NewVecDense(len(x), x))
	}
	return task
}

func fillRandom(m *mat.Dense, rng *rand.Rand) {
	for k := range m.RawMatrix().Data {
		m.RawMatrix().Data[k] = 2*rng.Float64() - 1
	}
}

// whiten makes the samples the unit vectors: Sigma = sum x x^T = 1.
func (l *linearTask) whiten() {
	l.batch.N = l.net.Inputs()
	for b := range l.batch.N {
		clear(row(l.batch.Input, b))
		row(l.batch.Input, b)[b] = 1
		copy(row(l.batch.Target, b), mat.Col(nil, b, l.target))
	}
}

// update returns dW of the samples and the errors d_i of the rule.
func (l *linearTask) update(t *testing.T, transport Transport) (*Weights, *Pathways) {
	t.Helper()
	rule, dw := NewPathways(l.net, transport), NewWeights(l.net)
	if _, err := rule.Present(dw, l.w, l.batch); err != nil {
		t.Fatal(err)
	}
	return dw, rule
}

func view(g blas64.General) *mat.Dense { return mat.NewDense(g.Rows, g.Cols, g.Data) }

func product(factors ...mat.Matrix) *mat.Dense {
	p := mat.DenseCopyOf(factors[0])
	for _, f := range factors[1:] {
		var next mat.Dense
		next.Mul(p, f)
		p = &next
	}
	return p
}

// symmetric returns A + A^T.
func symmetric(a *mat.Dense) *mat.Dense {
	var s mat.Dense
	s.Add(a, a.T())
	return &s
}

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

// layerwiseFixture is a nonlinear network with layerwise feedback.
func layerwiseFixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, []int{5, 7, 6, 4, 3}, "tanh", "sigmoid", "squared-error", 9)
	f.net.Feedback = FeedbackPath{Layerwise: true}
	w := NewWeights(f.net)
	copy(w.Plastic(), f.w.Plastic())
	f.w = w
	return f
}

func updateOf(t *testing.T, f *fixture, transport Transport) []float64 {
	t.Helper()
	dw := NewWeights(f.net)
	if _, err := NewPathways(f.net, transport).Present(dw, f.w, f.batch); err != nil {
		t.Fatal(err)
	}
	return dw.Plastic()
}

func TestChainOfTransposesIsBackprop(t *testing.T) {
	f := layerwiseFixture(t)
	if err := f.w.InitFeedback(f.net, "weight-product", 1, nil); err != nil {
		t.Fatal(err)
	}
	bp := updateOf(t, f, Backprop{})
	for _, transport := range []Transport{FeedbackChain{}, SignSymmetric{}} {
		if d := distance(updateOf(t, f, transport), bp); d > 1e-15 {
			t.Errorf("%T is %g from backpropagation", transport, d)
		}
	}
}

// Errors that meet no derivatives on their way reach every layer through the
// product of what they pass.
func TestFeedbackAlignmentIsDirectFeedbackThroughTheProducts(t *testing.T) {
	f := layerwiseFixture(t)
	if err := f.w.RandomFeedback(2, "normal", 1); err != nil {
		t.Fatal(err)
	}
	fa := updateOf(t, f, FeedbackAlignment{})
	direct := view(f.w.Link[2])
	for i := 1; i >= 0; i-- {
		direct = product(view(f.w.Link[i]), direct)
		copy(f.w.Q[i].Data, direct.RawMatrix().Data)
	}
	if d := distance(updateOf(t, f, DirectFeedback{}), fa); d > 1e-13 {
		t.Errorf("%g apart", d)
	}
}

// Only the signs of the forward weights and the magnitudes of the feedback count.
func TestSignSymmetricFeedbackIsTheChainOfItsMatrices(t *testing.T) {
	f := layerwiseFixture(t)
	if err := f.w.RandomFeedback(2, "normal", 1); err != nil {
		t.Fatal(err)
	}
	f.w.W[1].Data[3] = 0 // no sign
	got := updateOf(t, f, SignSymmetric{})
	for i := range 3 {
		for j := range f.w.Link[i].Rows {
			for k := range f.w.Link[i].Cols {
				at := &f.w.Link[i].Data[j*f.w.Link[i].Stride+k]
				switch weight := f.w.W[i+1].Data[k*f.w.W[i+1].Stride+j]; {
				case weight > 0:
					*at = math.Abs(*at)
				case weight < 0:
					*at = -math.Abs(*at)
				default:
					*at = 0
				}
			}
		}
	}
	if d := distance(updateOf(t, f, FeedbackChain{}), got); d > 1e-14 {
		t.Errorf("%g apart", d)
	}
}
