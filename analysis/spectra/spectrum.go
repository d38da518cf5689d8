package spectra

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Spectrum is some or all eigenvalues of a matrix, the rightmost first; of a complex
// pair the one above the real axis first.
type Spectrum struct {
	Values  []complex128
	Vectors [][]complex128 // right eigenvectors of unit norm; nil unless asked for

	Residuals []float64 // |M x - lambda x| of every pair; nil of a dense spectrum
	Products  int       // with M, or solutions with its resolvent; 0 of a dense spectrum
}

// Abscissa returns the largest real part; -Inf of none.
func (s *Spectrum) Abscissa() float64 {
	if len(s.Values) == 0 {
		return math.Inf(-1)
	}
	return real(s.Values[0])
}

// ErrEigen reports a dense eigenvalue iteration that failed: compare with errors.Is.
var ErrEigen = errors.New("spectra: the eigenvalue iteration did not converge; is an entry not finite?")

// Eigenvalues returns all eigenvalues of a square matrix.
func Eigenvalues(m *mat.Dense) (*Spectrum, error) {
	eigen, err := factorize(m, mat.EigenNone)
	if err != nil {
		return nil, err
	}
	s := &Spectrum{Values: eigen.Values(nil)}
	s.sort()
	return s, nil
}

// Eigenpairs returns all eigenvalues of a square matrix and their right eigenvectors,
// which are parallel where an eigenvalue is defective.
func Eigenpairs(m *mat.Dense) (*Spectrum, error) {
	eigen, err := factorize(m, mat.EigenRight)
	if err != nil {
		return nil, err
	}
	var columns mat.CDense
	eigen.VectorsTo(&columns)
	s := &Spectrum{Values: eigen.Values(nil)}
	for j := range s.Values {
		x := make([]complex128, len(s.Values))
		for i := range x {
			x[i] = columns.At(i, j)
		}
		s.Vectors = append(s.Vectors, x)
	}
	s.sort()
	return s, nil
}

func factorize(m *mat.Dense, kind mat.EigenKind) (*mat.Eigen, error) {
	for _, x := range m.RawMatrix().Data {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, ErrEigen
		}
	}
	eigen := new(mat.Eigen)
	if !eigen.Factorize(m, kind) {
		return nil, ErrEigen
	}
	return eigen, nil
}

// sort puts the rightmost first. Pairs stay together, as they have one real part to
// the last bit.
func (s *Spectrum) sort() {
	order := make([]int, len(s.Values))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareRightmost(s.Values[a], s.Values[b]) })
	s.Values, s.Vectors, s.Residuals = permuted(s.Values, order), permuted(s.Vectors, order), permuted(s.Residuals, order)
}

// compareRightmost orders by real part, then pairs by their distance from the axis,
// then the upper one first.
func compareRightmost(a, b complex128) int {
	return cmp.Or(cmp.Compare(real(b), real(a)), cmp.Compare(math.Abs(imag(b)), math.Abs(imag(a))), cmp.Compare(imag(b), imag(a)))
}

func permuted[T any](x []T, order []int) []T {
	if x == nil {
		return nil
	}
	y := make([]T, len(order))
	for k, from := range order {
		y[k] = x[from]
	}
	return y
}
