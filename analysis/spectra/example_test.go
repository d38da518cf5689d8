package spectra_test

import (
	"fmt"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/mat"
)

// A stable linear system with a one-way coupling: both modes decay, and yet |y| grows
// more than twofold from the worst start.
func Example() {
	m := mat.NewDense(2, 2, []float64{-1, 10, 0, -2})
	s, err := spectra.Eigenvalues(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	h, err := spectra.NewHalfPlane(spectra.FromDense(m), s.Abscissa())
	if err != nil {
		fmt.Println(err)
		return
	}
	growth, err := h.MaxGrowth()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("eigenvalues %.0f\n", s.Values)
	fmt.Printf("|y| grows at a rate of %.2f at first, by a factor of %.2f until t = %.2f\n", h.Omega, growth.Factor, growth.Time)
	// Output:
	// eigenvalues [(-1+0i) (-2+0i)]
	// |y| grows at a rate of 3.52 at first, by a factor of 2.56 until t = 0.66
}
