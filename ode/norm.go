package ode

import "math"

// Norm measures the estimated error of a step from y0 to y1 (all of length Dim) against the tolerance: a step is accepted where
// the norm is at most 1. It must be homogeneous in errs, and NaN where the error is.
type Norm interface {
	Norm(errs, y0, y1 []float64) float64
}

// RowNorm is an ensemble that measures the errors of its rows itself, as [Norm] does, because only it knows the scale of row id.
// It is found by type assertion where Options gives no Norm.
type RowNorm interface {
	NormRow(id int, errs, y0, y1 []float64) float64
}

// sameForAll is a norm that does not ask which row it measures.
type sameForAll struct{ Norm }

func (n sameForAll) NormRow(_ int, errs, y0, y1 []float64) float64 { return n.Norm.Norm(errs, y0, y1) }

// norm returns how the errors of sys are measured.
func (opt Options) norm(sys Rows) RowNorm {
	if own, ok := sys.(RowNorm); ok && opt.Norm == nil {
		return own
	}
	if opt.Norm == nil {
		return sameForAll{RMSNorm{RelTol: opt.RelTol, AbsTol: opt.AbsTol}}
	}
	return sameForAll{opt.Norm}
}

// RMSNorm is the root mean square of the scaled errors, Hairer, Norsett and Wanner (1993), II.4, eqs (4.10) and (4.11):
//
//	sqrt(1/n sum_i (errs_i / (AbsTol + RelTol max(|y0_i|, |y1_i|)))^2)
type RMSNorm struct{ RelTol, AbsTol float64 }

// Norm implements [Norm].
func (n RMSNorm) Norm(errs, y0, y1 []float64) float64 {
	y0, y1 = y0[:len(errs)], y1[:len(errs)]
	floor, sum := n.AbsTol+smallestScale, 0.0
	for i, e := range errs {
		q := e / (floor + n.RelTol*largerAbs(y0[i], y1[i]))
		sum += q * q
	}
	return math.Sqrt(sum / float64(len(errs)))
}

// MaxNorm is the largest scaled error:
//
//	max_i |errs_i| / (AbsTol + RelTol max(|y0_i|, |y1_i|))
type MaxNorm struct{ RelTol, AbsTol float64 }

// Norm implements [Norm].
func (n MaxNorm) Norm(errs, y0, y1 []float64) float64 {
	_, q := n.worst(errs, y0, y1)
	return q
}

// worst returns the component of largest scaled error and that error; a NaN is larger than any number.
func (n MaxNorm) worst(errs, y0, y1 []float64) (component int, q float64) {
	floor := n.AbsTol + smallestScale
	for i, e := range errs {
		qi := math.Abs(e) / (floor + n.RelTol*largerAbs(y0[i], y1[i]))
		if math.IsNaN(qi) {
			return i, qi
		}
		if qi > q {
			component, q = i, qi
		}
	}
	return component, q
}

// smallestScale, the smallest normal number, keeps a component that rests at 0 under AbsTol = 0 from dividing 0 by 0. It changes
// no other scale.
const smallestScale = 0x1p-1022

// largerAbs is max(|a|, |b|) of numbers. Positive floats are ordered as their bits are, so it needs no branch.
func largerAbs(a, b float64) float64 {
	const sign = 1 << 63
	return math.Float64frombits(max(math.Float64bits(a)&^sign, math.Float64bits(b)&^sign))
}

// finite reports whether every component of y is a number.
func finite(y []float64) bool {
	var s0, s1, s2, s3 float64 // 0 times a number is 0, 0 times an infinity or NaN is NaN
	for ; len(y) >= 4; y = y[4:] {
		s0 += 0 * y[0]
		s1 += 0 * y[1]
		s2 += 0 * y[2]
		s3 += 0 * y[3]
	}
	for _, v := range y {
		s0 += 0 * v
	}
	return s0+s1+s2+s3 == 0
}

// firstNonFinite is the index of the first component of y that is not a number, or -1.
func firstNonFinite(y []float64) int {
	for i, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return i
		}
	}
	return -1
}

// finite1 reports whether x is a number.
func finite1(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
