package experiments

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credo/internal/npz"
)

// feedbackPaths are the ways of small's control signal other than the direct one.
var feedbackPaths = [][]string{
	{"feedback.path=layerwise", "feedback.init=random"},
	{"feedback.path=separate", "feedback.layers=[3, 7]"},
	{"feedback.path=separate", "feedback.layers=[6]", "feedback.init=random", "feedback.tau_path=0.1", "method.level=buffered"},
}

func TestWorkersChangeNoBitOfAnyFeedbackPath(t *testing.T) {
	for _, set := range feedbackPaths {
		t.Run(strings.Join(set, " "), func(t *testing.T) {
			_, one := runIn(t, small, Options{Workers: 1}, set...)
			_, three := runIn(t, small, Options{Workers: 3}, set...)
			sameFile(t, "arrays.npz", one, three)
			sameFile(t, "metrics.csv", one, three)
		})
	}
}

func TestFeedbackPathResumesToTheSameBits(t *testing.T) {
	for _, set := range feedbackPaths {
		t.Run(strings.Join(set, " "), func(t *testing.T) {
			_, whole := runIn(t, small, Options{}, set...)
			sameResult(t, whole, inPieces(t, small, set, afterPresentations(4)))
		})
	}
}

// A path's weights are saved in its own shapes, and a run that begins with them
// controls as the one that saved them.
func TestFeedbackPathIsSavedAndLoaded(t *testing.T) {
	for path, shapes := range map[string]map[string][]int{
		"feedback.path=layerwise": {"Q1": {8, 7}, "Q2": {7, 3}, "Q3": {3, 3}},
		"feedback.path=separate":  {"Q1": {8, 7}, "Q2": {7, 7}, "Q3": {3, 3}, "R1": {3, 3}, "R2": {7, 3}},
	} {
		t.Run(path, func(t *testing.T) {
			set := []string{path, "training.epochs=0", "record.presentations=1", `record.arrays=["u", "v1"]`}
			if path == "feedback.path=separate" {
				set = append(set, "feedback.layers=[3, 7]", `record.arrays=["u", "v1", "f2"]`)
			}
			read := func(more ...string) (map[string]npz.Array, string) {
				_, dir := runIn(t, small, Options{}, append(set, more...)...)
				file := filepath.Join(dir, "arrays.npz")
				arrays, err := npz.Read(file)
				if err != nil {
					t.Fatal(err)
				}
				return arrays, file
			}
			saved, file := read("feedback.init=random")
			for name, shape := range shapes {
				if !slices.Equal(saved[name].Shape, shape) {
					t.Errorf("%s has the shape %v, want %v", name, saved[name].Shape, shape)
				}
			}
			loaded, _ := read("feedback.init=weight-product", fmt.Sprintf("network.weights=%q", file))
			for name, a := range saved {
				if !slices.Equal(loaded[name].Data, a.Data) {
					t.Errorf("%s is another one", name)
				}
			}
		})
	}
}

func TestTheoryOfEveryFeedbackPath(t *testing.T) {
	for _, set := range feedbackPaths {
		t.Run(strings.Join(set, " "), func(t *testing.T) {
			_, dir := runIn(t, small, Options{}, append(set, measuring(everyTheory), "training.epochs=1")...)
			for _, row := range theoryOf(t, dir) {
				for _, name := range everyTheory {
					if _, ok := row[name]; !ok {
						t.Errorf("%s was not measured", name)
					}
				}
				if row["abscissa"] >= 0 || row["condition3"] <= 0 || row["condition2"] >= 1 {
					t.Errorf("abscissa %g, Condition 3 %g, Condition 2 %g", row["abscissa"], row["condition3"], row["condition2"])
				}
			}
		})
	}
}

// Where the rest state of many outputs wants linear feedback, the scenario's key
// is to blame.
func TestNonlinearPathToManyOutputsIsRefused(t *testing.T) {
	set := []string{
		"data.teacher.layers=[5, 70]", "network.layers=[5, 8, 70]", "feedback.path=separate", "feedback.layers=[70]",
	}
	_, err := Run(context.Background(), parse(t, small, set...), Options{Dir: filepath.Join(t.TempDir(), "run")})
	if err == nil || !strings.Contains(err.Error(), "feedback.activation: a rest state with more than 64 linear outputs needs linear feedback neurons") {
		t.Errorf("error %v", err)
	}
	runIn(t, small, Options{}, append(set, "feedback.activation=linear", "training.epochs=1")...)
}
