package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// poles returns the eigenvalues of the closed loop of sample 0, by differences of
// its dynamics, which a linear network has exactly.
func (f *fixture) poles(t *testing.T, d *DFC) []complex128 {
	t.Helper()
	n := d.Layout().Width()
	x, at, dx := make([]float64, TileRows*n), make([]float64, n), make([]float64, n)
	d.Rest(x)
	d.Fast(at, []float64{0}, x[:n], []int{0})
	m := mat.NewDense(n, n, nil)
	for k := range n {
		x[k]++
		d.Fast(dx, []float64{0}, x[:n], []int{0})
		x[k]--
		for i := range n {
			m.Set(i, k, dx[i]-at[i])
		}
	}
	var eigen mat.Eigen
	if !eigen.Factorize(m, mat.EigenNone) {
		t.Fatal("no eigenvalues")
	}
	return eigen.Values(nil)
}

// distanceOutside returns how far right of the way z = p T lies, in the upper half plane.
func distanceOutside(points int, z complex128) float64 {
	low, high := 0.0, talbotAngle(points)
	if corner, _ := talbot(points, high); imag(z) >= imag(corner) {
		return real(z) - real(corner)
	}
	for range 60 {
		middle := (low + high) / 2
		if at, _ := talbot(points, middle); imag(at) < imag(z) {
			low = middle
		} else {
			high = middle
		}
	}
	at, _ := talbot(points, low)
	return real(z) - real(at)
}

// strayFeedback returns a linear network whose feedback has a random part.
func strayFeedback(t *testing.T, sizes []int, rng *rand.Rand) *fixture {
	f := newFixture(t, sizes, "linear", "linear", "squared-error", 1)
	size := math.Exp(1.5*rng.NormFloat64()-1) * math.Sqrt(4/float64(f.net.Outputs()))
	for _, q := range f.w.Q {
		for k := range q.Data {
			q.Data[k] += size * rng.NormFloat64()
		}
	}
	f.set.Presentation = math.Exp(rng.NormFloat64() + 1)
	return f
}

// The argument along the way tells what the eigenvalues of the loop do: whether a
// pole matters that the contour does not enclose.
func TestPolesOutsideOfTheContourAreFound(t *testing.T) {
	const contour, points, loops = 1, 20, 30
	for name, c := range everyController(t) {
		for _, sizes := range [][]int{{3, 6, 5, 4}, {3, 12, 11, 10}} {
			rng := rand.New(rand.NewPCG(7, 8))
			clear, outside, doubtful := 0, 0, 0
			for range loops {
				f := strayFeedback(t, sizes, rng)
				f.set.Controller = c
				p := mustPresenter(t, f, f.at("response")).(*Response)
				p.Bind(f.w, f.batch)
				p.Screen(p.unstable)
				farthest := math.Inf(-1)
				for _, pole := range f.poles(t, p.DFC) {
					if imag(pole) >= 0 {
						farthest = max(farthest, distanceOutside(points, pole*complex(f.set.Presentation, 0)))
					}
				}
				isClear := p.loop[contour].path.isClear(&p.loop[contour], p.DFC, 0)
				switch {
				case math.Abs(farthest) < 0.05: // a hair's breadth
				case farthest > 0 && isClear:
					t.Errorf("%s, T = %g: a pole at a distance of %g/T is not seen", name, f.set.Presentation, farthest)
				case farthest > 0:
					outside++
				case isClear:
					clear++
				case farthest > -2: // so near that the argument turns too fast to follow
					doubtful++
				default:
					t.Errorf("%s, T = %g: a pole is seen, but the next is %g/T from the way", name, f.set.Presentation, farthest)
				}
			}
			t.Logf("%s, %d outputs: %d loops with a pole outside, %d without; %d of these are doubtful", name, sizes[3], outside, clear+doubtful, doubtful)
			if outside < loops/10 || clear < loops/10 || doubtful > loops/10 {
				t.Errorf("%s: of %d loops %d have a pole outside, %d have none, %d seem to have one", name, loops, outside, clear, doubtful)
			}
		}
	}
}

// At the published settings the way is known at its long stops, by feedback of
// every kind: what the check costs is then little.
func TestPublishedLoopsTurnAlike(t *testing.T) {
	for _, feedback := range []string{"weight-product", "transpose-jacobian"} {
		f := newFixture(t, []int{784, 256, 256, 256, 10}, "tanh", "softmax", "cross-entropy", 8)
		f.set.Controller, f.set.Presentation, f.set.TargetStepsize = pi(t, 2, 1.389044506e-3), 20, 0.078
		if err := f.w.InitFeedback(f.net, feedback, 3, []*Batch{f.batch}); err != nil {
			t.Fatal(err)
		}
		_, presenter, _ := f.present(t, f.at("response"))
		p := presenter.(*Response)
		if n := len(p.Integrated()); n > 0 {
			t.Errorf("%s: %d of 8 samples were integrated", feedback, n)
		}
		for b := range f.batch.N {
			for k := range p.loop {
				if clear, known := p.loop[k].path.turnsAlike(&p.loop[k], p.DFC, b); !clear || !known {
					t.Errorf("%s, sample %d: clear %v, known %v", feedback, b, clear, known)
				}
			}
		}
	}
}
