package schema

import (
	"fmt"
	"math"
)

var methodRules = []rule{
	{"method.level", []string{"method.rule", "network.recurrent"}, levelFault},
	{"method.loss", []string{"network.output"}, lossFault},

	{"controller.k_p", []string{"controller.kind"}, proportionalFault},
	{"controller.k_d", []string{"controller.kind"}, derivativeFault},
	{"controller.tau_d", []string{"controller.kind"}, derivativeFilterFault},
	{"controller.alpha", []string{"controller.kind"}, leakFault},

	{"timescales.tau_w", []string{"method.level", "timescales.presentation", "training.lr"}, coupledWeightsFault},
	{"training.optimizer", []string{"method.level"}, coupledOptimizerFault},
	{"training.clip", []string{"method.level"}, coupledClipFault},
	{"training.schedule", []string{"method.level"}, coupledScheduleFault},

	{"integrator.h", []string{"integrator.method"}, fixedStepFault},
	{"integrator.h", []string{"timescales.presentation"}, longStepFault},
}

func lossFault(s *Scenario) string {
	switch softmax, entropy := s.Network.Output == "softmax", s.Method.Loss == "cross-entropy"; {
	case entropy && !softmax:
		return fmt.Sprintf("\"cross-entropy\" needs output \"softmax\", not %q", s.Network.Output)
	case softmax && !entropy:
		return fmt.Sprintf("output \"softmax\" needs loss \"cross-entropy\": %q would compare logits with labels", s.Method.Loss)
	}
	return ""
}

func proportionalFault(s *Scenario) string {
	switch {
	case s.Controller.Kind == "i" && s.Controller.KP != 0:
		return `must be 0 for kind "i"; kind "pi" has a proportional part`
	case s.Controller.Kind == "p" && s.Controller.KP == 0:
		return `must be > 0 for kind "p", or the controller does nothing`
	}
	return ""
}

func derivativeFault(s *Scenario) string {
	if s.Controller.Kind != "pid" && s.Controller.KD != 0 {
		return fmt.Sprintf("must be 0 for kind %q; kind \"pid\" has a derivative part", s.Controller.Kind)
	}
	return ""
}

func derivativeFilterFault(s *Scenario) string {
	if s.Controller.Kind == "pid" && s.Controller.TauD == 0 {
		return `must be > 0 for kind "pid": its derivative is filtered`
	}
	return ""
}

func leakFault(s *Scenario) string {
	if s.Controller.Kind == "p" && s.Controller.Alpha != 0 {
		return `must be 0 for kind "p", which has no integral`
	}
	return ""
}

func coupled(s *Scenario) bool { return s.Method.Level == "coupled" }

// timed says whether presentations are integrated in time.
func timed(s *Scenario) bool { return coupled(s) || s.Method.Level == "buffered" }

// coupledWeightsFault recalls that one buffered step lr dW is the coupled system's over T at tau_w = T/lr.
func coupledWeightsFault(s *Scenario) string {
	if coupled(s) && math.IsInf(s.Timescales.TauW, 1) {
		return fmt.Sprintf("must be finite at level \"coupled\"; presentation/lr = %g moves the weights as level \"buffered\" does",
			s.Timescales.Presentation/s.Training.LR)
	}
	return ""
}

func coupledOptimizerFault(s *Scenario) string {
	if coupled(s) && s.Training.Optimizer != "sgd" {
		return fmt.Sprintf("must be \"sgd\" at level \"coupled\", not %q: the weights follow tau_w dW/dt = G as time passes", s.Training.Optimizer)
	}
	return ""
}

func coupledClipFault(s *Scenario) string {
	if coupled(s) && s.Training.Clip != 0 {
		return `must be 0 at level "coupled": there is no update to clip, the weights move as time passes`
	}
	return ""
}

func coupledScheduleFault(s *Scenario) string {
	if coupled(s) && s.Training.Schedule != "constant" {
		return `must be "constant" at level "coupled": tau_w, not lr, sets the pace there`
	}
	return ""
}

func fixedStepFault(s *Scenario) string {
	if m := s.Integrator.Method; (m == "euler" || m == "rk4") && s.Integrator.H == 0 {
		return fmt.Sprintf("is required by method %q, which cannot choose its step", m)
	}
	return ""
}

func longStepFault(s *Scenario) string {
	if s.Integrator.H > s.Timescales.Presentation {
		return fmt.Sprintf("must be at most the presentation, %g, not %g", s.Timescales.Presentation, s.Integrator.H)
	}
	return ""
}
