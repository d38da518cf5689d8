package analysis

import (
	"fmt"

	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// SteadyApproximation returns the mean over samples of the analytic steady-state
// update (DFC-SSA) with the presynaptic rates that another level of reduction
// really had: the reference of Meulemans et al. (2021), figure 3F.
//
//	dW_i = (phi(v_i) - phi(v_i - Q_i u)) r_{i-1}^T,   u = (JQ + I/g)^-1 delta_L
//
// v is swept from u as at level linear of [models.Settings]; with the linear
// forward rule Q_i u stands in place of the difference, and on a path of feedback
// neurons vfb_i in that of Q_i u. s gives controller,
// target stepsize, forward rule and the policy for unstable samples.
//
// rates[t][i-1] are the rates r_i of tile t, i = 1..L-1, one row a sample: what
// a presenter of that tile reveals as "r1".."r{L-1}". Without rates, those of the
// feedforward state are taken.
func (l *Linearization) SteadyApproximation(s models.Settings, rates ...[]blas64.General) (*models.Weights, error) {
	if len(rates) != 0 && len(rates) != len(l.tiles) {
		panic("analysis: SteadyApproximation needs the rates of every tile, or none")
	}
	s.Rule, s.Level = "dfc", "linear"
	p, err := models.NewPresenter(l.net, s)
	if err != nil {
		return nil, err
	}
	dst, own := models.NewWeights(l.net), models.NewWeights(l.net)
	for k, t := range l.tiles {
		if _, err := p.Present(own, l.w, t.batch); err != nil {
			return nil, fmt.Errorf("analysis: steady approximation of tile %d: %w", k, err)
		}
		l.controlFactors(t, p, s.ForwardRule == "linear")
		r := t.rates
		if len(rates) > 0 {
			r = append([]blas64.General{t.batch.Input}, rates[k]...)
		}
		dst.AddOuter(t.factor, r, t.batch.N)
	}
	floats.Scale(1/float64(len(l.samples)), dst.Plastic())
	return dst, nil
}

// controlFactors sets a tile's neuron factors to what the control that p ended
// in does to the neurons: vfb_i, or the difference of rates it makes.
func (l *Linearization) controlFactors(t *tile, p models.Presenter, linear bool) {
	for i, phi := range l.net.Phi {
		v, _ := p.Reveal(fmt.Sprintf("v%d", i+1))
		vfb, _ := p.Reveal(fmt.Sprintf("vfb%d", i+1))
		for b := range t.batch.N {
			d := row(t.factor[i], b)
			copy(d, row(vfb, b))
			if !linear {
				rateDifference(phi, d, row(v, b), d)
			}
		}
	}
}
