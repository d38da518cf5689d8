package schema

import (
	"fmt"
	"math"
)

// stochasticRules are about levels with noise in time, which take fixed steps; they
// rest unless one is chosen.
var stochasticRules = []rule{
	{"integrator.method", []string{"feedback.learn", "feedback.phase", "method.rule", "method.level"}, stochasticMethodFault},
	{"integrator.h", []string{"feedback.learn", "feedback.phase", "method.rule", "method.level", "integrator.method", "timescales.presentation"}, stochasticStepFault},
	{"record.times", []string{"feedback.learn", "feedback.phase", "method.rule", "method.level", "integrator.h"}, stochasticTimesFault},
	{"timescales.tau_noise", []string{"method.rule", "method.level", "method.noise_baseline"}, heldNoiseFault},
}

// PerturbsInTime says whether node perturbation passes through time.
func (s *Scenario) PerturbsInTime() bool { return perturbs(s) && timed(s) }

// stochastic returns where the scenario has noise in time, and the methods beside
// "auto" that it takes there.
func stochastic(s *Scenario) (where string, methods []string) {
	switch {
	case s.SinglePhase():
		return "in the merged phase", []string{"auto", "euler"}
	case s.PerturbsInTime():
		return fmt.Sprintf("at level %q of rule %q", s.Method.Level, s.Method.Rule), []string{"auto"}
	}
	return "", nil
}

func stochasticMethodFault(s *Scenario) string {
	where, methods := stochastic(s)
	for _, m := range methods {
		if m == s.Integrator.Method {
			return ""
		}
	}
	if where == "" {
		return ""
	}
	return fmt.Sprintf("must be %s %s, which is stochastic, not %q", oneOf(methods), where, s.Integrator.Method)
}

func stochasticStepFault(s *Scenario) string {
	where, _ := stochastic(s)
	h, length := s.Integrator.H, s.Timescales.Presentation
	switch {
	case where == "" || h > length:
	case h == 0 && s.Integrator.Method == "auto":
		return fmt.Sprintf("is required %s: a stochastic system is integrated with fixed steps", where)
	case h > 0 && !isMultiple(length, h):
		return fmt.Sprintf("must divide the presentation, %g, %s: %g does not", length, where, h)
	}
	return ""
}

func stochasticTimesFault(s *Scenario) string {
	where, _ := stochastic(s)
	if where == "" || s.Integrator.H == 0 {
		return ""
	}
	for _, t := range s.Record.Times {
		if !isMultiple(t, s.Integrator.H) {
			return fmt.Sprintf("%g is between two steps of integrator.h = %g, the only times known %s", t, s.Integrator.H, where)
		}
	}
	return ""
}

// heldNoiseFault: what a baseline leaves of the loss is tau_baseline/(tau_baseline + tau_noise).
func heldNoiseFault(s *Scenario) string {
	if s.PerturbsInTime() && s.Method.NoiseBaseline == "running" && math.IsInf(s.Timescales.TauNoise, 1) {
		return `must be finite where method.noise_baseline is "running": a running mean would follow all that held noise does to the loss`
	}
	return ""
}

// isMultiple says whether x is a multiple of h, to a millionth of it.
func isMultiple(x, h float64) bool {
	steps := x / h
	return math.Abs(steps-math.Round(steps)) <= 1e-6
}
