package continuation

import (
	"fmt"
	"math/cmplx"
	"sort"

	"gonum.org/v1/gonum/mat"
)

// Kind says what is special about a point.
type Kind int

const (
	Regular        Kind = iota
	Fold                // an eigenvalue is 0 and the branch turns round
	HopfPoint           // a pair of eigenvalues is +-i omega
	BranchPoint         // another branch passes
	Cusp                // of a fold curve: two folds meet
	BogdanovTakens      // a double eigenvalue 0: a fold and a Hopf curve touch
	Bautin              // of a Hopf curve: l1 = 0, from super- to subcritical
	FoldHopf            // eigenvalues 0 and +-i omega
	DoubleHopf          // two pairs on the axis
)

func (k Kind) String() string {
	return [...]string{"regular", "fold", "Hopf", "branch point", "cusp", "Bogdanov-Takens", "Bautin", "fold-Hopf", "double Hopf"}[k]
}

// Point is a rest state on a branch or curve.
type Point struct {
	Kind        Kind
	Y, P        []float64
	Tangent     []float64    // in y, the free parameters, and omega^2 on Hopf curves; in units of their scales
	Eigenvalues []complex128 // by falling real part
	// Unstable counts the eigenvalues on the right, without those that are on
	// the axis all along a curve.
	Unstable int
	// Omega is the frequency at Hopf points and along Hopf curves, else 0.
	Omega float64
	// L1 is the first Lyapunov coefficient along Hopf curves, NaN at Bogdanov-Takens
	// and fold-Hopf points, where it is infinite; elsewhere see [HopfForm]. Of a linear
	// system it is but rounding.
	L1 float64

	node     node
	critical criticality
}

// Stable reports whether no eigenvalue is on the right.
func (p *Point) Stable() bool { return p.Unstable == 0 }

func (p *Point) String() string {
	return fmt.Sprintf("%v at p = %.10g, y = %.6g, omega = %.10g", p.Kind, p.P, p.Y, p.Omega)
}

// criticality is what a curve watches for sign changes beside the eigenvalues.
type criticality struct {
	left, right []float64 // null vectors of df/dy on a fold curve
	cusp        float64   // left . B(right, right)
	double      float64   // left . right
	kappa       float64   // omega^2 on a Hopf curve, negative at neutral saddles
}

// Branch is a curve of rest states, passed in one direction, with special points
// in their places. The ends are those before the first and after the last point.
type Branch struct {
	Points []*Point
	Ends   [2]Ending
}

// Special returns the points that are not regular.
func (b *Branch) Special() []*Point {
	var special []*Point
	for _, p := range b.Points {
		if p.Kind != Regular {
			special = append(special, p)
		}
	}
	return special
}

// eigenvalues returns the eigenvalues of a by falling real part, of a pair the one
// above first; nil if there are none to be had.
func eigenvalues(a *mat.Dense) []complex128 {
	var eigen mat.Eigen
	if !isFinite(a.RawMatrix().Data) || !eigen.Factorize(a, mat.EigenNone) {
		return nil
	}
	values := eigen.Values(nil)
	sort.SliceStable(values, func(i, j int) bool {
		if real(values[i]) != real(values[j]) {
			return real(values[i]) > real(values[j])
		}
		return imag(values[i]) > imag(values[j])
	})
	return values
}

// without returns values less the one nearest to each of those given.
func without(values []complex128, given ...complex128) []complex128 {
	left := append([]complex128(nil), values...)
	for _, g := range given {
		if k := nearest(left, g); k >= 0 {
			left = append(left[:k], left[k+1:]...)
		}
	}
	return left
}

// nearest returns the index of the value nearest to z; -1 if there are none.
func nearest(values []complex128, z complex128) int {
	best := -1
	for k, v := range values {
		if best < 0 || cmplx.Abs(v-z) < cmplx.Abs(values[best]-z) {
			best = k
		}
	}
	return best
}

func countRight(values []complex128) (n int) {
	for _, v := range values {
		if real(v) > 0 {
			n++
		}
	}
	return n
}

// crossing returns the pair nearest to the axis, as the one above the real axis.
func crossing(values []complex128) (pair complex128, ok bool) {
	for _, v := range values {
		if imag(v) > 0 && (!ok || abs(real(v)) < abs(real(pair))) {
			pair, ok = v, true
		}
	}
	return pair, ok
}

func abs(x float64) float64 { return max(x, -x) }
