package models

import "gonum.org/v1/gonum/blas/blas64"

// SinglePhaseAverage is the mean drift of the feedback weights of [SinglePhase]
// over the noise, in closed form: as in [FeedbackLearning], but around the rest
// state v^*, u^* of the controlled network. There
//
//	vfb_i = Q_i (u^* + ut) + eps_i,   u = u^* + du
//
// with du of mean zero, ut the same after the filter tau_A, and eps_i the
// Ornstein-Uhlenbeck noise of variance s_i^2 = sigma_i^2/(2 tau_A). With
// H(s) = tau_f s/(tau_f s + 1), u_hp = H du, since H(0) = 0, and
//
//	E[vfb_i u_hp^T] = Q_i E[ut u_hp^T] + E[eps_i u_hp^T]
//	E[eps_i u_hp^T] = tau_f/(tau_f + tau_A) E[eps_i u^T]
//	E[ut u_hp^T]    = (1/pi) int_0^inf Re[ H^* S_u / (tau_A s + 1) ] dw     at s = i w
//
// where S_u is the spectrum of u and J_i stands at v^*; see FeedbackLearning for
// E[eps_i u^T] and S_u. Without a filter, tau_f = inf, the constant passes:
// E[ut u_hp^T] gains u^* u^*^T, the bias of the teaching signal. For lambda = 0
// that is the sleep phase.
//
// The filter must be slower than the apical compartment. The symmetric part of
//
//	E[ut u_hp^T] = tau_f (tau_f - tau_A) (1/pi) int_0^inf w^2 Re S_u / (|tau_f s + 1|^2 |tau_A s + 1|^2) dw
//
// changes its sign there, and Q, which it bounds, would grow for tau_f < tau_A.
// It belongs to one goroutine.
type SinglePhaseAverage struct {
	learning *FeedbackLearning
	rest     *Steady
	ignored  *Weights
}

// NewSinglePhaseAverage returns the averaged single phase of net. The controller
// must be stable by itself, as one with a leak is.
func NewSinglePhaseAverage(net *Network, set SinglePhaseSettings) (*SinglePhaseAverage, error) {
	learning, err := NewFeedbackLearning(net, set.Noise())
	if err != nil {
		return nil, err
	}
	return &SinglePhaseAverage{learning, NewSteady(NewDFC(net, set.Settings), set.Settings), NewWeights(net)}, nil
}

// Add computes the averages of every sample of batch and adds them to dst.
// Samples without a stable rest state are left out.
func (a *SinglePhaseAverage) Add(dst *FeedbackDrift, w *Weights, batch *Batch) error {
	if _, err := a.rest.Present(a.ignored, w, batch); err != nil {
		return err
	}
	f := a.learning
	f.gain.linearize(w, a.rest.vRest, a.rest.rRest, batch.N)
	copy(f.left, a.rest.unstable)
	f.addAverages(dst, batch.N)
	if f.set.Corner > 0 {
		return nil
	}
	for b, left := range f.left[:batch.N] {
		if !left {
			u := rowVector(a.rest.uRest, b)
			blas64.Ger(1, u, u, dst.Control)
		}
	}
	return nil
}
