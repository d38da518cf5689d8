package schema

import (
	"maps"
	"slices"
)

// rule is something that keys must be together.
type rule struct {
	key   string                   // the one to blame
	with  []string                 // the others it is about; the rule rests while one of them is wrong by itself
	fault func(s *Scenario) string // what is wrong with the key, "" if nothing is
}

// checkRules reports what is wrong with keys that are right one by one.
func (d *document) checkRules(s *Scenario) {
	faulty := maps.Clone(d.faulty)
	wrong := func(key string) bool { return faulty[key] }
	for _, r := range slices.Concat(dataRules, methodRules, delayRules, pathRules, feedbackRules, singlePhaseRules, stochasticRules, companionRules, recordRules, wideRules, layerRules, spikingRules, recurrentRules, distributionRules, stabilityRules, separationRules) {
		if wrong(r.key) || slices.ContainsFunc(r.with, wrong) {
			continue
		}
		if message := r.fault(s); message != "" {
			d.report(r.key, message, "")
		}
	}
}
