package models

import (
	"fmt"
	"math"

	"credo/controllers"
	"gonum.org/v1/gonum/blas/blas64"
)

// DFC is Deep Feedback Control, Meulemans et al. (2021). A controller drives
// the output of a network of leaky neurons to a target, and every layer learns
// from what the control does to its neurons:
//
//	tau_v dv_i/dt = -v_i + W_i phi(v_{i-1}) + b_i + Q_i u                  eq. (1)
//	r_L^*         = r_L^- - lambda dL/dr_L                                 eq. (3)
//	e             = r_L^* - phi(v_L),   u = controller(e)                  eq. (4)
//	tau_w dW_i/dt = (phi(v_i) - phi(v_i^ff)) r_{i-1}^T                     eq. (5)
//	v_i^ff        = W_i r_{i-1} + b_i
//
// With the linear forward rule the neuron factor is v_i - v_i^ff, eq. (9).
//
// On other feedback paths than the direct one, vfb_i stands in place of Q_i u
// ([FeedbackPath]).
//
// A sample's state is v_1..v_L and the controller's states, "x", channel by
// channel within each state, then those of feedback neurons, if any, f_1..f_K.
// The teaching signal never needs v_i^ff: by eq. (1)
// s_i = v_i - v_i^ff = vfb_i - tau_v dv_i/dt exactly. With a delay of the control
// signal (dfcdelay.go) it does.
type DFC struct {
	net        *Network
	controller controllers.Controller
	tauV       float64
	delay      float64 // of the control signal on its way to the neurons
	lambda     float64
	linearRule bool
	rtol, atol float64

	layout   *Layout
	voltages bands // v_i in a sample's state
	ctrlAt   int   // offset of the controller's states

	w     *Weights
	batch *Batch
	ff    *Feedforward
	qT    []blas64.General // n_L x n_i: Q_i^T, whose rows are long
	path  *feedbackNeurons // nil where vfb_i = Q_i u

	input    constantInput
	target   blas64.General // TileRows x n_L: r_L^*
	unit     []float64      // by sample: |delta_L|, what deviations are measured in
	rounding []float64      // by sample: of the output

	gain    *loopGain       // the loop linearised at the feedforward point
	winding *delayedWinding // its stability with the delay; nil without

	// scratch, by row of the call at hand
	r, s, a []blas64.General // TileRows x n_i: rates; drives or teaching signals; neuron factors
	before  []blas64.General // presynaptic rates of every layer
	e, u    blas64.General   // TileRows x n_L
	slope   []float64

	everyone []int // 0, 1, .., TileRows-1
}

// NewDFC returns Deep Feedback Control of net. s gives the controller, TauV,
// TargetStepsize and ForwardRule.
func NewDFC(net *Network, s Settings) *DFC {
	d := newDFC(net, s)
	d.gain = newLoopGain(net, s.Controller.InverseDCGain(), TileRows)
	if d.delay > 0 {
		d.winding = newDelayedWinding(d)
	}
	return d
}

// newDFC returns it without gain, whose matrices are n_L x n_L.
func newDFC(net *Network, s Settings) *DFC {
	d := &DFC{
		net: net, controller: s.Controller, tauV: s.TauV, delay: s.Delay, lambda: s.TargetStepsize,
		linearRule: s.ForwardRule == "linear", rtol: s.Solver.RelTol, atol: s.Solver.AbsTol,
		layout: &Layout{}, ff: NewFeedforward(net),
	}
	nL := net.Outputs()
	d.voltages = d.layout.addBands("v", net.Sizes[1:])
	for _, n := range net.Sizes[1:] {
		d.qT = append(d.qT, newMatrix(nL, n))
		d.r, d.s, d.a = append(d.r, newTile(n)), append(d.s, newTile(n)), append(d.a, newTile(n))
	}
	d.before = make([]blas64.General, net.Depth())
	d.ctrlAt = d.layout.add("x", nL*s.Controller.States())
	d.path = newFeedbackNeurons(net, d.layout)
	d.target, d.e, d.u = newTile(nL), newTile(nL), newTile(nL)
	d.unit, d.rounding, d.slope = make([]float64, TileRows), make([]float64, TileRows), make([]float64, widest(net))
	for b := range TileRows {
		d.everyone = append(d.everyone, b)
	}
	d.input = newConstantInput(net)
	return d
}

// Layout names a sample's state: v1..vL and x.
func (d *DFC) Layout() *Layout { return d.layout }

// Bind computes the feedforward state of batch and its targets, eqs. (2), (3).
func (d *DFC) Bind(w *Weights, batch *Batch) Outcome {
	d.batch = batch
	outcome := d.approach(w)
	d.aim()
	return outcome
}

// aim sets the targets from the feedforward state, eq. (3).
func (d *DFC) aim() {
	batch := d.batch
	for b := range batch.N {
		target, output := row(d.target, b), d.ff.Output(b)
		d.net.Loss.Gradient(target, output, row(batch.Target, b))
		unit := 0.0
		for j, g := range target {
			delta := d.lambda * batch.LossWeight * g
			target[j] = output[j] - delta
			unit = max(unit, math.Abs(delta))
		}
		d.unit[b] = unit
	}
}

