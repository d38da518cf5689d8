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
