package reproduce

import (
	"math"

	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// sdeTauNoise are the correlation times at which gains are measured.
var sdeTauNoise = []float64{0.05, 0.2, 0.5, 2}

// sdeGain compares mean estimates, multiplied by kappa/c^2, with the gradient.
type sdeGain struct {
	tauN      float64
	simulated [2]float64 // by hidden layer: length along the gradient, in units of its own
	angle     [2]float64 // angle to it, in degrees
}

// measureGain averages the estimates of learners whose B hold still over a time of
// 800 tau_n, or tau_v where that is longer, once the baseline has settled.
func (s *sdeToy) measureGain(tauN float64, learners int) (sdeGain, error) {
	g, settling := sdeGain{tauN: tauN}, 5*sdeConstants().TauBaseline
	set := sdeConstants()
	set.TauNoise, set.Kappa, set.Step = tauN, "variance", min(tauN/5, 0.05)
	set.Presentation = settling + 800*max(tauN, set.TauV)
	mean, err := s.meanEstimates(set, settling, learners)
	if err != nil {
		return g, err
	}
	m, err := s.exact()
	for i, exact := range m {
		along := floats.Dot(mean[i], exact)
		g.simulated[i] = along / floats.Dot(exact, exact)
		g.angle[i] = 180 / math.Pi * math.Acos(min(1, along/(floats.Norm(mean[i], 2)*floats.Norm(exact, 2))))
	}
	return g, err
}

// meanEstimates shows the first sample once and averages q_i over the learners and
// what is left of the presentation after settling.
func (s *sdeToy) meanEstimates(set models.PerturbationSettings, settling float64, learners int) (mean [2][]float64, err error) {
	q := make([][]float64, len(mean))
	for i := range mean {
		mean[i], q[i] = make([]float64, s.net.Sizes[i+1]), make([]float64, s.net.Sizes[i+1])
	}
	share := set.Step / ((set.Presentation - settling) * float64(learners))
	var p *models.PerturbedFeedback
	p, err = models.NewPerturbedFeedback(s.net, set, learners, func(t float64, y []float64) error {
		for ; t > settling+set.Step/2 && len(y) > 0; y = y[p.Dim():] {
			p.Estimates(q, y[:p.Dim()])
			floats.AddScaled(mean[0], share, q[0])
			floats.AddScaled(mean[1], share, q[1])
		}
		return nil
	})
	if err != nil {
		return mean, err
	}
	if err = p.Begin(s.w, 0, learners, s.single[0], 0); err != nil {
		return mean, err
	}
	return mean, p.Present(s.single[0], 0)
}
