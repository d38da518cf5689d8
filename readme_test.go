package credo_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"credo/experiments/schema"
	"credo/models"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// listings returns the fenced blocks of a language.
func listings(text, language string) []string {
	var found []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

// ode and sde serve a module that is not credo's: the listing is compiled and
// run there.
func TestListingRunsInAModuleOfItsOwn(t *testing.T) {
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	programs := listings(readme(t), "go")
	if len(programs) != 1 {
		t.Fatalf("%d listings in Go, want 1", len(programs))
	}
	dir := t.TempDir()
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"main.go": programs[0],
		"go.mod":  "module elsewhere\n\ngo 1.26.0\n\nrequire credo v0.0.0\n\nreplace credo => " + root + "\n",
		"go.sum":  string(sums),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", "-mod=mod", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"y(10) = -0.839072, velocity 0.544021", "finished: reached end", "the same seed"} { // cos 10, -sin 10
		if !strings.Contains(string(out), want) {
			t.Errorf("output %q does not say %q", out, want)
		}
	}
}

func TestRulesOfTheReadmeAreThoseThereAre(t *testing.T) {
	var table strings.Builder
	for _, r := range models.Rules() {
		paths := "-"
		if len(r.Paths) > 0 {
			paths = strings.Join(r.Paths, ", ")
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", r.Name, r.Meaning, strings.Join(r.Levels(), ", "), paths)
	}
	_, rest, _ := strings.Cut(readme(t), "| `method.rule` | what it is | levels | `feedback.path` |\n| --- | --- | --- | --- |\n")
	if got, _, _ := strings.Cut(rest, "\n\n"); got+"\n" != table.String() {
		t.Errorf("the table of README.md is\n%s\nbut the rules are\n%s", got, table.String())
	}
}

func TestScenariosOfTheReadmeAreValid(t *testing.T) {
	scenarios := listings(readme(t), "toml")
	if len(scenarios) != 2 {
		t.Fatalf("%d scenarios, want 2", len(scenarios))
	}
	// The second is the part that changes.
	scenarios[1] = "[data]\nsource = \"mnist\"\n[method]\nrule = \"dfc\"\n[controller]\nalpha = 0.01\n" + scenarios[1]
	for _, text := range scenarios {
		if _, err := schema.Parse("README.md", []byte(text)); err != nil {
			t.Error(err)
		}
	}
}

func TestFilesOfTheReadmeExist(t *testing.T) {
	for _, m := range regexp.MustCompile(`experiments/scenarios/[\w.-]+|\]\(([\w/]+\.\w+)\)`).FindAllStringSubmatch(readme(t), -1) {
		path := strings.TrimRight(m[0], ".")
		if m[1] != "" {
			path = m[1]
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
