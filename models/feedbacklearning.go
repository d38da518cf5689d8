package models

import (
	"errors"
	"math"

	"credo/controllers"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// FeedbackSettings are the constants of the sleep phase, in which feedback
// weights are learned from noise.
type FeedbackSettings struct {
	Controller  controllers.Controller
	TauV        float64 // voltage time constant
	TauA        float64 // apical time constant, of the feedback compartment
	TauU        float64 // the controller's
	Sigma       float64 // amplitude of the noise
	SigmaOutput float64 // of the output layer's; may be 0
	Beta        float64 // weight decay

	// Corner is 1/tau_f of the high-pass filter through which plasticity sees
	// the control signal; 0: it sees the signal itself.
	Corner float64
}

// highPass returns the filter's transfer function, H(s) = tau_f s / (tau_f s + 1).
func (s FeedbackSettings) highPass(at complex128) complex128 {
	if s.Corner == 0 {
		return 1
	}
	return at / (at + complex(s.Corner, 0))
}

// variance returns sigma_i^2 of layer i, counted from 0.
func (s FeedbackSettings) variance(i, depth int) float64 {
	if i == depth-1 {
		return s.SigmaOutput * s.SigmaOutput
	}
	return s.Sigma * s.Sigma
}

// FeedbackLearning is the sleep phase of Meulemans et al. (2021), eqs. (12) and
// (13), averaged over the noise. The target is the output without noise, and
// the feedback compartment is filtered:
//
//	tau_v dv_i/dt = -v_i + W_i phi(v_{i-1}) + b_i + vfb_i
//	tau_A dvfb_i  = (-vfb_i + Q_i u) dt + sigma_i dB_i,   u = controller(r_L^- - r_L)
//	tau_Q dQ_i/dt = -vfb_i u^T - beta Q_i
//
// For small noise v, u and vfb are a linear stochastic system around the
// feedforward state, and for large tau_Q the last line follows its mean:
//
//	tau_Q dQ_i/dt = -E[vfb_i u^T] - beta Q_i
//
// Let vfb_i = Q_i ut + eps_i, with ut the signal u after the filter tau_A, and
// eps_i an Ornstein-Uhlenbeck process of variance s_i^2 = sigma_i^2/(2 tau_A).
// With c(s) the controller's transfer function, J_i = dr_L/dv_i, A_i = J_i Q_i,
// F = 1/(tau_v s + 1), m_i = L-i+1 and D = I + c sum_i A_i F^m_i / (tau_A s + 1),
//
//	E[vfb_i u^T] = Q_i E[ut u^T] + E[eps_i u^T]
//	E[u eps_i^T] = -s_i^2 D^-1 c J_i F^m_i                     at s = 1/tau_A
//	E[ut u^T]    = (1/pi) int_0^inf Re[ D^-1 G D^-* |c|^2 / (|tau_A s + 1|^2 (tau_A s + 1)) ] dw
//	G            = sum_i sigma_i^2 J_i J_i^T |F|^(2 m_i)       at s = i w
//
// since an exponentially correlated input meets a system at s = 1/tau_A only.
// The expectations exist while the loop is stable; samples whose loop is not
// are left out.
//
// Where plasticity sees u through a high-pass filter, vfb_i u_hp^T takes the
// place of vfb_i u^T. u_hp = H(s) u puts a factor H in two places, H(1/tau_A)
// before E[u eps_i^T] and the conjugate of H(i w) into the integral.
//
// Theorem 6, by which Q comes to J^T (J J^T + gamma I)^-1, is the limit of this
// rule for k_p = 0 and alpha far above J Q. The published constants are not near
// it: for one sample of the MNIST network J Q is 16 alpha at the fixed point, which
// is a damped inverse within 1 degree, but with 80 times the theorem's gamma
// and 13 times its size. It belongs to one goroutine.
type FeedbackLearning struct {
	net     *Network
	set     FeedbackSettings
	depth   int // L
	samples int // how many are looked at together
	ff      *Feedforward
	v, r    []blas64.General // of those samples
	gain    *loopGain

	nodes    [][]feedbackNode // the same integral with ever more nodes
	spectrum *spectrum

	cAtNoise  float64        // c at s = 1/tau_A
	hAtNoise  float64        // H there
	fAtNoise  []float64      // by layer: F^m_i there
	response  blas64.General // samples n_L x n_L: by sample, (D^-1 c)^T there
	scaled    blas64.General // the same, times s_i^2 F^m_i
	inverse   blas64.General // n_L x n_L
	pivot     []int
	work      []float64
	tap, gram [][]float64 // of the sample at hand, by layer: A_i and J_i J_i^T

	left []bool // by sample: left out of the last averages
}

// thoroughNodes are the nodes with which the integral is tried, around the
// middle of all time scales. With published constants 64 always do, to 1e-12; the
// rest is for loops near instability, for slow high-pass filters and for tau_v far
// below tau_u.
func thoroughNodes(set FeedbackSettings, depth int) [][]feedbackNode {
	scale := math.Sqrt(set.TauV * set.TauU)
	return append(resolvingNodes(set, depth, scale, 64, 256), newFeedbackNodes(2048, set, depth, scale))
}

// resolvingNodes are those of so many nodes that resolve the high-pass filter,
// of which the winding says nothing.
func resolvingNodes(set FeedbackSettings, depth int, scale float64, counts ...int) (choices [][]feedbackNode) {
	for _, n := range counts {
		if resolvesHighPass(n, set, scale) {
			choices = append(choices, newFeedbackNodes(n, set, depth, scale))
		}
	}
	return choices
}

// NewFeedbackLearning returns the averaged sleep phase of net. The controller
// must be stable by itself, as one with a leak is.
func NewFeedbackLearning(net *Network, set FeedbackSettings) (*FeedbackLearning, error) {
	return newFeedbackLearning(net, set, thoroughNodes(set, net.Depth()), TileRows)
}

// newFeedbackLearning returns the sleep phase of net as that of the first layers
// of a loop as deep as nodes are. What lies beyond net's last layer has the unit
// tap A_i = I, and no noise.
func newFeedbackLearning(net *Network, set FeedbackSettings, nodes [][]feedbackNode, samples int) (*FeedbackLearning, error) {
	if err := checkLeak(set.Controller); err != nil {
		return nil, err
	}
	n, depth := net.Outputs(), len(nodes[0][0].gain)
	f := &FeedbackLearning{
		net: net, set: set, depth: depth, samples: samples, nodes: nodes, ff: NewFeedforward(net),
		v: make([]blas64.General, net.Depth()), r: make([]blas64.General, net.Depth()),
		gain: newLoopGain(net, set.Controller.InverseDCGain(), samples), spectrum: newSpectrum(n),
		response: newMatrix(samples*n, n), scaled: newMatrix(samples*n, n), inverse: newMatrix(n, n),
		pivot: make([]int, n), work: make([]float64, 4*n), tap: make([][]float64, depth), left: make([]bool, samples),
	}
	f.hAtNoise = real(set.highPass(complex(1/set.TauA, 0)))
	f.cAtNoise = real(set.Controller.Transfer(complex(1/set.TauA, 0)))
	for i := range depth {
		f.fAtNoise = append(f.fAtNoise, math.Pow(set.TauV/set.TauA+1, -float64(depth-i)))
		f.gram = append(f.gram, make([]float64, n*n))
		if i >= net.Depth() {
			unit := newMatrix(n, n)
			setIdentity(unit)
			f.tap[i] = unit.Data
		}
	}
	return f, nil
}

// checkLeak refuses a controller that is not stable by itself.
func checkLeak(c controllers.Controller) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if c.States() == 0 {
		return nil
	}
	var eigen mat.Eigen
	if !eigen.Factorize(c.A, mat.EigenNone) {
		return errors.New("models: the eigenvalues of the sleep phase's controller do not converge")
	}
	for _, lambda := range eigen.Values(nil) {
		if real(lambda) >= 0 {
			return errors.New("models: the sleep phase's controller needs a leak: alone it does not come to rest")
		}
	}
	return nil
}

