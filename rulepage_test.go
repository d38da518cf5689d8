package credo_test

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The page on rules of one's own is followed to the letter: its file and its
// line are laid over the package, and its scenario is run at three levels.
func TestRuleOfThePageLearnsAtThreeLevels(t *testing.T) {
	page, err := os.ReadFile("models/RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	code, scenario := listings(string(page), "go"), listings(string(page), "toml")
	if len(code) != 2 || len(scenario) != 1 {
		t.Fatalf("%d listings in Go and %d scenarios, want 2 and 1", len(code), len(scenario))
	}
	rules, err := os.ReadFile("models/rules.go")
	if err != nil {
		t.Fatal(err)
	}
	const table = "var rules = []Rule{\n"
	if !strings.Contains(string(rules), table) {
		t.Fatal("rules.go has no table")
	}
	dir := t.TempDir()
	overlay := layOver(t, dir, map[string]string{
		"models/broadcast.go": code[0],
		"models/rules.go":     strings.Replace(string(rules), table, table+code[1], 1),
	})
	run(t, "", "go", "build", "-overlay", overlay, "-o", filepath.Join(dir, "credo"), "./cmd/credo")

	write(t, filepath.Join(dir, "broadcast.toml"), scenario[0])
	loss := map[string]float64{}
	for level, set := range map[string]string{"untrained": "training.lr=0", "steady": "method.level=steady", "buffered": "method.level=buffered", "coupled": "method.level=coupled"} {
		out := run(t, dir, filepath.Join(dir, "credo"), "run", "broadcast.toml", "--set", set, "--out", level, "--json")
		var result struct {
			Loss float64 `json:"test_loss"`
		}
		if err := json.Unmarshal(out, &result); err != nil {
			t.Fatal(err)
		}
		loss[level] = result.Loss
	}
	if !(loss["steady"] < 0.5*loss["untrained"]) {
		t.Errorf("it does not learn: the loss goes from %g to %g", loss["untrained"], loss["steady"])
	}
	for _, level := range []string{"buffered", "coupled"} {
		if math.Abs(loss[level]/loss["steady"]-1) > 0.02 { // tau_b/presentation
			t.Errorf("level %s ends at %g, level steady at %g", level, loss[level], loss["steady"])
		}
	}
}

// layOver writes files of the module to dir and returns what tells the go
// command to take them for those of the module.
func layOver(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	replace := map[string]string{}
	for name, content := range files {
		at, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		replace[at] = filepath.Join(dir, filepath.Base(name))
		write(t, replace[at], content)
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	write(t, overlay, string(text))
	return overlay
}

// run runs a command in dir and returns what it prints.
func run(t *testing.T, dir, name string, arguments ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, arguments...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.String())
	}
	return out
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