// approach computes the feedforward state at weights w; targets stay.
func (d *DFC) approach(w *Weights) Outcome {
	d.w = w
	outcome := d.ff.Run(w, d.batch)
	d.setRounding()
	for i, q := range w.Q {
		transpose(d.qT[i], q)
	}
	if d.path != nil {
		d.path.bind(w)
	}
	d.input.bind(d.ff)
	return outcome
}

// setRounding bounds what the output of every sample is rounded by: a few ulp of
// the terms of its sums, max_j sum_i |W_L,ji r_i|. A sum rounds as its terms do,
// however they cancel, and a well-learned sample's delta_L lies below that.
func (d *DFC) setRounding() {
	const ulps = 8 * 0x1p-52
	last := d.net.Depth() - 1
	sum := rowSum(d.w.W[last])
	for b := range d.batch.N {
		d.rounding[b] = ulps * (sum*largest(row(d.ff.before[last], b)) + largest(d.ff.Output(b)))
	}
}

// Refresh follows weights that moved: the drive of layer 1 is computed anew.
func (d *DFC) Refresh(w *Weights) {
	d.w = w
	d.input.refresh(w, d.batch)
}

// Rest sets the rows of x to the feedforward state and an idle controller.
func (d *DFC) Rest(x []float64) {
	for b := range d.batch.N {
		for i, v := range d.ff.V {
			copy(d.voltages.of(x, b, i), row(v, b))
		}
		clear(d.state(x, b)[d.ctrlAt:])
	}
}

// Fast sets dx to the right side of eqs. (1) and (4).
func (d *DFC) Fast(dx, _, x []float64, id []int) {
	d.control(x, id)
	d.flow(dx, x, id)
}

// flow sets dx for the e and u at hand.
func (d *DFC) flow(dx, x []float64, id []int) {
	last := d.net.Depth() - 1
	for i := range d.net.Depth() {
		d.setDrive(i, id)
		d.addFeedback(d.s[i], d.u, i, len(id))
		for k := range id {
			v, dv := d.voltages.of(x, k, i), d.voltages.of(dx, k, i)
			for j, drive := range row(d.s[i], k) {
				dv[j] = (drive - v[j]) / d.tauV
			}
			if i < last {
				d.net.Phi[i].Apply(row(d.r[i], k), v)
			}
		}
	}
	for k := range id {
		d.controller.Deriv(d.integral(dx, k), d.integral(x, k), row(d.e, k))
	}
	if d.path != nil {
		d.path.deriv(dx, d.layout.Width(), d.u, len(id))
	}
}

// Norm is the root mean square of errs_k / scale_k with
//
//	scale_k = atol |delta_L| + rtol max(|x0_k - x_k^-|, |x1_k - x_k^-|) + 8 ulp(x_k^-)
//
// where x^- is the feedforward state with an idle controller. What is learned
// from is the deviation from it, which is proportional to the sample's output
// error delta_L, a thousandth of a voltage or a millionth: tolerances that
// looked at the voltages would not see it.
func (d *DFC) Norm(sample int, errs, x0, x1 []float64) float64 {
	floor, sum := d.atol*d.unit[sample], 0.0
	for i, ff := range d.ff.V {
		from := d.voltages.at(i)
		for j, rest := range row(ff, sample) {
			k := from + j
			deviation := max(math.Abs(x0[k]-rest), math.Abs(x1[k]-rest))
			q := errs[k] / (floor + d.rtol*deviation + 8*0x1p-52*math.Abs(rest) + tiny)
			sum += q * q
		}
	}
	for k := d.ctrlAt; k < len(errs); k++ {
		q := errs[k] / (floor + d.rtol*max(math.Abs(x0[k]), math.Abs(x1[k])) + tiny)
		sum += q * q
	}
	return math.Sqrt(sum / float64(len(errs)))
}

// tiny keeps what stands still at zero from dividing zero by zero.
const tiny = 0x1p-1022

// setDrive sets s[i] = W_i r_{i-1} + b_i for the rows named by id.
func (d *DFC) setDrive(i int, id []int) {
	if i > 0 {
		setRows(d.s[i], d.w.B[i], len(id))
		mulRowsAdd(d.s[i], d.r[i-1], d.w.W[i], len(id))
		return
	}
	d.input.drive(d.s[0], id)
}

// control computes r_L, e and u of the rows of x, and leads feedback neurons.
func (d *DFC) control(x []float64, id []int) {
	last := d.net.Depth() - 1
	for k, b := range id {
		output, e := row(d.r[last], k), row(d.e, k)
		d.net.Phi[last].Apply(output, d.voltages.of(x, k, last))
		for j, target := range row(d.target, b) {
			e[j] = target - output[j]
		}
		d.controller.Signal(row(d.u, k), d.integral(x, k), e)
	}
	d.lead(x, len(id))
}