// Add computes the averages of every sample of batch and adds them to dst.
func (f *FeedbackLearning) Add(dst *FeedbackDrift, w *Weights, batch *Batch) {
	f.ff.sweep(w, batch)
	for first := 0; first < batch.N; first += f.samples {
		samples := min(f.samples, batch.N-first)
		f.linearize(w, first, samples)
		clear(f.left)
		f.addAverages(dst, samples)
	}
}

// addAverages adds the averages of the samples not left, as linearized, to dst,
// and leaves those whose loop is unstable.
func (f *FeedbackLearning) addAverages(dst *FeedbackDrift, samples int) {
	nL, kept := f.net.Outputs(), 0
	for b := range samples {
		f.look(b)
		if f.left[b] = f.left[b] || !f.average() || !f.respond(b); f.left[b] {
			clear(f.response.Data[b*nL*nL : (b+1)*nL*nL])
			continue
		}
		kept++
		floats.Add(dst.Control.Data, f.spectrum.correlation.Data)
	}
	for i, noise := range dst.Noise {
		variance := f.set.variance(i, f.depth) / (2 * f.set.TauA)
		floats.ScaleTo(f.scaled.Data, variance*f.fAtNoise[i]*f.hAtNoise, f.response.Data)
		addOuter(noise, f.gain.jacobian.rows[i], f.scaled, samples*nL)
	}
	dst.Samples += kept
	dst.Skipped += samples - kept
}

