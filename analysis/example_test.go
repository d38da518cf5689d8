package analysis_test

import (
	"fmt"

	"credo/analysis"
	"credo/models"
)

// A linear network has one Jacobian for all samples, and the product of its
// forward weights is that Jacobian's transpose: Condition 2 holds.
func ExampleLinearize() {
	net, err := models.NewNetwork([]int{4, 6, 3}, []string{"linear"}, "linear", "squared-error", true)
	if err != nil {
		fmt.Println(err)
		return
	}
	w, batch := models.NewWeights(net), models.NewBatch(net)
	if err := w.Init(1, "xavier-normal", 1); err != nil {
		fmt.Println(err)
		return
	}
	if err := w.InitFeedback(net, "weight-product", 1, nil); err != nil {
		fmt.Println(err)
		return
	}
	batch.N = 2
	for k := range 8 {
		batch.Input.Data[k] = float64(k%3) - 1
	}
	share, err := analysis.Linearize(net, w, batch).RowSpaceShare()
	fmt.Printf("%.3f %v\n", share.Mean, err)
	// Output: 1.000 <nil>
}