// lead takes feedback neurons, if any, to where u and the states x have them.
func (d *DFC) lead(x []float64, rows int) {
	if d.path != nil {
		d.path.follow(x, d.layout.Width(), d.u, rows)
	}
}

// Slow adds the right side of eq. (5), or (9), weighted, to dst.
func (d *DFC) Slow(dst *Weights, x, dx []float64, id []int, weight []float64) {
	d.control(x, id)
	for i := range d.net.Depth() {
		d.setTeaching(i, x, dx, id)
		for k := range id {
			v := d.voltages.of(x, k, i)
			d.net.Phi[i].Apply(row(d.r[i], k), v)
			d.neuronFactor(row(d.a[i], k), i, v, row(d.r[i], k), row(d.s[i], k))
		}
		scaleRows(d.a[i], weight, len(id))
	}
	d.input.teach(dst, d.a, d.r, id)
}

// neuronFactor sets a = phi(v) - phi(v - s), or s with the linear forward rule.
func (d *DFC) neuronFactor(a []float64, i int, v, r, s []float64) {
	if d.linearRule {
		copy(a, s)
		return
	}
	for j := range a {
		a[j] = v[j] - s[j]
	}
	d.net.Phi[i].Apply(a, a)
	for j := range a {
		a[j] = r[j] - a[j]
	}
}

// learnFrom adds the update of every sample whose voltages are v, rates r and
// teaching signals s: one state a sample, row b that of sample b.
func (d *DFC) learnFrom(dst *Weights, v, r, s []blas64.General) {
	for i := range v {
		for b := range d.batch.N {
			d.neuronFactor(row(d.a[i], b), i, row(v[i], b), row(r[i], b), row(s[i], b))
		}
	}
	d.before[0] = d.batch.Input
	copy(d.before[1:], r)
	dst.AddOuter(d.a, d.before, d.batch.N)
}

// Screen linearizes the loop at the feedforward point and marks the samples
// that fail Condition 3 there, or that the delay makes unstable.
func (d *DFC) Screen(unstable []bool) {
	d.gain.linearize(d.w, d.ff.V, d.ff.R, d.batch.N)
	for b := range d.batch.N {
		regular := d.gain.factor(b)
		unstable[b] = !regular || !d.stable(b)
	}
}

// Flush adds layer 1's part of the update.
func (d *DFC) Flush(dst *Weights) {
	d.input.flush(dst, d.batch)
}

// Improved reports whether a sample's control error is smaller than it was
// without control.
func (d *DFC) Improved(x []float64, sample int) bool {
	before, after := 0.0, 0.0
	last := d.net.Depth() - 1
	output := row(d.r[last], 0)
	d.net.Phi[last].Apply(output, d.voltages.of(x, 0, last))
	for j, target := range row(d.target, sample) {
		e0, e := target-d.ff.Output(sample)[j], target-output[j]
		before, after = before+e0*e0, after+e*e
	}
	return after <= before
}

// Width returns the length of what Derive calls name: v1.., r1.., x, e, u.
func (d *DFC) Width(name string) int {
	if b, ok := d.layout.Block(name); ok {
		return b.Len
	}
	if name == "e" || name == "u" {
		return d.net.Outputs()
	}
	r, _ := revealLayer(name, map[byte][]blas64.General{'r': d.r, 'f': d.neurons()})
	return r.Cols
}

// Derive gives the blocks v1.., x, f1.. and what follows from them: r1.., e and
// u, and f1.. where feedback neurons have no state of their own.
func (d *DFC) Derive(dst []float64, name string, x []float64, sample int) {
	if d.layout.take(dst, name, x) {
		return
	}
	d.control(x, []int{sample})
	switch name {
	case "e":
		copy(dst, row(d.e, 0))
	case "u":
		copy(dst, row(d.u, 0))
	default:
		if f, ok := revealLayer(name, map[byte][]blas64.General{'f': d.neurons()}); ok {
			copy(dst, row(f, 0))
			return
		}
		var layer int
		fmt.Sscanf(name, "r%d", &layer)
		d.net.Phi[layer-1].Apply(dst, d.voltages.of(x, 0, layer-1))
	}
}

// state views the state of row k of x.
func (d *DFC) state(x []float64, k int) []float64 {
	width := d.layout.Width()
	return x[k*width : (k+1)*width]
}

// integral views the controller's states of row k of x.
func (d *DFC) integral(x []float64, k int) []float64 {
	return d.state(x, k)[d.ctrlAt : d.ctrlAt+d.net.Outputs()*d.controller.States()]
}

func scaleRows(a blas64.General, weight []float64, rows int) {
	for k := range rows {
		for j := range a.Cols {
			a.Data[k*a.Stride+j] *= weight[k]
		}
	}
}

// transpose goes by stripes of columns, whose transposes' lines the cache keeps.
func transpose(dst, src blas64.General) {
	const stripe = 16
	for from := 0; from < src.Cols; from += stripe {
		to := min(from+stripe, src.Cols)
		for i := range src.Rows {
			for j, x := range row(src, i)[from:to] {
				dst.Data[(from+j)*dst.Stride+i] = x
			}
		}
	}
}
