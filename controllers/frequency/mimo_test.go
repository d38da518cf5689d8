package frequency

import (
	"errors"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// states is a loop as a linear system, x' = A x + B u, y = C x, and its transfer
// C (s I - A)^-1 B: what the tests close by hand.
type states struct{ a, b, c *mat.Dense }

// randomStates draws n channels and m states; A is stable with rates around 1.
func randomStates(rng *rand.Rand, n, m int, gain float64) states {
	draw := func(r, c int, std float64) *mat.Dense {
		d := mat.NewDense(r, c, nil)
		d.Apply(func(_, _ int, _ float64) float64 { return std * rng.NormFloat64() }, d)
		return d
	}
	s := states{draw(m, m, 1/math.Sqrt(float64(m))), draw(m, n, 1), draw(n, m, gain)}
	for k := range m {
		s.a.Set(k, k, s.a.At(k, k)-1.5)
	}
	return s
}

func (s states) loop(t *testing.T) Loop {
	t.Helper()
	m, _ := s.a.Dims()
	_, n := s.b.Dims()
	l := Loop{Channels: n, Transfer: func(dst []complex128, z complex128) {
		full := make([]complex128, m*m) // z I - A, inverted
		for k, x := range s.a.RawMatrix().Data {
			full[k] = complex(-x, 0)
		}
		for k := range m {
			full[k*m+k] += z
		}
		swapped, inverse := make([]int, m), make([]complex128, m*m)
		eliminate(full, swapped)
		invert(inverse, full, swapped)
		for i := range n {
			for j := range n {
				dst[i*n+j] = 0
				for p := range m {
					for q := range m {
						dst[i*n+j] += complex(s.c.At(i, p)*s.b.At(q, j), 0) * inverse[p*m+q]
					}
				}
			}
		}
	}}
	for _, p := range spectrum(t, s.a) {
		l.Corners = append(l.Corners, cmplx.Abs(p))
		if real(p) > 0 {
			l.Unstable++
		}
	}
	return l
}

// closed returns the abscissa of A - k B C for a complex gain k, from the real matrix
// [Re -Im; Im Re], which has the eigenvalues and their conjugates.
func (s states) closed(t *testing.T, k complex128) float64 {
	t.Helper()
	m, _ := s.a.Dims()
	var bc mat.Dense
	bc.Mul(s.b, s.c)
	full := mat.NewDense(2*m, 2*m, nil)
	for i := range m {
		for j := range m {
			re, im := s.a.At(i, j)-real(k)*bc.At(i, j), -imag(k)*bc.At(i, j)
			full.Set(i, j, re)
			full.Set(m+i, m+j, re)
			full.Set(i, m+j, -im)
			full.Set(m+i, j, im)
		}
	}
	abscissa := math.Inf(-1)
	for _, p := range spectrum(t, full) {
		abscissa = max(abscissa, real(p))
	}
	return abscissa
}

func spectrum(t *testing.T, m *mat.Dense) []complex128 {
	t.Helper()
	var eigen mat.Eigen
	if !eigen.Factorize(m, mat.EigenNone) {
		t.Fatal("no spectrum")
	}
	return eigen.Values(nil)
}

// eachLoop calls do with stable random loops of 1 to 4 channels.
func eachLoop(t *testing.T, do func(t *testing.T, s states, l Loop, m Margins)) {
	stable := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 7))
		n := 1 + int(seed%4)
		s := randomStates(rng, n, n+1+rng.IntN(4), 0.7)
		l := s.loop(t)
		m, err := l.Margins()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if unstable := s.closed(t, 1) >= 0; unstable != (m.Unstable > 0) {
			t.Errorf("seed %d: %d unstable poles, abscissa %g", seed, m.Unstable, s.closed(t, 1))
		}
		if m.Unstable == 0 {
			stable++
			do(t, s, l, m)
		}
	}
	if stable < 20 {
		t.Errorf("only %d loops were stable", stable)
	}
}

// edge finds by brute force where, from 0 on, the loop loses its stability along a way:
// scanned in steps, then bisected; +Inf if it does not.
func edge(stableAt func(x float64) bool, steps []float64) float64 {
	last := 0.
	for _, x := range steps {
		if stableAt(x) {
			last = x
			continue
		}
		for range 60 {
			if middle := (last + x) / 2; stableAt(middle) {
				last = middle
			} else {
				x = middle
			}
		}
		return x
	}
	return math.Inf(1)
}

// ladder returns count steps up to top.
func ladder(top float64, count int) (steps []float64) {
	for k := range count {
		steps = append(steps, top*float64(k+1)/float64(count))
	}
	return steps
}