// linearize computes J_i and A_i of samples from first on, at the feedforward
// state. They are the first of gain.
func (f *FeedbackLearning) linearize(w *Weights, first, samples int) {
	for i := range f.v {
		f.v[i], f.r[i] = f.ff.V[i], f.ff.R[i]
		f.v[i].Data, f.r[i].Data = f.v[i].Data[first*f.v[i].Stride:], f.r[i].Data[first*f.r[i].Stride:]
	}
	f.gain.linearize(w, f.v, f.r, samples)
}

// look turns to sample b of gain: its taps A_i and J_i J_i^T.
func (f *FeedbackLearning) look(b int) {
	nL := f.net.Outputs()
	for i, gram := range f.gram[:f.net.Depth()] {
		f.tap[i] = f.gain.block(f.gain.tap[i], b).Data
		j := f.gain.jacobian.Of(b, i)
		for k := range nL {
			for l := range k + 1 {
				x := floats.Dot(row(j, k), row(j, l))
				gram[k*nL+l], gram[l*nL+k] = x, x
			}
		}
	}
}

// average computes E[ut u^T] of the sample at hand and reports whether its loop
// is stable.
func (f *FeedbackLearning) average() bool { return f.spectrum.resolve(f.nodes, f.tap, f.gram) }

// resolve integrates with as many nodes as it takes and reports whether the loop
// is stable: whether the winding is 0, and no other multiple of pi. A loop that
// the most nodes do not resolve has a pole within a hair's breadth of the
// imaginary axis; it counts as unstable.
func (p *spectrum) resolve(choices [][]feedbackNode, tap, gram [][]float64) bool {
	const resolved = 0.01
	for _, nodes := range choices {
		winding := p.integrate(nodes, tap, gram)
		poles := math.Round(winding / math.Pi)
		if math.Abs(winding-poles*math.Pi) < resolved {
			return poles == 0
		}
	}
	return false
}

// respond sets sample b's rows of response to (D^-1 c)^T at s = 1/tau_A.
func (f *FeedbackLearning) respond(b int) bool {
	nL := f.net.Outputs()
	clear(f.inverse.Data)
	for i, tap := range f.tap {
		floats.AddScaled(f.inverse.Data, f.cAtNoise*f.fAtNoise[i]/2, tap) // tau_A s + 1 = 2
	}
	for k := range nL {
		f.inverse.Data[k*nL+k]++
	}
	if !lapack64.Getrf(f.inverse, f.pivot) || !lapack64.Getri(f.inverse, f.pivot, f.work, len(f.work)) {
		return false
	}
	at := f.gain.block(f.response, b)
	transpose(at, f.inverse)
	floats.Scale(f.cAtNoise, at.Data)
	return true
}
