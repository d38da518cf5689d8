package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The ratio is that of the projection J^T (J J^T)^-1 J, written out.
func TestCondition2RatioIsThatOfTheProjection(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 4)
	if err := f.w.InitFeedback(f.net, "random", 2, nil); err != nil {
		t.Fatal(err)
	}
	ff, jacobian := NewFeedforward(f.net), NewJacobian(f.net)
	ff.Run(f.w, f.batch)
	jacobian.Run(f.w, ff.V, ff.R, f.batch.N)
	q := mat.NewDense(16, 3, flatFeedback(f.w))
	want := 0.0
	for b := range f.batch.N {
		j := mat.NewDense(3, 16, nil)
		for i, at := range []int{0, 7, 13} {
			own := jacobian.Of(b, i)
			j.Slice(0, 3, at, at+own.Cols).(*mat.Dense).Copy(mat.NewDense(3, own.Cols, own.Data))
		}
		var gram, jq, inside, projection mat.Dense
		gram.Mul(j, j.T())
		jq.Mul(j, q)
		if err := inside.Solve(&gram, &jq); err != nil {
			t.Fatal(err)
		}
		projection.Mul(j.T(), &inside)
		want += mat.Norm(&projection, 2) / mat.Norm(q, 2)
	}
	got := mustFeedback(t, f.net, sleeping(pi(t, 0.2, 0.5))).Condition2(f.w, f.batch)
	if math.Abs(got-want) > 1e-12 || got > 0.9*4 {
		t.Errorf("the ratios sum to %g, want %g", got, want)
	}
}

func TestCondition2HoldsForThePseudoinverse(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 1)
	if err := f.w.InitFeedback(f.net, "pseudoinverse", 2, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	if got := mustFeedback(t, f.net, sleeping(pi(t, 0.2, 0.5))).Condition2(f.w, f.batch); math.Abs(got-1) > 1e-12 {
		t.Errorf("the ratio is %g", got)
	}
}