func compareEdge(t *testing.T, what string, got, brute, searched float64) {
	t.Helper()
	if math.IsInf(brute, 1) && got > searched {
		return
	}
	if math.Abs(got-brute) > 1e-9*(1+brute) {
		t.Errorf("%s margin %.12g, by brute force %.12g", what, got, brute)
	}
}

// Gain and phase margins are where the closed system's spectrum, scanned and bisected,
// says that stability ends.
func TestMarginsAreWhereTheSpectrumReachesTheAxis(t *testing.T) {
	eachLoop(t, func(t *testing.T, s states, _ Loop, m Margins) {
		const reach = 20.
		up := edge(func(x float64) bool { return s.closed(t, complex(1+x, 0)) < 0 }, ladder(reach, 400))
		down := edge(func(x float64) bool { return s.closed(t, complex(1-x, 0)) < 0 }, ladder(reach, 400))
		phase := edge(func(x float64) bool { return s.closed(t, cmplx.Rect(1, x)) < 0 }, ladder(math.Pi, 100))
		compareEdge(t, "upper gain", m.GainAbove.Value-1, up, reach)
		compareEdge(t, "lower gain", 1-m.GainBelow.Value, down, reach)
		compareEdge(t, "phase", m.Phase.Value, phase, math.Pi)
	})
}

// The delay margin is where the winding number, which knows no loci, says that stability
// ends; det(I + exp(-i w tau) L(i w)) is 0 there.
func TestDelayMarginIsWhereTheWindingNumberChanges(t *testing.T) {
	finite := 0
	eachLoop(t, func(t *testing.T, s states, l Loop, m Margins) {
		stableAt := func(tau float64) bool {
			delayed := l
			delayed.Delay = tau
			poles, err := delayed.UnstablePoles()
			return err == nil && poles == 0
		}
		if math.IsInf(m.Delay.Value, 1) {
			for _, tau := range ladder(50, 25) {
				if !stableAt(tau) {
					t.Errorf("no delay margin, but delay %g is unstable", tau)
				}
			}
			return
		}
		finite++
		for _, tau := range ladder(m.Delay.Value*(1-1e-7), 20) {
			if !stableAt(tau) {
				t.Errorf("delay %g is unstable within the margin %v", tau, m.Delay)
			}
		}
		if stableAt(m.Delay.Value * (1 + 1e-7)) {
			t.Errorf("the loop is stable beyond its delay margin %v", m.Delay)
		}
	})
	if finite < 5 {
		t.Errorf("only %d loops had a delay margin", finite)
	}
}

// Peaks are the largest singular values on a dense grid, by gonum's decomposition.
func TestPeaksAreThoseOfADenseGrid(t *testing.T) {
	eachLoop(t, func(t *testing.T, s states, l Loop, m Margins) {
		for what, p := range map[string]struct {
			got Peak
			at  func(omega float64) float64
		}{
			"sensitivity":   {m.Sensitivity, func(omega float64) float64 { s, _ := denseGains(t, l, omega); return s }},
			"complementary": {m.Complementary, func(omega float64) float64 { _, c := denseGains(t, l, omega); return c }},
		} {
			want := densePeak(p.at)
			if what == "sensitivity" {
				want = max(want, 1)
			}
			if math.Abs(p.got.Value-want) > 1e-8*want {
				t.Errorf("%s peak %.12g, on the dense grid %.12g", what, p.got.Value, want)
			}
		}
	})
}

// densePeak returns the maximum over a grid of four decades and 0, then over grids
// ever denser around its top.
func densePeak(f func(omega float64) float64) float64 {
	const count = 300
	low, high, best := 1e-2, 1e2, f(0)
	for range 4 {
		top, ratio := low, math.Pow(high/low, 1./count)
		largest := 0.
		for k := range count + 1 {
			omega := low * math.Pow(ratio, float64(k))
			if v := f(omega); v > largest {
				largest, top = v, omega
			}
		}
		best = max(best, largest)
		low, high = top/ratio, top*ratio
	}
	return best
}

