package analysis

import (
	"math"
	"testing"

	"credo/controllers"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Condition 1, by hand: norms 5 and 1 of two layers have mean 3 and deviation 2.
func TestNormSpreadIsStandardDeviationOverMean(t *testing.T) {
	f := newFixture(t, architecture{[]int{2, 2, 1}, "linear", "linear", false}, 1, 2)
	copy(f.w.W[0].Data, []float64{0.2, 0, 0, 0.2})
	copy(row(f.tiles[0].Input, 0), []float64{3, 4})
	copy(row(f.tiles[0].Input, 1), []float64{-8, 6}) // the spread has no unit
	got := f.linearize().NormSpread()
	for b, spread := range got.Sample {
		if math.Abs(spread-2.0/3) > 1e-15 {
			t.Errorf("sample %d: spread %g, want 2/3", b, spread)
		}
	}
	if math.Abs(got.Mean-2.0/3) > 1e-15 {
		t.Errorf("mean %g, want 2/3", got.Mean)
	}
}

// Condition 2 against the projection formed from the right singular vectors of
// the dense J.
func TestRowSpaceShareIsThatOfTheDenseProjection(t *testing.T) {
	for _, a := range architectures {
		t.Run(a.String(), func(t *testing.T) {
			f := newFixture(t, a, 41, 2, 1)
			f.randomFeedback(1)
			got, err := f.linearize().RowSpaceShare()
			if err != nil {
				t.Fatal(err)
			}
			mean := mat.NewDense(f.net.Outputs(), len(f.voltages()), nil)
			for k, s := range f.linearize().samples {
				j := Jacobian(f.net, f.w, row(s.batch.Input, s.b))
				mean.Add(mean, j)
				if want := denseShare(t, j, StackedFeedback(f.w)); math.Abs(got.Sample[k]-want) > 1e-12 {
					t.Errorf("sample %d: %g, want %g", k, got.Sample[k], want)
				}
			}
			share, err := f.linearize().MeanRowSpaceShare()
			if err != nil {
				t.Fatal(err)
			}
			if want := denseShare(t, mean, StackedFeedback(f.w)); math.Abs(share-want) > 1e-12 {
				t.Errorf("mean Jacobian: %g, want %g", share, want)
			}
			if want := floats.Sum(got.Sample) / 3; math.Abs(got.Mean-want) > 1e-15 {
				t.Errorf("mean %g, want %g", got.Mean, want)
			}
		})
	}
}

// denseShare returns |V V^T Q|_F / |Q|_F with the right singular vectors V of J.
func denseShare(t *testing.T, j, q *mat.Dense) float64 {
	t.Helper()
	var svd mat.SVD
	if !svd.Factorize(j, mat.SVDThin) {
		t.Fatal("no singular value decomposition")
	}
	var v, projected mat.Dense
	svd.VTo(&v)
	projected.Product(&v, v.T(), q)
	return mat.Norm(&projected, 2) / mat.Norm(q, 2)
}

// In a linear network all samples have one Jacobian, and one Q serves them all.
func TestLinearNetworkHasOneRowSpace(t *testing.T) {
	f := newFixture(t, architectures[4], 42, 4)
	f.rowSpaceFeedback()
	checkConditions(t, f, false, true)
}

// Condition 3 against the dense J and Q.
func TestControlMarginIsThatOfTheDenseLoopGain(t *testing.T) {
	c, err := controllers.PI(1.5, 0.1, 1, controllers.LeakIntegral)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range architectures {
		f := newFixture(t, a, 43, 3)
		f.randomFeedback(1)
		got, err := f.linearize().ControlMargin(c)
		if err != nil {
			t.Fatal(err)
		}
		for b, margin := range got.Sample {
			var gain mat.Dense
			gain.Mul(Jacobian(f.net, f.w, row(f.tiles[0].Input, b)), StackedFeedback(f.w))
			gain.Scale(-1, &gain)
			if want := 0.1/(1+0.1*1.5) - abscissaOf(t, &gain); math.Abs(margin-want) > 1e-12 {
				t.Errorf("%v, sample %d: %g, want %g", a, b, margin, want)
			}
		}
		if want := floats.Sum(got.Sample) / 3; math.Abs(got.Mean-want) > 1e-14 {
			t.Errorf("mean %g, want %g", got.Mean, want)
		}
	}
}
