package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// InstantDFC is [DFC] in the limit tau_v -> 0 of Tikhonov's theorem: voltages
// follow the control signal at once, and the controller's states alone take time,
//
//	v_i = W_i phi(v_{i-1}) + b_i + Q_i u
//	u   = C x + D (r_L^* - phi(v_L(u))),   dx/dt = A x + B e
//
// What is taught is s_i = v_i - v_i^ff = Q_i u. With a gain D of its own the
// controller closes the loop at once: u is the root of
//
//	f(u) = r_L(u) + (u - C x)/D - r_L^* = 0,   df/du = J(u) Q + I/D
//
// which a chord iteration finds with the factors of the feedforward point.
// Voltages near tau_v = 0 tend to this root where it is stable for them.
//
// A sample's state is the controller's, "x", of which there must be one; feedback
// is direct or layerwise.
type InstantDFC struct {
	*DFC
	layout *Layout
	chord  *loopGain      // J Q + I/D at the feedforward point; nil for D = 0
	base   blas64.General // TileRows x n_L: C x
	step   []float64
	moving []bool
}

// NewInstantDFC returns the limit of Deep Feedback Control of net. s gives what
// [NewDFC] takes, less TauV.
func NewInstantDFC(net *Network, s Settings) *InstantDFC {
	nL := net.Outputs()
	d := &InstantDFC{
		DFC: NewDFC(net, s), layout: &Layout{},
		base: newTile(nL), step: make([]float64, nL), moving: make([]bool, TileRows),
	}
	d.layout.add("x", nL*s.Controller.States())
	if s.Controller.D != 0 {
		d.chord = newLoopGain(net, 1/s.Controller.D, TileRows)
	}
	return d
}

// Layout names a sample's state: x.
func (d *InstantDFC) Layout() *Layout { return d.layout }

// Bind computes the feedforward state, the targets, and the chords' factors.
func (d *InstantDFC) Bind(w *Weights, batch *Batch) Outcome {
	outcome := d.DFC.Bind(w, batch)
	if d.chord != nil {
		d.chord.linearize(w, d.ff.V, d.ff.R, batch.N)
		for b := range batch.N {
			d.chord.factor(b)
		}
	}
	return outcome
}

// Rest sets the rows of x to an idle controller.
func (d *InstantDFC) Rest(x []float64) { clear(x[:d.batch.N*d.layout.Width()]) }

// Fast sets dx to the right side of eq. (4).
func (d *InstantDFC) Fast(dx, _, x []float64, id []int) {
	d.settle(x, id)
	for k := range id {
		d.controller.Deriv(d.row(dx, k), d.row(x, k), row(d.e, k))
	}
}

// mostInstantChords bounds the sweeps in search of u.
const mostInstantChords = 100

// settle puts v_i into s[i], and r_i, e and u beside them, for the rows of x. A
// row whose u has been found holds still while others move, so that its bits do
// not depend on them; one whose u is not found is NaN.
func (d *InstantDFC) settle(x []float64, id []int) {
	none := row(d.e, 0)
	clear(none)
	for k := range id {
		d.controller.Signal(row(d.base, k), d.row(x, k), none)
		copy(row(d.u, k), row(d.base, k))
		d.moving[k] = d.chord != nil
	}
	for sweeps := 0; ; sweeps++ {
		d.sweep(id)
		under := 0
		for k, b := range id {
			if d.moving[k] = d.moving[k] && !d.found(k, b); !d.moving[k] {
				continue
			}
			under++
			if sweeps == mostInstantChords {
				row(d.u, k)[0] = math.NaN()
			}
			d.chord.solve(d.step, b)
			for j, step := range d.step {
				row(d.u, k)[j] -= step
			}
		}
		if under == 0 || sweeps == mostInstantChords {
			break
		}
	}
	d.judge(id)
}

// sweep computes the rows' voltages s[i] and rates r[i] from their u.
func (d *InstantDFC) sweep(id []int) {
	for i := range d.net.Depth() {
		d.setDrive(i, id)
		d.addFeedback(d.s[i], d.u, i, len(id))
		for k := range id {
			d.net.Phi[i].Apply(row(d.r[i], k), row(d.s[i], k))
		}
	}
}

// found sets step = f(u) of row k, sample b, and says whether it counts as zero.
func (d *InstantDFC) found(k, b int) bool {
	output, u, base := row(d.r[len(d.r)-1], k), row(d.u, k), row(d.base, k)
	for j, target := range row(d.target, b) {
		d.step[j] = output[j] + (u[j]-base[j])*d.chord.inverse - target
	}
	return largest(d.step) <= max(restTolerance*d.unit[b], d.rounding[b])
}

// judge sets the rows' e from their outputs; where u was not found, to NaN.
func (d *InstantDFC) judge(id []int) {
	for k, b := range id {
		output, e, lost := row(d.r[len(d.r)-1], k), row(d.e, k), 0*row(d.u, k)[0]
		for j, target := range row(d.target, b) {
			e[j] = target - output[j] + lost
		}
	}
}

// Slow adds the right side of eq. (5), or (9), weighted, to dst.
func (d *InstantDFC) Slow(dst *Weights, x, _ []float64, id []int, weight []float64) {
	d.settle(x, id)
	for i, a := range d.a {
		setRows(a, nil, len(id))
		d.addFeedback(a, d.u, i, len(id))
		for k := range id {
			d.neuronFactor(row(a, k), i, row(d.s[i], k), row(d.r[i], k), row(a, k))
		}
		scaleRows(a, weight, len(id))
	}
	d.input.teach(dst, d.a, d.r, id)
}

// Norm is that of [DFC] for the controller's states.
func (d *InstantDFC) Norm(sample int, errs, x0, x1 []float64) float64 {
	floor, sum := d.atol*d.unit[sample], 0.0
	for k, err := range errs {
		q := err / (floor + d.rtol*max(math.Abs(x0[k]), math.Abs(x1[k])) + tiny)
		sum += q * q
	}
	return math.Sqrt(sum / float64(len(errs)))
}

// Improved reports whether a sample's control error is smaller than it was
// without control.
func (d *InstantDFC) Improved(x []float64, sample int) bool {
	d.settle(x, []int{sample})
	before, after := 0.0, 0.0
	for j, e := range row(d.e, 0) {
		e0 := row(d.target, sample)[j] - d.ff.Output(sample)[j]
		before, after = before+e0*e0, after+e*e
	}
	return after <= before
}

// Derive gives x, and v1.., r1.., e and u, which follow from it.
func (d *InstantDFC) Derive(dst []float64, name string, x []float64, sample int) {
	if name == "x" {
		copy(dst, x)
		return
	}
	d.settle(x, []int{sample})
	switch name {
	case "e":
		copy(dst, row(d.e, 0))
	case "u":
		copy(dst, row(d.u, 0))
	default:
		if g, ok := revealLayer(name, map[byte][]blas64.General{'v': d.s, 'r': d.r}); ok {
			copy(dst, row(g, 0))
		}
	}
}

// row views the state of row k of x.
func (d *InstantDFC) row(x []float64, k int) []float64 {
	width := d.layout.Width()
	return x[k*width : (k+1)*width]
}
