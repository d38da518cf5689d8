package ode

import (
	"fmt"
	"math"
)

// Stiffness is the evidence that stability, not accuracy, limits the steps of an explicit method: Hairer and Wanner (1996), IV.2, eq. (2.8).
// The last two derivatives that a step evaluates at its end, at states z and y1, are compared as
//
//	|h lambda| ~ |f(y1) - f(z)| / |y1 - z|
//
// without an evaluation of their own. Where stability limits the steps, y1 - z lies along the fastest mode and this is near the end of the
// method's stability interval. Methods without a stage at the end of the step (bs32, euler) measure nothing.
type Stiffness struct {
	Measured int     // accepted steps looked at: every eighth, and all while there is suspicion
	Limited  int     // of these: |h lambda| above 0.9 of Boundary
	HLambda  float64 // the last |h lambda|
	Lambda   float64 // the largest |lambda| of limited steps
	Boundary float64 // the method is stable for h lambda between -Boundary and 0
	Detected bool    // 15 limited steps, and never six in succession between them that were not

	suspicion, calm int
}

const (
	gaugeEvery    = 8
	limitedFrom   = 0.9
	detectedAfter = 15
	calmAfter     = 6
)

// Share is the share of measured steps that stability limited.
func (s Stiffness) Share() float64 { return float64(s.Limited) / float64(max(1, s.Measured)) }

func (s Stiffness) String() string {
	if !s.Detected {
		return "not stiff"
	}
	return fmt.Sprintf("stiff: |h lambda| is at the stability boundary %.2f in %.0f %% of the steps (|lambda| = %.3g); an implicit method, as rodas5p, takes longer ones",
		s.Boundary, 100*s.Share(), s.Lambda)
}

// see takes one measurement in a step of length h.
func (s *Stiffness) see(hLambda, h, boundary float64) {
	s.Measured++
	s.HLambda, s.Boundary = hLambda, boundary
	if !(hLambda > limitedFrom*boundary) {
		if s.calm++; s.calm == calmAfter {
			s.suspicion = 0
		}
		return
	}
	s.Limited++
	s.Lambda = max(s.Lambda, hLambda/math.Abs(h))
	s.calm = 0
	if s.suspicion++; s.suspicion == detectedAfter {
		s.Detected = true
	}
}

// gauged is a stepper that measures stiffness.
type gauged interface {
	// hLambda returns |h lambda| of the step of row k, whose f1 is known; boundary is 0 if it cannot tell.
	hLambda(k int) (hLambda, boundary float64)
}

// gauge looks at the step just accepted of row k, if it is its turn.
func (in *Integrator) gauge(k int) {
	b := in.b
	s := &in.stats[b.id[k]].Stiffness
	steps, ok := in.steps.(gauged)
	if !ok || in.rows[k].lands || b.accepted[k]%gaugeEvery != 0 && s.suspicion == 0 {
		return
	}
	if hLambda, boundary := steps.hLambda(k); boundary > 0 {
		s.see(hLambda, b.h[k], boundary)
	}
}

func (s *explicitStepper) hLambda(k int) (hLambda, boundary float64) {
	if s.m.gauge < 0 {
		return 0, 0
	}
	b := s.batch
	z, fz := b.row(s.z, k), b.row(s.k[s.m.gauge], k)
	y1, f1 := b.row(b.y1, k), b.row(b.f1, k)
	apart, change := 0.0, 0.0
	for i, zi := range z {
		d, df := y1[i]-zi, f1[i]-fz[i]
		apart += d * d
		change += df * df
	}
	if apart == 0 {
		return 0, s.m.boundary
	}
	return math.Abs(b.h[k]) * math.Sqrt(change/apart), s.m.boundary
}

// gaugeStage is the last stage that is evaluated at t + h but not at y1, or -1: that of Stiffness, if it is the last whose state is kept.
func (t *Tableau) gaugeStage() int {
	last := len(t.B) - 1
	if t.endStage() == last {
		last--
	}
	if last > 0 && t.C[last] == 1 {
		return last
	}
	return -1
}

// stabilityBoundary is the largest x for which |R| <= 1 on all of [-x, 0], R(z) = 1 + z b^T (I - z A)^-1 1: Hairer and Wanner (1996), IV.2.
func (t *Tableau) stabilityBoundary() float64 {
	const fine, far = 0.01, 100
	stable := func(x float64) bool { return math.Abs(t.amplification(-x)) <= 1 }
	x := fine
	for x < far && stable(x) {
		x += fine
	}
	lo, hi := x-fine, x
	for range 40 {
		if mid := (lo + hi) / 2; stable(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// amplification is R(z).
func (t *Tableau) amplification(z float64) float64 {
	g := make([]float64, len(t.B))
	for i := range g {
		g[i] = 1 + z*dot(t.A[i], g)
	}
	return 1 + z*dot(t.B, g)
}
