package analysis

import (
	"fmt"

	"credo/models"
)

// MinimumNorm returns the mean over samples of each sample's own weighted
// minimum-norm update, the minimiser of Meulemans et al. (2021), eq. (10), to
// first order in delta = e:
//
//	min sum_i |r_{i-1}|^2 |dW_i|_F^2   subject to   sum_i J_i dW_i r_{i-1} = delta
//
//	dW_i = (J^+ delta)_i r_{i-1}^T / |r_{i-1}|^2,   J^+ = J^T (J J^T + gamma I)^-1
//
// With biases r_{i-1} is followed by the constant rate 1, so that |r_{i-1}|^2 + 1
// stands in both lines, and db_i = (J^+ delta)_i / (|r_{i-1}|^2 + 1).
//
// Theorem 3 as printed has the updates of eq. (9), (J^+ delta)_i r_{i-1}^T, in
// proportion to it. They are so layer by layer only: each layer's factor
// |r_{i-1}|^2 is another one, and taken together they neither minimise the norm
// nor reach the target, unless Condition 1 holds or the layers learn at
// Proposition 4's rates eta / |r_{i-1}|^2.
//
// Damping and error are as in [Linearization.GaussNewton].
func (l *Linearization) MinimumNorm(damping float64) (*models.Weights, error) {
	err := l.invertOutput(damping, func(s sample, x []float64) { s.setFactors(x, l.energies(s)) })
	if err != nil {
		return nil, err
	}
	return l.mean(), nil
}

// ReleasedMinimumNorm returns the mean over samples of what the program released
// with Meulemans et al. (2021) compares updates with under the same name:
//
//	dW_i = (phi(v_i) - phi(v_i - dv_i)) r_{i-1}^T,   dv_i = (J^+ e)_i
//
// It lacks the factor 1/|r_{i-1}|^2, and steps through the nonlinearity
// with the whole of e, not lambda e, and against the target's direction. For
// linear neurons it is the direction of eq. (9) under Condition 2.
//
// Damping and error are as in [Linearization.GaussNewton].
func (l *Linearization) ReleasedMinimumNorm(damping float64) (*models.Weights, error) {
	err := l.invertOutput(damping, func(s sample, x []float64) {
		s.setFactors(x, nil)
		for i, phi := range l.net.Phi {
			d := row(s.factor[i], s.b)
			rateDifference(phi, d, row(s.forward.V[i], s.b), d)
		}
	})
	if err != nil {
		return nil, err
	}
	return l.mean(), nil
}

// invertOutput calls use with x = (J J^T + gamma I)^-1 e of every sample: J^T x
// is the least change of all voltages that moves the output by e.
func (l *Linearization) invertOutput(damping float64, use func(s sample, x []float64)) error {
	for k, s := range l.samples {
		x, err := solveDamped(s.jacobians().gram(nil), damping, s.out)
		if err != nil {
			return fmt.Errorf("analysis: minimum-norm update of sample %d: %w", k, err)
		}
		use(s, x)
	}
	return nil
}

// rateDifference sets a = phi(v) - phi(v - s). a may be s.
func rateDifference(phi models.Activation, a, v, s []float64) {
	r := make([]float64, len(v))
	phi.Apply(r, v)
	for j := range a {
		a[j] = v[j] - s[j]
	}
	phi.Apply(a, a)
	for j := range a {
		a[j] = r[j] - a[j]
	}
}
