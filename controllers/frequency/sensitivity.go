package frequency

import (
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// peak returns the largest gain over frequencies of the closed loop's transfer from
// disturbance to output, S = (I + L)^-1, or of T = I - S = (I + L)^-1 L. S goes to I and T
// to 0 at infinity.
func (w *walk) peak(complementary bool) (Peak, error) {
	const rival = 0.9 // a pole from which two points are an eighth of a turn apart is cos(pi/8) nearer
	g := newGain(w, complementary)
	points := w.points[w.around:]
	values, order := make([]float64, len(points)), make([]int, len(points))
	for k, p := range points {
		values[k] = g.bound(p.frequency())
	}
	floats.ArgsortStable(slices.Clone(values), order)
	best := Peak{Value: 1, Frequency: math.Inf(1)}
	if complementary {
		best.Value = 0
	}
	for i := len(order) - 1; i >= 0 && values[order[i]] > rival*best.Value; i-- {
		k := order[i]
		if values[k] = g.at(points[k].frequency()); values[k] > best.Value {
			best = Peak{values[k], points[k].frequency()}
		}
	}
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

// gain evaluates the largest singular value of S or T, which is at most the Frobenius
// norm, and |S| <= 1 + |T|.
type gain struct {
	w             *walk
	complementary bool
	matrix        []complex128
	square        []complex128
	lambda        []complex128
	err           error
}

func newGain(w *walk, complementary bool) *gain {
	n := w.loop.Channels
	matrix := func() []complex128 { return make([]complex128, n*n) }
	return &gain{w: w, complementary: complementary, matrix: matrix(), square: matrix(), lambda: make([]complex128, n)}
}

// at returns the gain at omega.
func (g *gain) at(omega float64) float64 {
	g.bound(omega)
	return g.norm()
}

// bound sets matrix to S or T at omega and returns a bound on its gain.
func (g *gain) bound(omega float64) float64 {
	w, n := g.w, g.w.loop.Channels
	w.loop.evaluate(w.l, complex(0, omega))
	for k := range n {
		w.l[k*n+k]++
	}
	if math.IsNaN(eliminate(w.l, w.swapped)) {
		g.err = ErrMarginal
		return math.Inf(1)
	}
	invert(g.matrix, w.l, w.swapped)
	direct := frobenius(g.matrix)
	for k := range n { // -T, whose gain is T's
		g.matrix[k*n+k]--
	}
	if g.complementary {
		return frobenius(g.matrix)
	}
	bound := min(direct, 1+frobenius(g.matrix))
	for k := range n {
		g.matrix[k*n+k]++
	}
	return bound
}

// norm returns the largest singular value of matrix, by its square's eigenvalues.
func (g *gain) norm() float64 {
	n := g.w.loop.Channels
	for i := range n {
		for j := range n {
			var sum complex128
			for k := range n {
				sum += g.matrix[i*n+k] * cmplx.Conj(g.matrix[j*n+k])
			}
			g.square[i*n+j] = sum
		}
	}
	if !Eigenvalues(g.lambda, g.square) {
		g.err = ErrNotFinite
	}
	largest := 0.0
	for _, z := range g.lambda {
		largest = max(largest, real(z))
	}
	return math.Sqrt(largest)
}
