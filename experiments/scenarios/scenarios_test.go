package scenarios

import (
	"strings"
	"testing"

	"credo/experiments/schema"
	"credo/models"
)

// notCompared are the rules that compare-rules.toml leaves out, and why: those
// that do not learn in the feedforward network that all others share.
var notCompared = map[string]string{
	"spiking-fa": "its neurons are binary and stochastic, ten to a class",
}

func TestCompareRulesComparesEveryRule(t *testing.T) {
	members, err := schema.LoadMembers("compare-rules.toml")
	if err != nil {
		t.Fatal(err)
	}
	compared := map[string]bool{}
	for _, m := range members {
		compared[m.Method.Rule] = true
	}
	for _, r := range models.Rules() {
		if why, out := notCompared[r.Name]; compared[r.Name] == (out && why != "") {
			t.Errorf("rule %s: compared %v, left out because %q: add a case to compare-rules.toml, or say why not", r.Name, compared[r.Name], why)
		}
	}
}

// What the page compares is the rule: members share data, network, optimizer and
// integrator. Kolen and Pollack's rule is nothing without decay, and weights that
// are distributions are of another scale, whose sums are normalised.
func TestCompareRulesChangesTheRuleAndItsFeedbackAlone(t *testing.T) {
	members, err := schema.LoadMembers("compare-rules.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members[1:] {
		for _, k := range schema.Differing(members[0].Scenario, m.Scenario) {
			known := true
			switch k.Name {
			case "seed", "method.rule":
			case "training.weight_decay":
				known = m.Method.Rule == "kolen-pollack"
			case "network.init", "network.bias", "network.normalize", "training.lr", "record.theory":
				known = m.Method.Rule == "gbp"
			default:
				known = strings.HasPrefix(k.Name, "feedback.")
			}
			if !known {
				t.Errorf("%s differs from %s in %s", m.Name, members[0].Name, k.Name)
			}
		}
	}
}
