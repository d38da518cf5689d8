package analysis

import (
	"errors"
	"fmt"

	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Linearization is a minibatch at its feedforward state: of every sample the
// rates r_0..r_{L-1}, the Jacobians J_i = dr_L/dv_i (n_L x n_i), and the output
// error
//
//	e = -c dL/dr_L                     c: the batch's LossWeight
//
// so that lambda e is delta_L of Meulemans et al. (2021), eq. (3). To first
// order weights that move by dW_i, db_i move the output of sample b by
//
//	dr_L = J_theta dtheta = sum_i J_i (dW_i r_{i-1} + db_i)
//
// Hence every reference update here is sum_b d_i r_{i-1}^T with neuron factors
// d_i in the range of J_i^T, and needs of J_theta (n_L columns a weight) no more
// than J_theta J_theta^T, n_L x n_L, which the J_i give: J_theta is never formed.
//
// All updates point downhill, as those of [models.Presenter] do.
type Linearization struct {
	net     *models.Network
	w       *models.Weights
	tiles   []*tile
	samples []sample
}

// tile is one tile of the minibatch.
type tile struct {
	net      *models.Network
	w        *models.Weights
	batch    *models.Batch
	forward  *models.Feedforward
	jacobian *models.Jacobian // nil until something asks for it
	rates    []blas64.General // r_0..r_{L-1}
	factor   []blas64.General // neuron factors d_1..d_L of the update at hand
}

// sample is row b of a tile.
type sample struct {
	*tile
	b   int
	out []float64 // e
}

// Linearize computes the feedforward state of a minibatch, given as tiles. It
// keeps w and the tiles, which must hold still as long as it is used.
func Linearize(net *models.Network, w *models.Weights, tiles ...*models.Batch) *Linearization {
	l := &Linearization{net: net, w: w}
	for _, batch := range tiles {
		t := &tile{net: net, w: w, batch: batch, forward: models.NewFeedforward(net)}
		t.forward.Run(w, batch)
		t.rates = append([]blas64.General{batch.Input}, t.forward.R[:net.Depth()-1]...)
		for _, v := range t.forward.V {
			t.factor = append(t.factor, blas64.General{Rows: v.Rows, Cols: v.Cols, Stride: v.Stride, Data: make([]float64, len(v.Data))})
		}
		l.tiles = append(l.tiles, t)
		for b := range batch.N {
			e := make([]float64, net.Outputs())
			net.Loss.Gradient(e, t.forward.Output(b), row(batch.Target, b))
			floats.Scale(-batch.LossWeight, e)
			l.samples = append(l.samples, sample{t, b, e})
		}
	}
	return l
}

// Samples returns the number of samples.
func (l *Linearization) Samples() int { return len(l.samples) }

// blocks are J_1..J_L of one sample.
type blocks []blas64.General

// jacobianOf returns J_i, i counted from 0. The Jacobians of a tile are as large
// as n_L states of it: what does without them does not wait for them.
func (s sample) jacobianOf(i int) blas64.General {
	if s.jacobian == nil {
		s.jacobian = models.NewJacobian(s.net)
		s.jacobian.Run(s.w, s.forward.V, s.forward.R, s.batch.N)
	}
	return s.jacobian.Of(s.b, i)
}

func (s sample) jacobians() blocks {
	j := make(blocks, len(s.rates))
	for i := range j {
		j[i] = s.jacobianOf(i)
	}
	return j
}

// energies returns |r_{i-1}|^2 of every layer i, plus 1 in a network with
// biases, whose presynaptic rate is 1.
func (l *Linearization) energies(s sample) []float64 {
	energy := make([]float64, len(s.rates))
	for i, r := range s.rates {
		energy[i] = floats.Dot(row(r, s.b), row(r, s.b))
		if l.net.Bias {
			energy[i]++
		}
	}
	return energy
}

// gram returns sum_i weight_i J_i J_i^T (n_L x n_L); nil weights are 1.
func (j blocks) gram(weight []float64) *mat.SymDense {
	nL := j[0].Rows
	g := mat.NewSymDense(nL, nil)
	for i, ji := range j {
		c := 1.0
		if weight != nil {
			c = weight[i]
		}
		for p := range nL {
			for q := p; q < nL; q++ {
				g.SetSym(p, q, g.At(p, q)+c*floats.Dot(row(ji, p), row(ji, q)))
			}
		}
	}
	return g
}

// setFactors sets the sample's neuron factors to d_i = J_i^T x / divisor_i; nil
// divisors are 1.
func (s sample) setFactors(x, divisor []float64) {
	for i, j := range s.jacobians() {
		d := row(s.factor[i], s.b)
		clear(d)
		for p, xp := range x {
			if divisor != nil {
				xp /= divisor[i]
			}
			floats.AddScaled(d, xp, row(j, p))
		}
	}
}

// update returns scale sum_b d_i r_{i-1}^T of the neuron factors that are set.
func (l *Linearization) update(scale float64) *models.Weights {
	dst := models.NewWeights(l.net)
	for _, t := range l.tiles {
		dst.AddOuter(t.factor, t.rates, t.batch.N)
	}
	floats.Scale(scale, dst.Plastic())
	return dst
}

// mean is update with 1 over the number of samples.
func (l *Linearization) mean() *models.Weights { return l.update(1 / float64(len(l.samples))) }

// ErrRankDeficient reports outputs that the weights or voltages at hand cannot
// move independently: the pseudoinverse exists, but the formula with the
// inverse of J J^T does not.
var ErrRankDeficient = errors.New("the Jacobian does not have full rank; damping above 0 always works")

// maxCondition is the largest condition number of J J^T, the square of J's,
// whose inverse still has two digits.
const maxCondition = 1e14

// factorDamped decomposes gram + damping I; it changes gram.
func factorDamped(gram *mat.SymDense, damping float64) (*mat.Cholesky, error) {
	for k := range gram.SymmetricDim() {
		gram.SetSym(k, k, gram.At(k, k)+damping)
	}
	factors := new(mat.Cholesky)
	if !factors.Factorize(gram) || !(factors.Cond() < maxCondition) {
		return nil, ErrRankDeficient
	}
	return factors, nil
}

// solveDamped returns (gram + damping I)^-1 e; it changes gram.
func solveDamped(gram *mat.SymDense, damping float64, e []float64) ([]float64, error) {
	factors, err := factorDamped(gram, damping)
	if err != nil {
		return nil, err
	}
	var x mat.VecDense
	if err := factors.SolveVecTo(&x, mat.NewVecDense(len(e), e)); err != nil {
		return nil, fmt.Errorf("%w (%v)", ErrRankDeficient, err)
	}
	return x.RawVector().Data, nil
}

// row views row k of g.
func row(g blas64.General, k int) []float64 { return g.Data[k*g.Stride : k*g.Stride+g.Cols] }
