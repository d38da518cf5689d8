package models

import (
	"math"
	"math/cmplx"

	"credo/controllers"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// feedbackNode is one frequency, s = i w, of the integral over the spectrum of
// the sleep phase's loop. With F = 1/(tau_v s + 1) and m_i = L-i+1 its numbers
// are the same for every sample:
//
//	gain[i]   c F^m_i / (tau_A s + 1)
//	slope[i]  its derivative by s, times the node's weight
//	noise[i]  sigma_i^2 |F|^(2 m_i)
//	factor    |c|^2 H^* / (|tau_A s + 1|^2 (tau_A s + 1)), times the weight, over pi
type feedbackNode struct {
	gain, slope []complex128
	noise       []float64
	factor      complex128
}

// midpointNode returns node k of n, s = i w, and its weight, of the midpoint rule in
// theta,
//
//	w = tan(theta/2) / scale,   0 < theta < pi
//
// which converges exponentially for integrands that are rational in w. Half of
// the nodes lie beyond w = 1/scale.
func midpointNode(k, n int, scale float64) (at complex128, weight float64) {
	tangent := math.Tan((float64(k) + 0.5) * math.Pi / float64(2*n))
	return complex(0, tangent/scale), math.Pi / float64(n) * (1 + tangent*tangent) / (2 * scale)
}

// resolvesHighPass reports whether n nodes integrate the pole of the high-pass
// filter, int_0^inf Re[1/(s + 1/tau_f)] dw = pi/2. It is the slowest there is.
func resolvesHighPass(n int, set FeedbackSettings, scale float64) bool {
	const resolved = 1e-12
	if set.Corner == 0 {
		return true
	}
	sum := 0.0
	for k := range n {
		s, weight := midpointNode(k, n, scale)
		sum += weight * real(1/(s+complex(set.Corner, 0)))
	}
	return math.Abs(sum-math.Pi/2) < resolved
}

// newFeedbackNodes returns the n nodes of the midpoint rule with that scale.
func newFeedbackNodes(n int, set FeedbackSettings, depth int, scale float64) []feedbackNode {
	derivative := derivativeOf(set.Controller)
	nodes := make([]feedbackNode, n)
	for k := range nodes {
		s, weight := midpointNode(k, n, scale)
		c, a, f := set.Controller.Transfer(s), 1/(complex(set.TauA, 0)*s+1), 1/(complex(set.TauV, 0)*s+1)

		node := feedbackNode{factor: complex(absSquared(c)*absSquared(a)*weight/math.Pi, 0) * a * cmplx.Conj(set.highPass(s))}
		power := make([]complex128, depth) // F^m_i
		for i, p := depth-1, f; i >= 0; i, p = i-1, p*f {
			power[i] = p
		}
		for i, p := range power {
			m := complex(float64(depth-i), 0)
			gain := c * p * a
			slope := -derivative.Transfer(s)*p*a - gain*(m*complex(set.TauV, 0)*f+complex(set.TauA, 0)*a)
			node.gain = append(node.gain, gain)
			node.slope = append(node.slope, complex(weight, 0)*slope)
			node.noise = append(node.noise, set.variance(i, depth)*absSquared(p))
		}
		nodes[k] = node
	}
	return nodes
}

// derivativeOf returns the filter whose transfer function is -dC/ds of c's:
// C (s I - A)^-1 (s I - A)^-1 B, two copies of c's states in series.
func derivativeOf(c controllers.Controller) controllers.Controller {
	m := c.States()
	if m == 0 {
		return controllers.Controller{}
	}
	series := controllers.Controller{A: mat.NewDense(2*m, 2*m, nil), B: make([]float64, 2*m), C: make([]float64, 2*m)}
	copy(series.C, c.C)
	copy(series.B[m:], c.B)
	for i := range m {
		for j := range m {
			series.A.Set(i, j, c.A.At(i, j))
			series.A.Set(m+i, m+j, c.A.At(i, j))
		}
		series.A.Set(i, m+i, 1)
	}
	return series
}

func absSquared(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }

// spectrum integrates over the nodes what one sample's loop does to white noise.
type spectrum struct {
	d, dSlope   complexMatrix // n x n: D and weight dD/ds
	inverse     complexMatrix // n x n: D^-1
	product     complexMatrix // n x n: factor D^-1 G
	g           blas64.General
	swapped     []int
	correlation blas64.General // n x n: what integrate returns
}

func newSpectrum(n int) *spectrum {
	square := func() complexMatrix { return newComplexMatrix(n, n) }
	return &spectrum{
		d: square(), dSlope: square(), inverse: square(), product: square(),
		g: newMatrix(n, n), swapped: make([]int, n), correlation: newMatrix(n, n),
	}
}

// integrate sets correlation to E[ut u_hp^T] of the loop with taps A_i and
// K_i = J_i J_i^T, and returns how often its characteristic function winds:
//
//	D(s)         = I + sum_i gain_i A_i,   G = sum_i noise_i K_i
//	E[ut u_hp^T] = Re sum_nodes factor D^-1 G D^-*
//	winding      = sum_nodes Re tr(D^-1 weight dD/ds) ~ int_0^inf d arg det D(i w)
//
// The open loop is stable, so by the argument principle the closed loop is
// stable where the winding is 0 and has k unstable poles where it is -k pi. The
// integrand has the poles of E[ut u_hp^T], but for the high-pass filter's, so
// that the winding's distance from 0 also tells whether the nodes resolve it.
func (p *spectrum) integrate(nodes []feedbackNode, tap, gram [][]float64) (winding float64) {
	clear(p.correlation.Data)
	for k := range nodes {
		node := &nodes[k]
		p.characteristic(node, tap)
		if !p.d.invert(p.inverse, p.swapped) {
			return math.NaN()
		}
		winding += realTrace(p.inverse, p.dSlope)
		clear(p.g.Data)
		for i, noise := range node.noise {
			if noise != 0 {
				floats.AddScaled(p.g.Data, noise, gram[i])
			}
		}
		p.addSandwich(node.factor)
	}
	return winding
}

// characteristic sets d = D and dSlope = weight dD/ds at a node.
func (p *spectrum) characteristic(node *feedbackNode, tap [][]float64) {
	p.d.setIdentity()
	clear(p.dSlope.re.Data)
	clear(p.dSlope.im.Data)
	for i, gain := range node.gain {
		slope := node.slope[i]
		floats.AddScaled(p.d.re.Data, real(gain), tap[i])
		floats.AddScaled(p.d.im.Data, imag(gain), tap[i])
		floats.AddScaled(p.dSlope.re.Data, real(slope), tap[i])
		floats.AddScaled(p.dSlope.im.Data, imag(slope), tap[i])
	}
}

// addSandwich adds to correlation, with X = D^-1 and P + iQ = factor X G,
//
//	Re[factor X G X^*] = P Re(X)^T + Q Im(X)^T
func (p *spectrum) addSandwich(factor complex128) {
	x, xg := p.inverse, p.product
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, x.re, p.g, 0, xg.re)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, x.im, p.g, 0, xg.im)
	for k, re := range xg.re.Data {
		z := factor * complex(re, xg.im.Data[k])
		xg.re.Data[k], xg.im.Data[k] = real(z), imag(z)
	}
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, xg.re, x.re, 1, p.correlation)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, xg.im, x.im, 1, p.correlation)
}

// realTrace returns Re tr(a b) of n x n matrices.
func realTrace(a, b complexMatrix) float64 {
	sum := 0.0
	for i := range a.re.Rows {
		sum += blas64.Dot(rowVector(a.re, i), column(b.re, i)) - blas64.Dot(rowVector(a.im, i), column(b.im, i))
	}
	return sum
}
