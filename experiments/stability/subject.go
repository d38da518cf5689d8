package stability

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"credo/experiments"
	"credo/experiments/schema"
)

// Subject is what is studied: a scenario with its network, and of a run's the weights
// that it has kept over training.
type Subject struct {
	Name     string // of the file, or of the run
	Scenario *experiments.Scenario
	Kept     []experiments.EpochWeights // [record] weights, by epoch
}

// Open reads a scenario, or of a run directory the scenario with the weights that
// the run ended with. Overrides are those of --set.
func Open(path string, overrides ...string) (*Subject, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return openRun(path, overrides)
	}
	s, err := experiments.Load(path, overrides...)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return &Subject{Name: name, Scenario: s}, check(s)
}

func openRun(dir string, overrides []string) (*Subject, error) {
	file, arrays := filepath.Join(dir, "scenario.toml"), filepath.Join(dir, "arrays.npz")
	for _, path := range []string{file, arrays} {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, &experiments.InputError{Err: fmt.Errorf("%s is not the directory of a run that has ended: it has no %s", dir, filepath.Base(path))}
		}
	}
	whole, err := filepath.Abs(arrays)
	if err != nil {
		return nil, err
	}
	s, err := experiments.Load(file, append([]string{fmt.Sprintf("network.weights=%q", whole)}, overrides...)...)
	if err != nil {
		return nil, err
	}
	kept, err := experiments.KeptWeights(dir)
	if err != nil {
		return nil, err
	}
	return &Subject{filepath.Base(filepath.Dir(whole)) + "-stability", s, kept}, check(s)
}

// mostOutputs is the largest n_L for which the reduced loop, n_L (L + n_c) rows, is
// taken apart sample by sample.
const mostOutputs = 128

// check refuses scenarios without a feedback loop that can be taken apart.
func check(s *experiments.Scenario) error {
	var problems schema.Problems
	fault := func(key, message string) { problems = append(problems, s.Problem(key, message, "")) }
	if s.Method.Rule != "dfc" {
		fault("method.rule", fmt.Sprintf("must be \"dfc\", which controls the network through a feedback loop: the errors of rule %q meet no controller whose stability could be in question", s.Method.Rule))
	}
	if n := s.Network.Layers[len(s.Network.Layers)-1]; n > mostOutputs {
		fault("network.layers", fmt.Sprintf("%d outputs are too many: every sample has a loop with several rows an output; up to %d outputs are studied", n, mostOutputs))
	}
	if s.Timescales.Delay > 0 && s.Feedback.Path == "separate" && s.Feedback.TauPath > 0 {
		fault("timescales.delay", "must be 0 beside feedback neurons with dynamics, feedback.tau_path > 0: credo knows the spectrum of either")
	}
	if problems != nil {
		return problems
	}
	return nil
}
