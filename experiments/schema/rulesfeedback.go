package schema

import (
	"fmt"
	"math"
)

// feedbackRules are about the sleep phase; they rest unless feedback is learned in it.
var feedbackRules = []rule{
	{"feedback.learn", []string{"method.rule"}, learnedRuleFault},
	{"feedback.alpha", []string{"feedback.learn", "feedback.phase", "controller.kind"}, sleepLeakFault},
	{"feedback.k_p", []string{"feedback.learn", "feedback.phase", "controller.kind"}, sleepGainFault},
	{"feedback.samples", []string{"feedback.learn", "feedback.phase", "data.batch"}, sleepSamplesFault},
	{"feedback.epochs", []string{"feedback.learn", "feedback.phase"}, sleepEpochsFault},
	{"feedback.clip", []string{"feedback.learn", "feedback.optimizer"}, sleepClipFault},
	{"feedback.h", []string{"feedback.learn", "feedback.phase", "feedback.tau_v", "feedback.tau_a"}, sleepStepFault},
	{"feedback.presentation", []string{"feedback.learn", "feedback.phase", "feedback.h"}, func(s *Scenario) string { return gridFault(s, s.Feedback.Presentation) }},
	{"feedback.burn_in", []string{"feedback.learn", "feedback.phase", "feedback.h"}, func(s *Scenario) string { return gridFault(s, s.Feedback.BurnIn) }},
}

func learnedRuleFault(s *Scenario) string {
	if s.Feedback.Learn && s.Method.Rule != "dfc" {
		return fmt.Sprintf("must be false for rule %q: only \"dfc\" learns its feedback weights for now", s.Method.Rule)
	}
	return ""
}

// asleep says whether feedback is learned in a sleep phase.
func asleep(s *Scenario) bool { return s.Feedback.Learn && !s.SinglePhase() }

// AveragesSleep says whether feedback weights learn, if only before the first
// epoch, in a sleep phase averaged in closed form.
func (s *Scenario) AveragesSleep() bool {
	return s.Feedback.Learn && (s.Feedback.Phase == "averaged" || s.SinglePhase() && s.Feedback.Pretrain > 0)
}

func sleepLeakFault(s *Scenario) string {
	switch p := s.Controller.Kind == "p"; {
	case !asleep(s):
	case p && s.Feedback.Alpha != 0:
		return `must be 0 for controller "p", which has no integral`
	case !p && s.Feedback.Alpha == 0:
		return "must be > 0: the noise of the sleep phase would drive a true integrator without bound where feedback does not reach"
	}
	return ""
}

func sleepGainFault(s *Scenario) string {
	switch {
	case !asleep(s):
	case s.Controller.Kind == "i" && s.Feedback.KP != 0:
		return `must be 0 for controller "i"; kind "pi" has a proportional part`
	case s.Controller.Kind == "p" && s.Feedback.KP == 0:
		return `must be > 0 for controller "p", or the controller does nothing`
	}
	return ""
}

func sleepSamplesFault(s *Scenario) string {
	if asleep(s) && s.Feedback.Samples > s.Data.Batch {
		return fmt.Sprintf("must be at most data.batch, %d, not %d", s.Data.Batch, s.Feedback.Samples)
	}
	return ""
}

func sleepEpochsFault(s *Scenario) string {
	if s.SinglePhase() && s.Feedback.Epochs != 0 {
		return `must be 0 for phase "merged", which has no sleep`
	}
	return ""
}

func sleepClipFault(s *Scenario) string {
	if s.Feedback.Learn && s.Feedback.Clip != 0 && s.Feedback.Optimizer == "implicit" {
		return `must be 0 for optimizer "implicit", which cannot overshoot`
	}
	return ""
}

// simulatedSleep says whether presentations of the sleep phase are simulated.
func simulatedSleep(s *Scenario) bool { return s.Feedback.Learn && s.Feedback.Phase == "simulated" }

// sleepStepFault refuses steps with which Euler's voltages overshoot.
func sleepStepFault(s *Scenario) string {
	if least := min(s.Feedback.TauV, s.Feedback.TauA); simulatedSleep(s) && s.Feedback.H > least {
		return fmt.Sprintf("must be at most feedback.tau_v and feedback.tau_a, so %g, not %g: a longer step overshoots", least, s.Feedback.H)
	}
	return ""
}

// gridFault refuses a time that is no number of steps, to the millionth of a
// step that the noise's grid allows.
func gridFault(s *Scenario, time float64) string {
	h := s.Feedback.H
	n := time / h
	if !simulatedSleep(s) || math.Abs(n-math.Round(n)) <= 1e-6 && (time == 0 || n > 0.5) {
		return ""
	}
	low := math.Max(1, math.Floor(n))
	return fmt.Sprintf("must be a number of steps feedback.h = %g: \"%g h\" is %.10g, \"%g h\" is %.10g, not %g", h, low, low*h, low+1, (low+1)*h, time)
}
