package frequency

import (
	"math"
	"math/cmplx"
)

// Eigenvalues sets dst to the n eigenvalues of the complex n x n matrix a, which it
// destroys, by the QR algorithm on its Hessenberg form with Wilkinson's shifts, Golub
// and Van Loan (2013), 7.4 and 7.5. It reports whether that converged.
func Eigenvalues(dst, a []complex128) bool {
	const patience = 40 // iterations an eigenvalue; most take 2
	n := len(dst)
	hessenberg(a, n)
	turns := make([]rotation, n)
	last, tries := n-1, 0
	for last >= 0 {
		first := deflate(a, n, last)
		if first == last {
			dst[last] = a[last*n+last]
			last, tries = last-1, 0
			continue
		}
		if tries++; tries > patience {
			return false
		}
		shift := wilkinson(a[(last-1)*n+last-1], a[(last-1)*n+last], a[last*n+last-1], a[last*n+last])
		if tries%10 == 0 { // an exceptional shift breaks cycles
			shift = a[last*n+last] + complex(modulus(a[last*n+last-1]), 0)
		}
		sweepQR(a, n, first, last, shift, turns)
	}
	return true
}

// deflate clears the lowest subdiagonal entry of rows up to last that is rounding,
// and returns the first row of the block that is left.
func deflate(a []complex128, n, last int) int {
	const epsilon = 0x1p-52
	for k := last; k > 0; k-- {
		below := a[k*n+k-1]
		if modulus1(below) <= epsilon*(modulus1(a[(k-1)*n+k-1])+modulus1(a[k*n+k])) {
			a[k*n+k-1] = 0
			return k
		}
	}
	return 0
}

// modulus is |z|, without cmplx.Abs's care for what overflows.
func modulus(z complex128) float64 { return math.Sqrt(real(z)*real(z) + imag(z)*imag(z)) }

func modulus1(z complex128) float64 { return math.Abs(real(z)) + math.Abs(imag(z)) }

// hessenberg brings a to upper Hessenberg form by Householder's reflections.
func hessenberg(a []complex128, n int) {
	v := make([]complex128, n)
	for k := 0; k < n-2; k++ {
		norm := 0.0
		for i := k + 1; i < n; i++ {
			v[i] = a[i*n+k]
			norm += real(v[i])*real(v[i]) + imag(v[i])*imag(v[i])
		}
		norm = math.Sqrt(norm)
		if norm == 0 {
			continue
		}
		head := modulus(v[k+1])
		phase := complex(1, 0)
		if head > 0 {
			phase = v[k+1] / complex(head, 0)
		}
		v[k+1] += phase * complex(norm, 0)
		reflect(a, v, n, k, complex(1/(norm*(norm+head)), 0))
	}
}

// reflect applies H = I - scale v v^* from both sides; v has rows from k+1 on.
func reflect(a, v []complex128, n, k int, scale complex128) {
	for j := k; j < n; j++ {
		var sum complex128
		for i := k + 1; i < n; i++ {
			sum += cmplx.Conj(v[i]) * a[i*n+j]
		}
		sum *= scale
		for i := k + 1; i < n; i++ {
			a[i*n+j] -= v[i] * sum
		}
	}
	for i := range n {
		row := a[i*n : i*n+n]
		var sum complex128
		for j := k + 1; j < n; j++ {
			sum += row[j] * v[j]
		}
		sum *= scale
		for j := k + 1; j < n; j++ {
			row[j] -= sum * cmplx.Conj(v[j])
		}
	}
}

// wilkinson returns the eigenvalue of [a b; c d] that is nearer to d.
func wilkinson(a, b, c, d complex128) complex128 {
	half := (a - d) / 2
	root := cmplx.Sqrt(half*half + b*c)
	if real(half)*real(root)+imag(half)*imag(root) < 0 {
		root = -root
	}
	if half+root == 0 {
		return d
	}
	return d - b*c/(half+root)
}

// rotation is [c s; -conj(s) c] of two rows.
type rotation struct {
	c float64
	s complex128
}

// sweepQR makes one step a = R Q + shift I, Q R = a - shift I, of the block of rows
// first..last.
func sweepQR(a []complex128, n, first, last int, shift complex128, turns []rotation) {
	for k := first; k <= last; k++ {
		a[k*n+k] -= shift
	}
	for k := first; k < last; k++ {
		x, y := a[k*n+k], a[(k+1)*n+k]
		ax, ay := modulus(x), modulus(y)
		r := rotation{0, 1}
		if ax > 0 {
			h := math.Sqrt(ax*ax + ay*ay)
			r = rotation{ax / h, x / complex(ax, 0) * cmplx.Conj(y) / complex(h, 0)}
		}
		turns[k] = r
		upper, lower := a[k*n:k*n+n], a[(k+1)*n:(k+1)*n+n]
		c, s, back := complex(r.c, 0), r.s, -cmplx.Conj(r.s)
		for j := k; j <= last; j++ {
			p, q := upper[j], lower[j]
			upper[j], lower[j] = c*p+s*q, back*p+c*q
		}
	}
	for k := first; k < last; k++ {
		c, s, back := complex(turns[k].c, 0), -turns[k].s, cmplx.Conj(turns[k].s)
		for i := first; i <= k+1; i++ {
			row := a[i*n : i*n+n]
			p, q := row[k], row[k+1]
			row[k], row[k+1] = c*p+back*q, s*p+c*q
		}
	}
	for k := first; k <= last; k++ {
		a[k*n+k] += shift
	}
}
