package models_test

import (
	"fmt"
	"math"

	"credo/models"
	"credo/ode"
)

// A learner that only ever sees losses in noise, its averaged flow, and where both
// end: at the transposed forward weights.
func ExamplePerturbedFeedback() {
	net, err := models.NewNetwork([]int{2, 3, 2}, []string{"linear"}, "linear", "half-squared-error", true)
	check(err)
	net.Feedback = models.FeedbackPath{Layerwise: true}
	w, batch := models.NewWeights(net), models.NewBatch(net)
	check(w.Init(1, "xavier-normal", 1))
	batch.N = 2
	copy(batch.Target.Data, []float64{1, 1, -1, 1})

	set := models.PerturbationSettings{
		Reference: "two-pass", Noise: 0.1, TauNoise: 0.5, TauV: 0.1, TauFeedback: 1000, TauW: math.Inf(1),
		Kappa: "matched", Presentation: 20, Step: 0.1, Seed: 1,
	}
	const length = 6000
	learner, err := models.NewPerturbedFeedback(net, set, 1, nil)
	check(err)
	check(learner.Begin(w, 0, 1, batch, 0))
	for n := range int(length / set.Presentation) {
		check(learner.Present(batch, n%batch.N))
	}
	learned := models.NewWeights(net)
	learner.ReadWeights(learned, 0)

	average, err := models.NewPerturbedFeedbackAverage(net, set)
	check(err)
	average.Bind(w, batch)
	flow := make([]float64, average.Dim())
	_, err = ode.Solve(average, flow, 0, length, ode.Options{})
	check(err)

	fmt.Println(" W_2^T  learned  averaged")
	for k, b := range learned.Link[0].Data {
		fmt.Printf("%6.1f %8.1f %9.1f\n", w.W[1].Data[k%2*3+k/2], b, flow[k])
	}
	// Output:
	//  W_2^T  learned  averaged
	//   -0.2     -0.2      -0.2
	//    2.1      2.1       2.1
	//    0.8      0.8       0.8
	//   -0.1     -0.0      -0.1
	//    0.1      0.2       0.1
	//   -0.8     -0.8      -0.8
}
