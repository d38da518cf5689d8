package models_test

import (
	"fmt"
	"log"

	"credo/controllers"
	"credo/models"
)

// Feedback of the wrong sign makes every loop unstable at a small leak. A sleep
// phase that begins with a large one, and lowers it, mends that.
func ExampleFeedbackLearning() {
	net, err := models.NewNetwork([]int{4, 8, 3}, []string{"tanh"}, "linear", "squared-error", true)
	check(err)
	w, batch := models.NewWeights(net), models.NewBatch(net)
	check(w.Init(1, "xavier-normal", 1))
	check(w.InitFeedback(net, "random", 1, nil))
	for k := range 3 {
		w.Q[1].Data[k*3+k] = -1
	}
	batch.N = 5
	for k := range 4 * batch.N {
		batch.Input.Data[k] = float64(k%7)/3 - 1
	}

	fmt.Println("unstable awake:", unstable(net, w, batch))
	for _, alpha := range []float64{0.1, 10, 1, 0.1} {
		skipped := sleep(net, w, batch, alpha)
		fmt.Printf("asleep at alpha = %g: %d skipped\n", alpha, skipped)
	}
	fmt.Println("unstable awake:", unstable(net, w, batch))
	// Output:
	// unstable awake: 5
	// asleep at alpha = 0.1: 500 skipped
	// asleep at alpha = 10: 0 skipped
	// asleep at alpha = 1: 0 skipped
	// asleep at alpha = 0.1: 0 skipped
	// unstable awake: 0
}

// sleep updates the feedback weights a hundred times and returns how many
// samples were left out, because their loop was unstable.
func sleep(net *models.Network, w *models.Weights, batch *models.Batch, alpha float64) (skipped int) {
	pi, err := controllers.PI(0, alpha, 1, controllers.LeakIntegral)
	check(err)
	learning, err := models.NewFeedbackLearning(net, models.FeedbackSettings{
		Controller: pi, TauV: 0.02, TauA: 0.3, TauU: 1, Sigma: 0.1, SigmaOutput: 0.1, Beta: 1e-3,
	})
	check(err)
	stepper, err := models.NewFeedbackStepper(net, models.FeedbackStep{Optimizer: "implicit", LearningRate: 1, Sigma: 0.1, Beta: 1e-3})
	check(err)
	drift := models.NewFeedbackDrift(net)
	for range 100 {
		drift.Clear()
		learning.Add(drift, w, batch)
		stepper.Step(w, drift)
		skipped += drift.Skipped
	}
	return skipped
}

// unstable returns how many samples have no stable rest state awake.
func unstable(net *models.Network, w *models.Weights, batch *models.Batch) int {
	pi, err := controllers.PI(0, 0.01, 1, controllers.LeakIntegral)
	check(err)
	steady, err := models.NewPresenter(net, models.Settings{
		Rule: "dfc", Level: "steady", TargetStepsize: 0.01, Unstable: "skip", Controller: pi, TauV: 0.02,
	})
	check(err)
	outcome, err := steady.Present(models.NewWeights(net), w, batch)
	check(err)
	return outcome.Unstable
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
