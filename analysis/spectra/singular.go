package spectra

import (
	"errors"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Singular is the smallest singular value of zI - M with its vectors,
// (zI - M) Right = Sigma Left: 1/Sigma is the norm of the resolvent, and z belongs to
// the epsilon-pseudospectrum for all epsilon >= Sigma.
type Singular struct {
	Sigma       float64 // 0 at an eigenvalue, without vectors
	Left, Right []complex128
}

// Gradient returns (dSigma/dx, dSigma/dy) at z = x + iy where Sigma is simple: as
// Sigma = Left^* (zI - M) Right, the real and the negative imaginary part of
// Left^* Right. Its length is 1 for a normal matrix, and at most 1 for any.
func (s Singular) Gradient() (x, y float64) {
	g := dot(s.Left, s.Right)
	return real(g), -imag(g)
}

// SmallestSingular returns it by bidiagonalisation of the resolvent, Golub and Kahan
// (1965), with full reorthogonalisation:
//
//	alpha_j v_j = R u_j - beta_{j-1} v_{j-1},   beta_j u_{j+1} = R^* v_j - alpha_j u_j
//
// until the residual is below 1e-8 of |R|. It is what inverse Lanczos on
// (zI - M)^* (zI - M) is, Trefethen and Embree (2005), section 39, without squares.
// The error is a [*ConvergenceError].
func SmallestSingular(op Resolver, z complex128) (Singular, error) {
	return newProbe(op).at(z, 1e-8)
}

// probe finds largest singular values, each from near the last one's vector on.
type probe struct {
	op     Resolver
	random []complex128 // of unit length, real, always the same
	start  []complex128
	u, v   [][]complex128
	count  int // of singular values found
}

func newProbe(op Resolver) *probe {
	rng := rand.New(rand.NewPCG(3, 4))
	p := &probe{op: op, random: make([]complex128, op.Dim())}
	for k := range p.random {
		p.random[k] = complex(rng.NormFloat64(), 0)
	}
	unit(p.random)
	p.restart()
	return p
}

// restart forgets the last vector.
func (p *probe) restart() { p.start = p.random }

// follow starts the next search near a vector. Not at it: the singular vectors of
// a normal matrix are the same at every z, and from one of them no other is found.
func (p *probe) follow(x []complex128) {
	start := append([]complex128{}, x...)
	axpy(start, 0.03, p.random)
	p.start = unit(start)
}

// at returns the smallest singular value at z, with a residual of at most tol |R|.
func (p *probe) at(z complex128, tol float64) (Singular, error) {
	p.count++
	r, err := p.op.Resolvent(z)
	var singular *SingularError
	if errors.As(err, &singular) {
		return Singular{}, nil
	}
	if err != nil {
		return Singular{}, err
	}
	d, err := p.largest(r, tol)
	if err != nil {
		return Singular{}, err
	}
	p.follow(d.from)
	return Singular{Sigma: 1 / d.sigma, Left: d.from, Right: d.to}, nil
}

// direction is the largest singular value of a map with its vectors,
// E from = sigma to.
type direction struct {
	sigma    float64
	from, to []complex128
}

const mostBidiagonal = 400

// largest bidiagonalises r, from p.start on, until the residual of the largest
// singular value is at most tol of it.
func (p *probe) largest(r Resolvent, tol float64) (direction, error) {
	p.u, p.v = append(p.u[:0], p.start), p.v[:0]
	var alpha, beta []float64
	for j := 0; ; j++ {
		v := make([]complex128, len(p.start))
		r.Solve(v, p.u[j])
		orthogonalize(v, p.v)
		alpha = append(alpha, norm(v))
		p.v = append(p.v, unit(v))
		u := make([]complex128, len(p.start))
		r.SolveAdjoint(u, v)
		orthogonalize(u, p.u)
		beta = append(beta, norm(u))
		if math.IsNaN(beta[j]) {
			return direction{}, ErrEigen
		}
		if j < 8 || j%4 == 0 || j+1 == len(u) {
			d, residual := p.converged(alpha, beta)
			if residual <= tol*d.sigma || j+1 == len(u) {
				return d, nil
			}
			if j >= mostBidiagonal {
				return d, &ConvergenceError{0, 1, 2 * j, residual / d.sigma}
			}
		}
		p.u = append(p.u, unit(u))
	}
}

// converged returns the singular triple in the spaces spanned so far, and the
// residual |E^* to - sigma from|.
func (p *probe) converged(alpha, beta []float64) (direction, float64) {
	k := len(alpha)
	b := mat.NewDense(k, k, nil) // E U = V B
	for j := range k {
		b.Set(j, j, alpha[j])
		if j > 0 {
			b.Set(j-1, j, beta[j-1])
		}
	}
	var svd mat.SVD
	svd.Factorize(b, mat.SVDFull)
	var left, right mat.Dense
	svd.UTo(&left)
	svd.VTo(&right)
	d := direction{svd.Values(nil)[0], combine(p.u[:k], &right), combine(p.v, &left)}
	return d, beta[k-1] * math.Abs(left.At(k-1, 0))
}

// combine returns the sum of c_j0 x_j.
func combine(x [][]complex128, c *mat.Dense) []complex128 {
	sum := make([]complex128, len(x[0]))
	for j, xj := range x {
		axpy(sum, complex(c.At(j, 0), 0), xj)
	}
	return unit(sum)
}

// orthogonalize takes the part in the orthonormal vectors basis from x, twice.
func orthogonalize(x []complex128, basis [][]complex128) {
	for range 2 {
		for j := len(basis) - 1; j >= 0; j-- {
			axpy(x, -dot(basis[j], x), basis[j])
		}
	}
}

// dot returns x^* y.
func dot(x, y []complex128) complex128 {
	var re, im float64
	for k, c := range x {
		a, b := real(c), imag(c)
		d, e := real(y[k]), imag(y[k])
		re += a*d + b*e
		im += a*e - b*d
	}
	return complex(re, im)
}

func axpy(y []complex128, a complex128, x []complex128) {
	re, im := real(a), imag(a)
	for k, c := range x {
		y[k] += complex(re*real(c)-im*imag(c), re*imag(c)+im*real(c))
	}
}
