package experiments

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credo/internal/npz"
	"credo/models"
)

// eachPathwayRun runs a law for every rule that is written as two pathways and
// each of the levels that these have, with the settings that they take.
func eachPathwayRun(t *testing.T, law func(t *testing.T, level string, set []string)) {
	for _, r := range models.Rules() {
		if !slices.Contains(r.Arrays, "m") || !slices.Contains(r.Levels(), "coupled") {
			continue
		}
		for _, level := range []string{"coupled", "buffered", "steady"} {
			set := []string{"method.rule=" + r.Name, "method.level=" + level, "training.optimizer=sgd", "timescales.tau_w=20", "timescales.presentation=1", "data.train=100"}
			if r.LearnsAwake() {
				set = append(set, "timescales.tau_q=20", "feedback.sigma=0.5", "feedback.lr=0.05", "feedback.pretrain=2", "training.weight_decay=1e-3")
			}
			if r.LearnsFromNoise() && level != "steady" {
				set = append(set, "integrator.h=0.1")
			}
			t.Run(r.Name+" "+level, func(t *testing.T) { law(t, level, set) })
		}
	}
}

// Tiles share a rule's transport: it must not matter which of them is shown first.
func TestPathwaysLearnTheSameBitsWithAnyNumberOfWorkers(t *testing.T) {
	eachPathwayRun(t, func(t *testing.T, level string, set []string) {
		set = append(set, "training.epochs=2", "training.lr=0.05")
		result, three := runIn(t, small, Options{Workers: 3}, set...)
		if first := firstLoss(t, three); !(*result.TrainLoss < first) {
			t.Errorf("the training loss went from %g to %g", first, *result.TrainLoss)
		}
		if level != "coupled" { // which has one worker
			_, one := runIn(t, small, Options{Workers: 1}, set...)
			sameFile(t, "arrays.npz", one, three)
		}
	})
}

// firstLoss returns the training loss of the first epoch of the run in dir.
func firstLoss(t *testing.T, dir string) float64 {
	text, err := os.ReadFile(filepath.Join(dir, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var loss float64
	if _, err := fmt.Sscan(strings.Split(strings.Split(string(text), "\n")[1], ",")[2], &loss); err != nil {
		t.Fatal(err)
	}
	return loss
}

// What travels down is recorded by name at every level; at rest the
// bias learns the mean of d, and m_L is e.
func TestErrorsOnTheirWayAreRecorded(t *testing.T) {
	eachPathwayRun(t, func(t *testing.T, level string, set []string) {
		set = append(set, "training.epochs=0", "record.presentations=1", `record.arrays=["m1", "d1", "db1", "m3", "e"]`)
		_, dir := runIn(t, small, Options{}, set...)
		got, err := npz.Read(filepath.Join(dir, "arrays.npz"))
		if err != nil {
			t.Fatal(err)
		}
		for name, shape := range map[string]string{"m1": "[100 8]", "d1": "[100 8]", "m3": "[100 3]", "e": "[100 3]"} {
			if fmt.Sprint(got[name].Shape) != shape {
				t.Fatalf("%s has the shape %v, want %s", name, got[name].Shape, shape)
			}
		}
		if level != "steady" {
			return
		}
		for j, want := range got["db1"].Data {
			mean := 0.0
			for b := range 100 {
				mean += got["d1"].Data[b*8+j] / 100
			}
			if math.Abs(mean-want) > 1e-14 {
				t.Errorf("neuron %d: the mean of d1 is %g, db1 %g", j, mean, want)
			}
		}
		if !slices.Equal(got["m3"].Data, got["e"].Data) {
			t.Error("at rest m3 is not e")
		}
	})
}
