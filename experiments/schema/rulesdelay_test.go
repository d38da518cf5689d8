package schema

import (
	"strings"
	"testing"
)

// valid's network has the layers 784, 20, 10.
func TestADelayIsRefusedWhereNothingKnowsIt(t *testing.T) {
	for sets, want := range map[string]string{
		"timescales.delay=-1":                        `timescales.delay: must be a number >= 0, not -1`,
		"timescales.delay=inf":                       `timescales.delay: must be a number >= 0, not +Inf`,
		"timescales.delay=0.1 method.level=response": `timescales.delay: must be 0 at level "response", whose closed form has no delay; "buffered" integrates it`,
		"timescales.delay=0.1 feedback.learn=true":   `timescales.delay: must be 0 while feedback weights learn: the loop that they learn from has no delay`,
		"timescales.delay=0.1 data.target=input network.layers=[784,9,784] network.output=linear method.loss=squared-error": `timescales.delay: must be 0 for 784 linear outputs at level "steady", which does not work out whether so many are stable; "buffered" integrates them`,
	} {
		got := problems(t, valid, strings.Fields(sets)...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
	for _, sets := range []string{
		"timescales.delay=0.1",
		"timescales.delay=0.1 method.level=linear",
		"timescales.delay=0.1 method.level=buffered",
		"timescales.delay=0.1 method.level=coupled timescales.tau_w=2000",
		"timescales.delay=0.1 method.rule=bp",
	} {
		if got := problems(t, valid, strings.Fields(sets)...); got != "" {
			t.Errorf("%s: %s", sets, got)
		}
	}
}
