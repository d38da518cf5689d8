package schema

import (
	"fmt"
	"math"
)

// singlePhaseRules are about the merged phase; they rest unless it is chosen.
var singlePhaseRules = []rule{
	{"feedback.phase", []string{"feedback.learn", "method.rule", "method.level"}, singlePhaseLevelFault},
	{"feedback.tau_f", []string{"feedback.learn", "feedback.phase", "feedback.tau_a"}, filterFault},
	{"controller.alpha", []string{"feedback.learn", "feedback.phase", "controller.kind"}, noisyLeakFault},
	{"timescales.tau_q", []string{"feedback.learn", "feedback.phase", "method.level", "timescales.presentation", "feedback.sigma", "feedback.lr"}, coupledFeedbackFault},
	{"integrator.method", []string{"feedback.learn", "feedback.phase"}, stochasticMethodFault},
	{"integrator.h", []string{"feedback.learn", "feedback.phase", "integrator.method", "timescales.presentation"}, stochasticStepFault},
	{"record.times", []string{"feedback.learn", "feedback.phase", "integrator.h"}, stochasticTimesFault},
}

// SinglePhase says whether forward and feedback weights learn in one phase.
func (s *Scenario) SinglePhase() bool { return s.Feedback.Learn && s.Feedback.Phase == "merged" }

func singlePhaseLevelFault(s *Scenario) string {
	if s.SinglePhase() && s.Method.Rule == "dfc" && !timed(s) {
		return fmt.Sprintf("must be \"averaged\" at level %q: noise while awake takes levels \"buffered\" and \"coupled\", which pass through time", s.Method.Level)
	}
	return ""
}

// filterFault: the symmetric part of E[ut u_hp^T], which bounds Q, has the sign of tau_f - tau_a.
func filterFault(s *Scenario) string {
	if s.SinglePhase() && s.Feedback.TauF <= s.Feedback.TauA {
		return fmt.Sprintf("must be > feedback.tau_a, %g, not %g: a faster filter makes the feedback weights grow without bound", s.Feedback.TauA, s.Feedback.TauF)
	}
	return ""
}

func noisyLeakFault(s *Scenario) string {
	if s.SinglePhase() && s.Controller.Kind != "p" && s.Controller.Alpha == 0 {
		return "must be > 0 in the merged phase: its noise would drive a true integrator without bound where feedback does not reach"
	}
	return ""
}

// coupledFeedbackFault recalls that a buffered step lr is one of tau_Q = sigma^2 time.
func coupledFeedbackFault(s *Scenario) string {
	if s.SinglePhase() && coupled(s) && math.IsInf(s.Timescales.TauQ, 1) {
		f := s.Feedback
		return fmt.Sprintf("must be finite at level \"coupled\" of the merged phase; presentation sigma^2/lr = %g moves the feedback weights as level \"buffered\" does",
			s.Timescales.Presentation*f.Sigma*f.Sigma/f.LR)
	}
	return ""
}

func stochasticMethodFault(s *Scenario) string {
	if m := s.Integrator.Method; s.SinglePhase() && m != "auto" && m != "euler" {
		return fmt.Sprintf("must be \"auto\" or \"euler\" in the merged phase, which is stochastic, not %q", m)
	}
	return ""
}

func stochasticStepFault(s *Scenario) string {
	h, length := s.Integrator.H, s.Timescales.Presentation
	switch {
	case !s.SinglePhase() || h > length:
	case h == 0 && s.Integrator.Method == "auto":
		return "is required in the merged phase: a stochastic system is integrated with fixed steps"
	case h > 0 && !isMultiple(length, h):
		return fmt.Sprintf("must divide the presentation, %g, in the merged phase: %g does not", length, h)
	}
	return ""
}

func stochasticTimesFault(s *Scenario) string {
	if !s.SinglePhase() || s.Integrator.H == 0 {
		return ""
	}
	for _, t := range s.Record.Times {
		if !isMultiple(t, s.Integrator.H) {
			return fmt.Sprintf("%g is between two steps of integrator.h = %g, the only times the merged phase knows", t, s.Integrator.H)
		}
	}
	return ""
}

// isMultiple says whether x is a multiple of h, to a millionth of it.
func isMultiple(x, h float64) bool {
	steps := x / h
	return math.Abs(steps-math.Round(steps)) <= 1e-6
}
