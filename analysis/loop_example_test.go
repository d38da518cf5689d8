package analysis_test

import (
	"fmt"

	"credo/analysis"
	"credo/controllers"
	"credo/models"
)

// Eigenvalues alone mislead. One neuron a layer, linear, W_2 = 1, with proportional
// control k_p = 2 through Q_1 = 5.52 and Q_2 = 0.02, is the matrix
//
//	(1/tau_v) [ -1   -k_p Q_1     ]
//	          [ W_2  -1 - k_p Q_2 ]
//
// whose eigenvalues (-1.02 +- 3.32i)/0.2 decay faster than an uncontrolled neuron, at
// -5.1; yet a deviation of the output can grow at a rate of +20 first, and
// doubles.
func ExampleLoop_Diagnose() {
	net, err := models.NewNetwork([]int{1, 1, 1}, []string{"linear"}, "linear", "squared-error", false)
	if err != nil {
		fmt.Println(err)
		return
	}
	w := models.NewWeights(net)
	w.W[1].Data[0], w.Q[0].Data[0], w.Q[1].Data[0] = 1, 5.52, 0.02
	p, err := controllers.P(2)
	if err != nil {
		fmt.Println(err)
		return
	}
	loop := analysis.Loop{Net: net, W: w, Controller: p, TauV: 0.2}
	d, err := loop.Diagnose([]float64{0, 0}, analysis.Questions{Epsilons: []float64{1}, Kreiss: true, Growth: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("spectral abscissa %.1f, numerical abscissa %+.1f\n", d.Abscissa, d.NumericalAbscissa)
	fmt.Printf("a perturbation of norm 1 moves it to %.1f\n", d.Pseudo[0].Value)
	fmt.Printf("a deviation grows by a factor of %.2f until t = %.3f; Kreiss constant %.2f\n", d.Growth.Factor, d.Growth.Time, d.Kreiss.Constant)
	fmt.Printf("the mode oscillates %.2f times per unit of time, layers have %.2f of its energy\n", d.Mode.Frequency, d.Mode.Layers)
	// Output:
	// spectral abscissa -5.1, numerical abscissa +20.0
	// a perturbation of norm 1 moves it to -3.3
	// a deviation grows by a factor of 2.17 until t = 0.073; Kreiss constant 1.43
	// the mode oscillates 2.64 times per unit of time, layers have [0.92 0.08] of its energy
}
