package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// frequencyResponse inverts the linearised loop's response to a step of the
// target, at one time, on a contour. What does not depend on the sample is
// computed once: the filters and the controller at each point.
type frequencyResponse struct {
	laplaceContour
	path    loopPath     // to the poles that the contour does not enclose
	filter  []complex128 // F(s) = 1/(tau_v s + 1)
	inverse []complex128 // 1/c(s)

	a, u      []complex128
	hermitian []complex128
}

func newFrequencyResponse(d *DFC, points int, t float64) frequencyResponse {
	nL := d.net.Outputs()
	f := frequencyResponse{laplaceContour: newLaplaceContour(points, t), path: newLoopPath(d, points, t), a: make([]complex128, nL*nL), u: make([]complex128, nL), hermitian: make([]complex128, nL*nL)}
	for _, s := range f.point {
		f.filter = append(f.filter, 1/(complex(d.tauV, 0)*s+1))
		f.inverse = append(f.inverse, 1/d.controller.Transfer(s))
	}
	return f
}

// integral sets dst to the integral of u over [0, T] for sample b of d, and adds
// to row b of z[m-1] z_m(T) = (F^m u)(T). It reports
// whether the loop has a response at every point.
func (f *frequencyResponse) integral(dst []float64, z []blas64.General, d *DFC, b int) bool {
	clear(dst)
	for k, s := range f.point {
		if !f.solve(d, b, k) {
			return false
		}
		overS := f.weight[k] / s
		for j, u := range f.u {
			dst[j] += real(overS * u)
		}
		filtered := f.weight[k]
		for _, zm := range z {
			filtered *= f.filter[k]
			at := row(zm, b)
			for j, u := range f.u {
				at[j] += real(filtered * u)
			}
		}
	}
	return true
}

// solve sets u to (sum_i A_i F^(L-i+1) + I/c)^-1 delta_L / s at point k.
func (f *frequencyResponse) solve(d *DFC, b, k int) bool {
	nL := len(f.u)
	f.open(d, b, f.filter[k])
	output := d.ff.Output(b)
	for j, target := range row(d.target, b) {
		f.a[j*nL+j] += f.inverse[k]
		f.u[j] = complex(target-output[j], 0) / f.point[k]
	}
	_, regular := solveComplex(f.a, f.u)
	return regular
}

// open sets a to sum_i A_i F^(L-i+1) for a value of F and returns |a|_F.
func (f *frequencyResponse) open(d *DFC, b int, filter complex128) float64 {
	clear(f.a)
	power := complex(1, 0)
	for i := d.net.Depth() - 1; i >= 0; i-- {
		power *= filter
		for e, x := range d.gain.block(d.gain.tap[i], b).Data {
			f.a[e] += complex(real(power)*x, imag(power)*x)
		}
	}
	sum := 0.0
	for _, x := range f.a {
		sum += absSquared(x)
	}
	return math.Sqrt(sum)
}
