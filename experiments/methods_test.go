package experiments_test

import (
	"strings"
	"testing"

	"credo/experiments/schema"
	"credo/ode"
)

// Implicit methods wait for the loop's own shifted solve: with dense Jacobians, n^2
// numbers a sample, they would be of no use to a network.
func TestScenariosMayNameEveryExplicitMethodOfODE(t *testing.T) {
	for _, m := range ode.Methods() {
		if m == ode.Rodas5P() {
			continue
		}
		_, err := schema.Parse("test.toml", []byte("[integrator]\nmethod = \""+m.Name()+"\"\n"))
		if err != nil && strings.Contains(err.Error(), "integrator.method") {
			t.Error(err)
		}
	}
}
