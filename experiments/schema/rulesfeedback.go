package schema

import "fmt"

// feedbackRules are about the sleep phase; they rest unless feedback is learned in it.
var feedbackRules = []rule{
	{"feedback.learn", []string{"method.rule"}, learnedRuleFault},
	{"feedback.alpha", []string{"feedback.learn", "feedback.phase", "controller.kind"}, sleepLeakFault},
	{"feedback.k_p", []string{"feedback.learn", "feedback.phase", "controller.kind"}, sleepGainFault},
	{"feedback.samples", []string{"feedback.learn", "feedback.phase", "data.batch"}, sleepSamplesFault},
}

func learnedRuleFault(s *Scenario) string {
	if s.Feedback.Learn && s.Method.Rule != "dfc" {
		return fmt.Sprintf("must be false for rule %q: only \"dfc\" learns its feedback weights for now", s.Method.Rule)
	}
	return ""
}

// asleep says whether feedback is learned in a sleep phase.
func asleep(s *Scenario) bool { return s.Feedback.Learn && !s.SinglePhase() }

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
