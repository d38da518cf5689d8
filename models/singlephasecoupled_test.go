package models

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// As W and Q slow down, what they have moved tends to the buffered updates, to
// first order in 1/tau.
func TestCoupledSinglePhaseTendsToTheBufferedOne(t *testing.T) {
	f, set := awake(t, []int{4, 5, 4, 3}, 5)
	set.Presentation = 2
	batches := []*Batch{f.only(0, 1, 2), f.only(3, 4)}
	batches[1].First = 3
	want, drift := NewWeights(f.net), NewFeedbackDrift(f.net)
	p := mustBuffer(t, f.net, set)
	for _, batch := range batches {
		if _, err := p.Present(want, f.w, batch); err != nil {
			t.Fatal(err)
		}
		drift.Add(p.Drift())
	}
	floats.Scale(1.0/5, want.Plastic())
	wantQ := drift.right(f.w, set.Beta)
	off := func(tau float64) (forward, feedback float64) {
		set.TauW, set.TauQ = tau, tau
		c, err := NewCoupledSinglePhase(f.net, 2, set)
		if err != nil {
			t.Fatal(err)
		}
		w := NewWeights(f.net)
		w.Copy(f.w)
		if _, err := c.Present(w, batches); err != nil {
			t.Fatal(err)
		}
		moved := slices.Clone(w.Plastic())
		floats.Sub(moved, f.w.Plastic())
		floats.Scale(tau/set.Presentation, moved)
		var movedQ []float64
		for i, q := range w.Q {
			for k, x := range q.Data {
				movedQ = append(movedQ, tau/set.Presentation*(x-f.w.Q[i].Data[k]))
			}
		}
		return distance(moved, want.Plastic()), distance(movedQ, wantQ)
	}
	coarseW, coarseQ := off(100)
	fineW, fineQ := off(200)
	if order := math.Log2(coarseW / fineW); math.Abs(order-1) > 0.05 || fineW > 0.05 {
		t.Errorf("W off by %g and %g: order %.3f of 1/tau", coarseW, fineW, order)
	}
	if order := math.Log2(coarseQ / fineQ); math.Abs(order-1) > 0.05 || fineQ > 0.05 {
		t.Errorf("Q off by %g and %g: order %.3f of 1/tau", coarseQ, fineQ, order)
	}
}

// At level coupled the dynamics are those of the weights in the state: here of
// other ones than the presentation began with.
func TestCoupledSinglePhaseFollowsItsWeights(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 1)
	set.TauW, set.TauQ, set.Beta = 2, 3, 0.1
	c, err := NewCoupledSinglePhase(f.net, 1, set)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.begin(f.w, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	y, dy := c.y[:c.Dim()], make([]float64, c.Dim())
	for k := range y {
		y[k] = math.Sin(float64(k))
	}
	c.Deriv(dy, 0, y)
	w, p := NewWeights(f.net), c.noisy[0].(*SinglePhase)
	w.setFrom(y[c.width:])
	u := mat.NewVecDense(3, nil)
	p.control(y, []int{0})
	copy(u.RawVector().Data, row(p.u, 0))
	for i, before := range [][]float64{row(f.batch.Input, 0), rates(f.net, 0, p.voltages.of(y, 0, 0))} {
		var drive, control mat.VecDense
		drive.MulVec(mat.NewDense(w.W[i].Rows, w.W[i].Cols, w.W[i].Data), mat.NewVecDense(len(before), before))
		control.MulVec(mat.NewDense(w.Q[i].Rows, 3, w.Q[i].Data), u)
		for j, v := range p.voltages.of(y, 0, i) {
			vfb := p.apical.of(y, 0, i)[j]
			if got, want := p.voltages.of(dy, 0, i)[j], (drive.AtVec(j)+w.B[i][j]+vfb-v)/set.TauV; math.Abs(got-want) > 1e-13 {
				t.Errorf("dv%d[%d] is %g, want %g", i+1, j, got, want)
			}
			if got, want := p.apical.of(dy, 0, i)[j], (control.AtVec(j)-vfb)/set.TauA; math.Abs(got-want) > 1e-13 {
				t.Errorf("dvfb%d[%d] is %g, want %g", i+1, j, got, want)
			}
			for k, q := range row(w.Q[i], j) {
				hp := u.AtVec(k) - p.lowPass(y, 0)[k]
				if got, want := row(c.dw.Q[i], j)[k], (-vfb*hp-set.Beta*q)/set.TauQ; math.Abs(got-want) > 1e-13 {
					t.Errorf("dQ%d[%d, %d] is %g, want %g", i+1, j, k, got, want)
				}
			}
		}
	}
}

// rates returns phi_i of voltages, layers counted from 0.
func rates(net *Network, i int, v []float64) []float64 {
	r := make([]float64, len(v))
	net.Phi[i].Apply(r, v)
	return r
}
