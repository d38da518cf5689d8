package compare

import (
	"path/filepath"
	"slices"
	"strings"

	"credo/experiments"
	"credo/experiments/schema"
)

// Member is a group of runs that differ in nothing but their seed.
type Member struct {
	Name     string            `json:"name"`
	Settings map[string]string `json:"settings"` // what members do not agree on, as a scenario has it
	Runs     []Ran             `json:"runs"`
	Measures map[string]Spread `json:"measures"`

	runs []Run
}

// Ran is a run of a member.
type Ran struct {
	Dir    string `json:"dir"`
	Seed   uint64 `json:"seed"`
	Status string `json:"status"`
	Epochs int    `json:"epochs"`
}

// members groups runs, in the order of their first.
func members(runs []Run) []*Member {
	var all []*Member
	byScenario := map[string]*Member{}
	for _, r := range runs {
		key := apartFromSeed(r.Scenario)
		m := byScenario[key]
		if m == nil {
			m = &Member{Settings: map[string]string{}}
			byScenario[key] = m
			all = append(all, m)
		}
		m.runs = append(m.runs, r)
		m.Runs = append(m.Runs, Ran{r.Dir, r.Scenario.Seed, r.Manifest.Status, r.epochs()})
	}
	name(all)
	return all
}

// apartFromSeed is what a scenario says, less its seed and title.
func apartFromSeed(s *experiments.Scenario) string {
	other := *s
	other.Seed, other.Title = 0, ""
	return string(other.Encode())
}

// differing returns the keys that members do not agree on, and notes their values.
func differing(all []*Member) []string {
	first := make([]*experiments.Scenario, len(all))
	for k, m := range all {
		first[k] = m.runs[0].Scenario
	}
	keys := []string{}
	for _, k := range schema.Differing(first...) {
		if k.Name == "seed" || k.Name == "title" {
			continue
		}
		keys = append(keys, k.Name)
		for _, m := range all {
			m.Settings[k.Name] = k.Written(m.runs[0].Scenario)
		}
	}
	return keys
}

// name calls every member after the folders that its runs share and not all
// members do: runs in rules/dfa/seed-1 and rules/dfa/seed-2 are dfa, beside those
// in rules/bp. A member alone is called after its rule, and two that would be
// called alike after the folder of their first run.
func name(all []*Member) {
	folders := make([][]string, len(all))
	for k, m := range all {
		folders[k] = sharedParts(m.runs)
	}
	start := folders[0]
	for _, f := range folders {
		start = commonStart(start, f)
	}
	taken := map[string]int{}
	for k, m := range all {
		own := slices.DeleteFunc(folders[k][len(start):], func(part string) bool { return part == "" })
		if m.Name = strings.Join(own, "/"); m.Name == "" || len(all) == 1 {
			m.Name = m.runs[0].Scenario.Method.Rule
		}
		taken[m.Name]++
	}
	for _, m := range all {
		if taken[m.Name] > 1 {
			m.Name = filepath.ToSlash(m.runs[0].Dir)
		}
	}
}

// sharedParts returns the parts of the paths of runs, "" where they differ.
func sharedParts(runs []Run) []string {
	var shared []string
	for k, r := range runs {
		path, err := filepath.Abs(r.Dir)
		if err != nil {
			path = r.Dir
		}
		parts := strings.Split(filepath.ToSlash(path), "/")
		if k == 0 {
			shared = parts
			continue
		}
		shared = shared[:min(len(shared), len(parts))]
		for i := range shared {
			if shared[i] != parts[i] {
				shared[i] = ""
			}
		}
	}
	return shared
}

// commonStart returns the parts with which both begin.
func commonStart(a, b []string) []string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}
