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

// keep leaves the k pairs of largest key, and the other half of the last one.
func (s *Spectrum) keep(k int, key func(complex128) float64) {
	order := make([]int, len(s.Values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(key(s.Values[b]), key(s.Values[a])), compareRightmost(s.Values[a], s.Values[b]))
	})
	if k < len(order) && imag(s.Values[order[k-1]]) > 0 {
		k++
	}
	order = order[:k]
	s.Values, s.Vectors = permuted(s.Values, order), permuted(s.Vectors, order)
	s.sort()
}

// measure sets the residuals, by two products a complex pair and one a real value.
func (s *Spectrum) measure(op Operator) {
	n := op.Dim()
	re, im, mRe, mIm := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	s.Residuals = make([]float64, len(s.Values))
	for j, lambda := range s.Values {
		if imag(lambda) < 0 {
			s.Residuals[j] = s.Residuals[j-1]
			continue
		}
		for i, c := range s.Vectors[j] {
			re[i], im[i] = real(c), imag(c)
		}
		op.Apply(mRe, re)
		s.Products++
		if imag(lambda) != 0 {
			op.Apply(mIm, im)
			s.Products++
		} else {
			clear(mIm)
		}
		rest := make([]complex128, n)
		for i, c := range s.Vectors[j] {
			rest[i] = complex(mRe[i], mIm[i]) - lambda*c
		}
		s.Residuals[j] = norm(rest)
	}
}

// smallSpectrum is the dense answer for few dimensions.
func smallSpectrum(op Operator, k int, key func(complex128) float64) (*Spectrum, error) {
	s, err := Eigenpairs(DenseOf(op))
	if err != nil {
		return nil, err
	}
	s.Products = op.Dim()
	s.keep(k, key)
	s.measure(op)
	return s, nil
}
