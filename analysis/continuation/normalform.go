package continuation

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Hopf is the normal form of a Hopf point under one parameter, mu its distance from
// the point:
//
//	z' = (i omega + slope mu) z + c1 z |z|^2,   y = y0 + 2 Re(z q)
type Hopf struct {
	Mode
	Y     []float64
	Slope complex128 // d lambda/d mu along the branch
	C1    complex128 // [Mode.Cubic]
}

// L1 is the first Lyapunov coefficient.
func (h *Hopf) L1() float64 { return real(h.C1) / h.Omega }

// Supercritical reports whether a stable cycle is born (if all other modes decay);
// else an unstable one shrinks to nothing.
func (h *Hopf) Supercritical() bool { return real(h.C1) < 0 }

// HopfForm returns the normal form at a Hopf point, free being the index of the
// parameter that varies. scale is that of [Options].
func HopfForm(f Family, point *Point, free int, scale float64) (*Hopf, error) {
	r, err := newRest(f, point.Y, point.P, []Parameter{aroundOf(point.P, free)}, &Options{Scale: scale})
	if err != nil {
		return nil, err
	}
	if !(point.Omega > 0) {
		return nil, fmt.Errorf("%w: %v", ErrNotHopf, point)
	}
	x := append(slices.Clone(point.Y), point.P[free])
	mode, c1, err := r.cubic(x, point.Omega)
	if err != nil {
		return nil, err
	}
	slope, err := r.slope(x, mode)
	return &Hopf{mode, slices.Clone(point.Y), slope, c1}, err
}

// aroundOf is a parameter in a range of its own size, or of 1 about 0.
func aroundOf(p []float64, index int) Parameter {
	width := math.Abs(p[index])
	if width == 0 {
		width = 1
	}
	return Parameter{index, p[index] - width/2, p[index] + width/2}
}

// cubic returns the critical mode and c1 at x.
func (r *rest) cubic(x []float64, omega float64) (Mode, complex128, error) {
	mode, err := denseMode(r.linear(x), omega)
	if err != nil {
		return mode, 0, err
	}
	y, p := r.state(x)
	c1, err := mode.Cubic(func(dy, y []float64) { r.f.Deriv(dy, y, p) }, y, r.scale)
	return mode, c1, err
}

// slope returns d lambda/dp = <p, (d/dp)(A(y(p), p)) q>, the derivative of A along the
// branch, whose direction is dy/dp = -A^-1 df/dp.
func (r *rest) slope(x []float64, mode Mode) (complex128, error) {
	whole := mat.NewDense(r.n, r.n+1, nil)
	r.derivative(whole, x)
	var lu mat.LU
	lu.Factorize(whole.Slice(0, r.n, 0, r.n))
	direction := mat.NewVecDense(r.n, nil)
	if !solve(&lu, direction, false, mat.Col(nil, r.n, whole)) {
		return 0, ErrNotHopf
	}
	along := append(direction.RawVector().Data, -1)
	h := second.step / 2 * min(r.free[0].Max-r.free[0].Min, r.scale/max(floats.Norm(along[:r.n], math.Inf(1)), tiny))
	var sum mat.Dense
	sum.ReuseAs(r.n, r.n)
	at := make([]float64, len(x))
	for k, w := range first.weight {
		for _, side := range []float64{1, -1} {
			a := r.linear(floats.AddScaledTo(at, x, -side*float64(k+1)*h, along))
			a.Scale(side*w/h, a)
			sum.Add(&sum, a)
		}
	}
	return dot(mode.P, multiply(&sum, mode.Q)), nil
}

const tiny = 0x1p-1022

func multiply(a *mat.Dense, q []complex128) []complex128 {
	dst := make([]complex128, len(q))
	for i := range dst {
		for j, x := range q {
			dst[i] += complex(a.At(i, j), 0) * x
		}
	}
	return dst
}

// Cycle is a limit cycle.
type Cycle struct {
	Omega     float64   // 2 pi over its period
	Amplitude []float64 // of every component: half of what it sweeps
}

// Period is 2 pi / Omega.
func (c Cycle) Period() float64 { return 2 * math.Pi / c.Omega }

// Cycle returns the limit cycle at a distance mu of the parameter from the Hopf
// point, to first order in mu, and whether there is one on that side:
//
//	|z|^2 = -Re(slope) mu / Re c1,   omega + Im(slope) mu + Im(c1) |z|^2
func (h *Hopf) Cycle(mu float64) (Cycle, bool) {
	square := -real(h.Slope) * mu / real(h.C1)
	if !(square > 0) {
		return Cycle{}, false
	}
	cycle := Cycle{Omega: h.Omega + imag(h.Slope)*mu + imag(h.C1)*square}
	for _, q := range h.Q {
		cycle.Amplitude = append(cycle.Amplitude, 2*math.Sqrt(square)*cmplx.Abs(q))
	}
	return cycle, true
}

// OnCycle returns a state on that cycle, to first order in the square root of mu.
// It is about the rest state at the Hopf point.
func (h *Hopf) OnCycle(mu float64) []float64 {
	radius := 2 * math.Sqrt(max(0, -real(h.Slope)*mu/real(h.C1)))
	y := slices.Clone(h.Y)
	for k, q := range h.Q {
		y[k] += radius * real(q)
	}
	return y
}
