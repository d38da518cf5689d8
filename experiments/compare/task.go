package compare

import (
	"fmt"
	"maps"
	"slices"

	"credo/experiments"
	"credo/experiments/schema"
)

// taskKeys are what a loss or an error is of: runs that differ in one of them
// measure different things. How a network is made and how it learns, from how
// many samples included, is what may be compared.
var taskKeys = []string{
	"data.source", "data.path", "data.target", "data.test", "method.loss",
	"data.teacher.layers", "data.teacher.activation", "data.teacher.gain", "data.teacher.input_range",
}

// sameTask refuses runs of different tasks and says in what they differ.
func sameTask(runs []Run) error {
	for _, k := range schema.Differing(scenariosOf(runs)...) {
		first := k.Written(runs[0].Scenario)
		other := slices.IndexFunc(runs, func(r Run) bool { return k.Written(r.Scenario) != first })
		if slices.Contains(taskKeys, k.Name) {
			return differentTasks("%s is %s in %s and %s in %s", k.Name, first, runs[0].Dir, k.Written(runs[other].Scenario), runs[other].Dir)
		}
	}
	for _, r := range runs[1:] {
		if !maps.Equal(r.Manifest.Data, runs[0].Manifest.Data) {
			return differentTasks("the data files read by %s and %s have different contents", runs[0].Dir, r.Dir)
		}
	}
	return nil
}

func differentTasks(format string, args ...any) error {
	return &experiments.InputError{Err: fmt.Errorf("runs of different tasks have no common measure: "+format, args...)}
}

func scenariosOf(runs []Run) []*experiments.Scenario {
	all := make([]*experiments.Scenario, len(runs))
	for k, r := range runs {
		all[k] = r.Scenario
	}
	return all
}
