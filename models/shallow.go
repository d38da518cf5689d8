package models

import "gonum.org/v1/gonum/blas/blas64"

// Shallow carries nothing: hidden layers stay as they are and the output layer
// learns alone, the "shallow" control of Lillicrap et al. (2016), figure 2.
type Shallow struct{}

// Carry adds nothing.
func (Shallow) Carry(blas64.General, int, *Weights, *Errors) {}
