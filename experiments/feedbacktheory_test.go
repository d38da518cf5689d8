package experiments

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"credo/experiments/schema"
)

var feedbackTheories = []string{"delta-angle", "pseudoinverse-delta-angle", "weight-angle", "pseudoinverse-weight-angle", "unit-angle", "nse"}

// Row k+1 is of the weights that epoch k ended with, so its error is the test
// loss of epoch k, normalised: half the squared error of y = T x, x ~ N(0, I).
func TestFeedbackTheoryIsOfTheTestSetBeforeTheEpoch(t *testing.T) {
	_, dir := runIn(t, online, Options{}, measuring(feedbackTheories), "network.layers=[6, 5, 5, 4]", "network.init_scale=0.2", "data.test=70")
	theory, err := ReadColumns(filepath.Join(dir, "theory.csv"))
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := ReadColumns(filepath.Join(dir, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	first := theory["nse"][1] / metrics["test_loss"][0]
	for k := range 3 {
		if got := theory["nse"][k+1] / metrics["test_loss"][k]; math.Abs(got/first-1) > 1e-12 {
			t.Errorf("epoch %d: nse over loss is %g, at first %g", k+1, got, first)
		}
	}
	for _, name := range feedbackTheories[:5] {
		for _, column := range []string{name + "-1", name + "-2"} {
			if angles := theory[column]; len(angles) != 4 || !(angles[0] > 0 && angles[0] < 180) {
				t.Errorf("%s: %v", column, angles)
			}
		}
	}
}

func TestFeedbackTheoryChangesNoBit(t *testing.T) {
	_, plain := runIn(t, online, Options{})
	_, measured := runIn(t, online, Options{}, measuring(append(feedbackTheories, "bp")))
	sameFile(t, "metrics.csv", plain, measured)
	sameFile(t, "arrays.npz", plain, measured)
}

func TestFeedbackTheoryIsOfRulesWithFeedback(t *testing.T) {
	_, dir := runIn(t, online, Options{}, `record.theory=["nse"]`, "method.rule=shallow")
	if theory, err := ReadColumns(filepath.Join(dir, "theory.csv")); err != nil || len(theory["nse"]) != 4 {
		t.Errorf("%v, %v", theory, err)
	}
	for _, c := range []struct{ set, want string }{
		{"method.rule=bp", "rules with feedback weights"},
		{"data.test=0", "test samples"},
		{"method.rule=dfc|feedback.path=direct", "whose errors have a pathway"},
	} {
		_, err := schema.Parse("test.toml", []byte(online), append(strings.Split(c.set, "|"), `record.theory=["delta-angle"]`)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.set, err, c.want)
		}
	}
}
