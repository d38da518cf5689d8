package experiments_test

import (
	"strings"
	"testing"

	"credo/experiments/schema"
	"credo/ode"
)

func TestScenariosMayNameEveryMethodOfODE(t *testing.T) {
	for _, m := range ode.Methods() {
		_, err := schema.Parse("test.toml", []byte("[integrator]\nmethod = \""+m.Name()+"\"\n"))
		if err != nil && strings.Contains(err.Error(), "integrator.method") {
			t.Error(err)
		}
	}
}
