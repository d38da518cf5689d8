package analysis

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"testing"
)

// The reduced loop has the full one's spectrum, on random networks of 1 to 6 layers and
// with all controllers: the same abscissa, and the same eigenvalues outside the cluster
// into which rounding smears the defective -1/tau_v; n_i above, at and below n_L;
// stable and unstable loops.
func TestReducedSpectrumIsThatOfTheFullLoop(t *testing.T) {
	sizes := []int{4, 7, 5, 6, 2, 5, 3}
	for name, c := range testControllers(t) {
		for depth := 1; depth <= 6; depth++ {
			for _, output := range []string{"linear", "sigmoid"} {
				t.Run(fmt.Sprint(name, depth, output), func(t *testing.T) {
					a := architecture{append([]int{}, sizes[6-depth:]...), "tanh", output, true}
					for seed := range uint64(4) {
						f := newFixture(t, a, seed, 1)
						f.randomFeedback(1)
						v := f.voltages()
						f.fill(v, 1) // any voltages
						compareSpectra(t, Loop{f.net, f.w, c, 0.2}, v)
					}
				})
			}
		}
	}
}

func compareSpectra(t *testing.T, loop Loop, v []float64) {
	t.Helper()
	full, err := Eigenvalues(loop.Matrix(v))
	if err != nil {
		t.Fatal(err)
	}
	reduced, err := Eigenvalues(loop.Reduced(v))
	if err != nil {
		t.Fatal(err)
	}
	nL, lag := loop.Net.Outputs(), lagOf(loop.Net)
	if want := nL * (loop.Net.Depth() + loop.Controller.States() + lag.longest()); len(reduced) != want {
		t.Errorf("%d eigenvalues, want %d", len(reduced), want)
	}
	// A cluster of L equal eigenvalues is eps^(1/L) wide, 7e-4 at L = 6, and rounding
	// moves what is at a distance d from it by about eps/d^(L-1): 1e-9 at the radius.
	leaks := []complex128{complex(-1/loop.TauV, 0)}
	radius := max(0.02, math.Pow(0x1p-52/1e-9, 1/float64(loop.Net.Depth()-1))) / loop.TauV
	if lag.tau > 0 {
		leaks = append(leaks, complex(-1/lag.tau, 0))
	}
	floor := math.Inf(-1)
	for _, leak := range leaks {
		floor = max(floor, real(leak)+radius)
	}
	got := max(floor, SpectralAbscissa(reduced))
	if want := max(floor, SpectralAbscissa(full)); math.Abs(got-want) > 1e-10*max(1, math.Abs(want)) {
		t.Errorf("abscissa %.12g, full loop's %.12g", got, want)
	}
	outside := func(eigenvalues []complex128) (far []complex128) {
		for _, l := range eigenvalues {
			near := func(leak complex128) bool { return cmplx.Abs(l-leak) <= radius }
			if !slices.ContainsFunc(leaks, near) {
				far = append(far, l)
			}
		}
		return far
	}
	if d := matchDistance(outside(reduced), outside(full)); d > 1e-8/loop.TauV {
		t.Errorf("eigenvalues outside the cluster are %g apart", d)
	}
}

// matchDistance pairs each of a with the nearest left of b and returns the
// largest distance; infinite if they are not equally many.
func matchDistance(a, b []complex128) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	worst := 0.0
	for _, x := range a {
		nearest := 0
		for k, y := range b {
			if cmplx.Abs(x-y) < cmplx.Abs(x-b[nearest]) {
				nearest = k
			}
		}
		worst = max(worst, cmplx.Abs(x-b[nearest]))
		b = append(b[:nearest:nearest], b[nearest+1:]...)
	}
	return worst
}

// The two ways to the taps, from voltages and from a minibatch, agree.
func TestTapsOfAMinibatchAreThoseOfTheLoop(t *testing.T) {
	for _, a := range architectures {
		f := newFixture(t, a, 51, 1)
		f.randomFeedback(1)
		fromLoop := Loop{Net: f.net, W: f.w}.Taps(f.voltages())
		for i, tap := range f.linearize().samples[0].jacobians().taps(f.w) {
			if d := distance(tap.RawMatrix().Data, fromLoop[i].RawMatrix().Data); d > 1e-13 {
				t.Errorf("%v: A_%d is %g off", a, i+1, d)
			}
		}
	}
}