// denseGains returns the largest singular values of S and T, from [Re -Im; Im Re].
func denseGains(t *testing.T, l Loop, omega float64) (s, complementary float64) {
	t.Helper()
	n := l.Channels
	dst := make([]complex128, n*n)
	l.Transfer(dst, complex(0, omega))
	full, sum := mat.NewDense(2*n, 2*n, nil), mat.NewDense(2*n, 2*n, nil)
	for k, z := range dst {
		i, j := k/n, k%n
		full.Set(i, j, real(z))
		full.Set(n+i, n+j, real(z))
		full.Set(i, n+j, -imag(z))
		full.Set(n+i, j, imag(z))
	}
	sum.Copy(full)
	for k := range 2 * n {
		sum.Set(k, k, sum.At(k, k)+1)
	}
	var inverse, both mat.Dense
	if err := inverse.Inverse(sum); err != nil {
		t.Fatal(err)
	}
	both.Mul(&inverse, full)
	return largestSingularValue(t, &inverse), largestSingularValue(t, &both)
}

func largestSingularValue(t *testing.T, m *mat.Dense) float64 {
	t.Helper()
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDNone) {
		t.Fatal("no singular values")
	}
	return svd.Values(nil)[0]
}

// Loci are those of the channels that a change of basis hides, each for itself though
// they cross.
func TestLociDoNotSwap(t *testing.T) {
	hidden := []func(s complex128) complex128{
		func(s complex128) complex128 { return 3 / ((s + 1) * (s + 2)) },
		func(s complex128) complex128 { return 2 * (s + 0.5) / ((s + 0.3) * (s + 4)) },
		func(s complex128) complex128 { return 40 / ((s*s + 0.8*s + 4) * (s + 3)) },
	}
	rng := rand.New(rand.NewPCG(1, 1))
	basis, inverse := mat.NewDense(3, 3, nil), mat.NewDense(3, 3, nil)
	basis.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, basis)
	if err := inverse.Inverse(basis); err != nil {
		t.Fatal(err)
	}
	loci, err := Loop{Channels: 3, Corners: []float64{1, 2, 0.3, 4, 3}, Transfer: func(dst []complex128, s complex128) {
		for k := range dst {
			dst[k] = 0
			for j, f := range hidden {
				dst[k] += complex(basis.At(k/3, j)*inverse.At(j, k%3), 0) * f(s)
			}
		}
	}}.Loci()
	if err != nil {
		t.Fatal(err)
	}
	for j, locus := range loci.Locus {
		least := math.Inf(1)
		for _, f := range hidden {
			worst := 0.
			for k, omega := range loci.Frequencies {
				worst = max(worst, cmplx.Abs(locus[k]-f(complex(0, omega))))
			}
			least = min(least, worst)
		}
		if least > 1e-12 {
			t.Errorf("locus %d is %g from the nearest channel", j, least)
		}
	}
}

// A pole on the axis is reported, not counted to either side.
func TestAPoleOnTheAxisIsAnError(t *testing.T) {
	for name, l := range map[string]Loop{
		"oscillator":             scalar(func(s complex128) complex128 { return 8 / ((s + 1) * (s + 1) * (s + 1)) }, 1),
		"integrator without aim": {Channels: 2, Corners: []float64{1}, Transfer: func(dst []complex128, s complex128) { dst[0], dst[1], dst[2], dst[3] = 1/s, 0, 0, 0 }},
	} {
		if _, err := l.Margins(); !errors.Is(err, ErrMarginal) {
			t.Errorf("%s: error %v, want %v", name, err, ErrMarginal)
		}
	}
}

// The eigenvalues are gonum's for real matrices, and those of a similar triangular one
// for complex matrices.
func TestEigenvaluesOfComplexMatrices(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for n := 1; n <= 12; n++ {
		a, lambda := make([]complex128, n*n), make([]complex128, n)
		trace, square := complex128(0), complex128(0)
		for k := range a {
			a[k] = complex(rng.NormFloat64(), rng.NormFloat64())
		}
		for i := range n {
			trace += a[i*n+i]
			for j := range n {
				square += a[i*n+j] * a[j*n+i]
			}
		}
		original := slices.Clone(a)
		if !Eigenvalues(lambda, a) {
			t.Fatalf("n = %d: no convergence", n)
		}
		for _, z := range lambda {
			trace -= z
			square -= z * z
			shifted := slices.Clone(original)
			for k := range n {
				shifted[k*n+k] -= z
			}
			if small := smallestPivot(shifted, n); small > 1e-12 {
				t.Errorf("n = %d: %v leaves the pivot %g", n, z, small)
			}
		}
		if cmplx.Abs(trace) > 1e-12 || cmplx.Abs(square) > 1e-11 {
			t.Errorf("n = %d: traces are %v and %v off", n, trace, square)
		}
	}
}

func smallestPivot(a []complex128, n int) float64 {
	eliminate(a, make([]int, n))
	small := math.Inf(1)
	for k := range n {
		small = min(small, cmplx.Abs(a[k*n+k]))
	}
	return small
}
