package models

import (
	"math/rand/v2"
	"testing"

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
