package schema

import (
	"fmt"

	"credo/models"
)

// delayRules are about a control signal that acts late, which other rules than dfc do not
// have.
var delayRules = []rule{
	{"timescales.delay", []string{"method.rule", "method.level"}, delayedResponseFault},
	{"timescales.delay", []string{"method.rule", "feedback.learn"}, delayedSleepFault},
	{"timescales.delay", append([]string{"method.rule", "method.level"}, sleepsWideBy...), delayedWideFault},
}

// delayed says whether the scenario has a control signal and it acts late.
func delayed(s *Scenario) bool { return s.Method.Rule == "dfc" && s.Timescales.Delay > 0 }

func delayedResponseFault(s *Scenario) string {
	if delayed(s) && s.Method.Level == "response" {
		return `must be 0 at level "response", whose closed form has no delay; "buffered" integrates it`
	}
	return ""
}

func delayedSleepFault(s *Scenario) string {
	if delayed(s) && s.Feedback.Learn {
		return "must be 0 while feedback weights learn: the loop that they learn from has no delay"
	}
	return ""
}

func delayedWideFault(s *Scenario) string {
	if !delayed(s) || timed(s) {
		return ""
	}
	net, err := models.NewNetwork(s.Network.Layers, s.Network.Activation, s.Network.Output, s.Method.Loss, s.Network.Bias)
	if err == nil && models.RestsWide(net) {
		return fmt.Sprintf("must be 0 for %d linear outputs at level %q, which does not work out whether so many are stable; \"buffered\" integrates them", last(s.Network.Layers), s.Method.Level)
	}
	return ""
}
