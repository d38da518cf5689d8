package spectra

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// evolution is E = exp(Mt), and in the place of a resolvent: Solve applies E,
// SolveAdjoint E^T, to real vectors in the place of complex ones.
//
// It works in the Krylov space of R = (zI - M)^-1 at z = 10/t, van den Eshof and
// Hochbruck (2006), SIAM J. Sci. Comput. 27: with R V_m = V_m H_m + .. ,
//
//	exp(Mt) b ~ |b| V_m exp(t (z I - H_m^-1)) e_1
//
// Some tens of solutions do at any t and however stiff M is, where integration takes
// steps in proportion to t |M|.
type evolution struct {
	r    Resolvent
	t, z float64
	err  error
}

const (
	evolutionTol     = 1e-9
	evolutionStride  = 5 // solutions between looks at the result
	largestEvolution = 150
)

func newEvolution(op Resolver, t float64) (*evolution, error) {
	z := 10 / t
	r, err := op.Resolvent(complex(z, 0))
	return &evolution{r: r, t: t, z: z}, err
}

func (e *evolution) Solve(x, b []complex128) { e.apply(x, b, e.r.Solve) }

func (e *evolution) SolveAdjoint(x, b []complex128) { e.apply(x, b, e.r.SolveAdjoint) }

// apply enlarges the Krylov space until the coefficients of exp(Mt) b no longer change.
func (e *evolution) apply(x, b []complex128, solve func(x, b []complex128)) {
	n := len(b)
	most := min(n, largestEvolution)
	basis, h := general(most+1, n), general(most+1, most)
	first := row(basis, 0)
	for k, c := range b {
		first[k] = real(c)
	}
	size := floats.Norm(first, 2)
	floats.Scale(1/size, first)
	var coefficients []float64
	for m := 1; m <= most; m++ {
		whole := arnoldi(basis, h, m, solve)
		if m%evolutionStride != 0 && m < most && !whole {
			continue
		}
		before := coefficients
		coefficients = e.projected(h, m)
		if whole || m == n || before != nil && changeOf(before, coefficients) <= evolutionTol {
			break
		}
		if m == most {
			e.err = &ConvergenceError{0, 1, m, changeOf(before, coefficients)}
		}
	}
	y := make([]float64, n)
	space := blas64.General{Rows: len(coefficients), Cols: n, Stride: n, Data: basis.Data}
	blas64.Gemv(blas.Trans, size, space, vector(coefficients), 0, vector(y))
	for k := range x {
		x[k] = complex(y[k], 0)
	}
}

// arnoldi adds vector m to the basis and column m-1 to h; it reports whether the m
// before span an invariant subspace.
func arnoldi(basis, h blas64.General, m int, solve func(x, b []complex128)) bool {
	next := make([]complex128, basis.Cols)
	for k, x := range row(basis, m-1) {
		next[k] = complex(x, 0)
	}
	solve(next, next)
	y := row(basis, m)
	for k, c := range next {
		y[k] = real(c)
	}
	length := floats.Norm(y, 2)
	for range 2 {
		for i := range m {
			part := floats.Dot(row(basis, i), y)
			floats.AddScaled(y, -part, row(basis, i))
			h.Data[i*h.Stride+m-1] += part
		}
	}
	rest := floats.Norm(y, 2)
	if m < h.Rows {
		h.Data[m*h.Stride+m-1] = rest
	}
	if rest <= 1e-14*length {
		return true
	}
	floats.Scale(1/rest, y)
	return false
}

// projected returns exp(t (z I - H_m^-1)) e_1.
func (e *evolution) projected(h blas64.General, m int) []float64 {
	leading := mat.NewDense(m, m, nil)
	for i := range m {
		copy(leading.RawRowView(i), row(h, i)[:m])
	}
	var inverse, exponential mat.Dense
	if err := inverse.Inverse(leading); err != nil {
		if c, ok := err.(mat.Condition); !ok || math.IsInf(float64(c), 1) {
			e.err = err
			return make([]float64, m)
		}
	}
	inverse.Scale(-e.t, &inverse)
	for i := range m {
		inverse.Set(i, i, inverse.At(i, i)+e.t*e.z)
	}
	exponential.Exp(&inverse)
	return mat.Col(nil, 0, &exponential)
}

// changeOf returns |after - before|, where before is continued by zeros.
func changeOf(before, after []float64) float64 {
	if before == nil {
		return math.Inf(1)
	}
	sum := 0.0
	for k, x := range after {
		if k < len(before) {
			x -= before[k]
		}
		sum += x * x
	}
	return math.Sqrt(sum)
}
