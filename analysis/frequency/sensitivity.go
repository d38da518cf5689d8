package frequency

import (
	"math"
	"math/cmplx"
)

// peak returns the largest gain over frequencies of the closed loop's transfer from
// disturbance to output, S = (I + L)^-1, or of T = I - S = (I + L)^-1 L. S goes to I and T
// to 0 at infinity.
func (w *walk) peak(complementary bool) (Peak, error) {
	g := newGain(w, complementary)
	points := w.points[w.around:]
	values := make([]float64, len(points))
	best := Peak{Value: 1, Frequency: math.Inf(1)}
	if complementary {
		best.Value = 0
	}
	for k, p := range points {
		values[k] = g.at(p.frequency())
		if values[k] > best.Value {
			best = Peak{values[k], p.frequency()}
		}
	}
	const rival = 0.8 // between points no maximum is higher by more than that
	for k := 1; k+1 < len(points); k++ {
		if v := values[k]; v < rival*best.Value || v < values[k-1] || v < values[k+1] {
			continue
		}
		omega, value := maximize(points[k-1].frequency(), points[k+1].frequency(), g.at)
		if value > best.Value {
			best = Peak{value, omega}
		}
	}
	return best, g.err
}

// gain evaluates the largest singular value of S or T.
type gain struct {
	w             *walk
	complementary bool
	inverse       []complex128
	square        []complex128
	lambda        []complex128
	err           error
}

func newGain(w *walk, complementary bool) *gain {
	n := w.loop.Channels
	matrix := func() []complex128 { return make([]complex128, n*n) }
	return &gain{w: w, complementary: complementary, inverse: matrix(), square: matrix(), lambda: make([]complex128, n)}
}

func (g *gain) at(omega float64) float64 {
	w, n := g.w, g.w.loop.Channels
	w.loop.evaluate(w.l, complex(0, omega))
	for k := range n {
		w.l[k*n+k]++
	}
	if math.IsNaN(eliminate(w.l, w.swapped)) {
		g.err = ErrMarginal
		return math.Inf(1)
	}
	invert(g.inverse, w.l, w.swapped)
	if g.complementary {
		for k := range g.inverse {
			g.inverse[k] = -g.inverse[k]
		}
		for k := range n {
			g.inverse[k*n+k]++
		}
	}
	return g.norm()
}

// norm returns the largest singular value of inverse, by its square's eigenvalues.
func (g *gain) norm() float64 {
	n := g.w.loop.Channels
	for i := range n {
		for j := range n {
			var sum complex128
			for k := range n {
				sum += g.inverse[i*n+k] * cmplx.Conj(g.inverse[j*n+k])
			}
			g.square[i*n+j] = sum
		}
	}
	if !eigenvalues(g.lambda, g.square) {
		g.err = ErrNotFinite
	}
	largest := 0.0
	for _, z := range g.lambda {
		largest = max(largest, real(z))
	}
	return math.Sqrt(largest)
}
