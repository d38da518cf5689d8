package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/analysis"
	"credo/models"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

var spikesAndSlabs = []models.SpikeSlab{
	{M: 0, Pi: 0.2, Xi: 0.04}, {M: 1.3, Pi: 0.7, Xi: 0.5}, {M: -0.1, Pi: 0, Xi: 0.01}, {M: 4, Pi: 0.5, Xi: 1e-3},
}

// The entropy of a mass at 0 and a density besides is the sum over the one and the
// integral over the other of -p ln p.
func TestMixtureEntropyIsItsIntegral(t *testing.T) {
	for _, p := range spikesAndSlabs {
		slab := distuv.Normal{Mu: p.M, Sigma: math.Sqrt(p.Xi)}
		want := quad.Fixed(func(w float64) float64 {
			density := (1 - p.Pi) * slab.Prob(w)
			return -density * math.Log(density+1e-300)
		}, p.M-12*slab.Sigma, p.M+12*slab.Sigma, 400, nil, 0)
		if p.Pi > 0 {
			want -= p.Pi * math.Log(p.Pi)
		}
		if got := analysis.Entropy(p, analysis.MixtureEntropy); math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: %g, quadrature %g", p, got, want)
		}
	}
}

// Eq. (8) as it stands, averaged over 200,000 draws of its Gamma, to within four
// standard errors.
func TestPublishedEntropyIsItsMonteCarloAverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range spikesAndSlabs {
		slab := distuv.Normal{Mu: p.M, Sigma: math.Sqrt(p.Xi)}
		var draws []float64
		for range 200000 {
			w := p.M + slab.Sigma*rng.NormFloat64()
			draw := -(1 - p.Pi) * math.Log((1-p.Pi)*slab.Prob(w))
			if p.Pi > 0 {
				draw -= p.Pi * math.Log(p.Pi+(1-p.Pi)*slab.Prob(0))
			}
			draws = append(draws, draw)
		}
		want, std := stat.MeanStdDev(draws, nil)
		if got := analysis.Entropy(p, analysis.PublishedEntropy); math.Abs(got-want) > 4*std/math.Sqrt(float64(len(draws))) {
			t.Errorf("%+v: %g, Monte Carlo %g", p, got, want)
		}
	}
}

func TestPublishedEntropyIsAtMostTheMixtures(t *testing.T) {
	for _, p := range spikesAndSlabs {
		mixture, published := analysis.Entropy(p, analysis.MixtureEntropy), analysis.Entropy(p, analysis.PublishedEntropy)
		far := math.Abs(p.M) > 10*math.Sqrt(p.Xi)
		if published > mixture || (p.Pi == 0 || far) != (mixture-published < 1e-12) {
			t.Errorf("%+v: published %g, mixture %g", p, published, mixture)
		}
	}
}

// Points have the entropies that the authors' program gives them.
func TestEntropyOfPoints(t *testing.T) {
	for _, c := range []struct {
		p    models.SpikeSlab
		want float64
	}{
		{models.SpikeSlab{M: 3, Pi: 1, Xi: 2}, 0},
		{models.SpikeSlab{M: 3, Pi: 0, Xi: 0}, 0},
		{models.SpikeSlab{M: 0, Pi: 0.5, Xi: 1e-8}, 0},
		{models.SpikeSlab{M: 3, Pi: 0.5, Xi: 1e-8}, math.Ln2},
	} {
		for _, convention := range []analysis.EntropyConvention{analysis.MixtureEntropy, analysis.PublishedEntropy} {
			if got := analysis.Entropy(c.p, convention); math.Abs(got-c.want) > 1e-15 {
				t.Errorf("%+v: %g, want %g", c.p, got, c.want)
			}
		}
	}
}

// layerOf returns weights of one layer of 40 with the given parameters at the
// first places, 4 of them a VIP, 8 a UIP.
func layerOf(t *testing.T) *models.Weights {
	t.Helper()
	net, err := models.NewNetwork([]int{8, 5}, nil, "softmax", "cross-entropy", false)
	if err != nil {
		t.Fatal(err)
	}
	net.Normalize, net.SpikeSlab = true, true
	w := models.NewWeights(net)
	for k := range w.W[0].Data {
		w.W[0].Data[k], w.Pi[0].Data[k], w.Xi[0].Data[k] = 1, 0.25, 0.1
		switch {
		case k%10 == 0:
			w.Pi[0].Data[k], w.Xi[0].Data[k] = 0, 0
		case k%5 == 1:
			w.Pi[0].Data[k] = 1
		}
	}
	return w
}

func TestStructureCountsWeights(t *testing.T) {
	s := analysis.StructureOf(layerOf(t), 0, nil)
	if s.VIP != 0.1 || s.UIP != 0.2 || s.Narrow != 0.1 || math.Abs(s.Sparsity-(0.2+0.7*0.25)) > 1e-15 {
		t.Errorf("%+v", s)
	}
	live := []bool{true, false, false, false, false, false, false, false}
	// The first input's weights are k = 0, 8, 16, 24, 32: one VIP, one UIP.
	if s := analysis.StructureOf(layerOf(t), 0, live); s.VIP != 0.2 || s.UIP != 0.2 {
		t.Errorf("of the first input alone: %+v", s)
	}
}

func TestPerturbationChangesWhatItNames(t *testing.T) {
	for how, want := range map[analysis.Perturbation][2]float64{
		analysis.OffVIP:    {0.1 / 2, 0.2 + 0.1/2}, // VIP and UIP fractions behind it
		analysis.RandomUIP: {0.1 + 0.2/2, 0.2 / 2},
	} {
		w := layerOf(t)
		n := analysis.Perturb(w, 0, how, 0.5, rand.New(rand.NewPCG(1, 2)))
		s := analysis.StructureOf(w, 0, nil)
		if math.Abs(s.VIP-want[0]) > 1e-15 || math.Abs(s.UIP-want[1]) > 1e-15 {
			t.Errorf("perturbation %d of %d weights: %+v, want VIP, UIP %v", how, n, s, want)
		}
	}
	w := layerOf(t)
	if n := analysis.Perturb(w, 0, analysis.OffAny, 1, rand.New(rand.NewPCG(1, 2))); n != 4 {
		t.Errorf("%d weights, want as many as there are VIPs, 4", n)
	}
}
