package reproduce

import (
	"math"

	"credo/analysis"
	"credo/internal/stream"
	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// sdeConstants are those of np-sde, of weights that hold still.
func sdeConstants() models.PerturbationSettings {
	return models.PerturbationSettings{
		Reference: "clean-error", Noise: 0.3, TauNoise: 0.5, TauV: 0.2, TauBaseline: 4,
		TauFeedback: math.Inf(1), TauW: math.Inf(1), Kappa: "matched", Presentation: 1.25, Step: 0.0625, Seed: 1,
	}
}

// sdeToy is the network of np-sde, without feedback yet, and its samples.
type sdeToy struct {
	net     *models.Network
	w       *models.Weights
	samples *models.Batch
	single  []*models.Batch // the same, one by one
}

func newSDEToy() (*sdeToy, error) {
	net, err := models.NewNetwork([]int{3, 4, 3, 2}, []string{"linear", "linear"}, "linear", "half-squared-error", true)
	if err != nil {
		return nil, err
	}
	net.Feedback = models.FeedbackPath{Layerwise: true}
	s := &sdeToy{net: net, w: models.NewWeights(net), samples: models.NewBatch(net)}
	if err := s.w.Init(1, "xavier-normal", 0.7); err != nil {
		return nil, err
	}
	s.draw(4)
	return s, nil
}

// draw draws samples of one input whose errors have length 1.5, in evenly spread
// directions. So the loss is the same for all, and the baseline is not stale after
// a change of sample: that costs variance, of order (tau_b/T) (change of loss/c)^2,
// which the closed form of the deviations leaves out.
func (s *sdeToy) draw(samples int) {
	rng, ff := stream.New(1, "np-sde samples", 0), models.NewFeedforward(s.net)
	input := make([]float64, s.net.Inputs())
	for k := range input {
		input[k] = rng.NormFloat64()
	}
	s.samples.N = samples
	for b := range samples {
		one := models.NewBatch(s.net)
		one.N = 1
		copy(one.Input.Data, input)
		ff.Run(s.w, one)
		sin, cos := math.Sincos(math.Pi * float64(b) / float64(samples))
		one.Target.Data[0], one.Target.Data[1] = ff.Output(0)[0]+1.5*cos, ff.Output(0)[1]+1.5*sin
		copy(s.samples.Input.Data[b*one.Input.Stride:], one.Input.Data[:one.Input.Cols])
		copy(s.samples.Target.Data[b*one.Target.Stride:], one.Target.Data[:one.Target.Cols])
		s.single = append(s.single, one)
	}
}

// exact returns backpropagation's errors of the hidden layers at the first sample.
func (s *sdeToy) exact() (m [2][]float64, err error) {
	p := models.NewPathways(s.net, models.Backprop{})
	_, err = p.Present(models.NewWeights(s.net), s.w, s.single[0])
	for i, name := range []string{"m1", "m2"} {
		tile, _ := p.Reveal(name)
		m[i] = tile.Data[:tile.Cols]
	}
	return m, err
}

// orderInTauV returns the order at which the mean of the two-pass estimate tends
// to the gradient, the mean of the discrete estimate, as neurons become fast.
func (s *sdeToy) orderInTauV() (float64, error) {
	m, err := s.exact()
	if err != nil {
		return 0, err
	}
	var off [2]float64
	for k, tauV := range []float64{2e-3, 1e-3} {
		set := sdeConstants()
		set.Reference, set.Kappa, set.TauV = "two-pass", "variance", tauV
		p, err := analysis.NewPerturbedNoise(s.net, s.w, s.single[0], 0, set)
		if err != nil {
			return 0, err
		}
		off[k] = floats.Distance(p.Estimate(0), m[0], 2)
	}
	return math.Log2(off[0] / off[1]), nil
}
