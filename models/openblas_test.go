//go:build openblas

package models

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	netlib "gonum.org/v1/netlib/blas/netlib"
)

// The two ways to multiply round differently, and differences grow as weights
// are learned; over the first 20 updates they stay below 1e-10.
func TestPureGoAndOpenBLASAgreeOverTwentyUpdates(t *testing.T) {
	defer func() {
		blas64.Use(netlib.Implementation{})
		wholeTiles = true
	}()
	for _, rule := range []string{"bp", "dfc"} {
		t.Run(rule, func(t *testing.T) {
			blas64.Use(netlib.Implementation{})
			wholeTiles = true
			fast := twentyUpdates(t, rule)
			blas64.Use(gonum.Implementation{})
			wholeTiles = false
			pure := twentyUpdates(t, rule)
			for k := range fast {
				if d := distance(fast[k], pure[k]); d > 1e-10 {
					t.Errorf("update %d differs by %g", k+1, d)
				}
			}
		})
	}
}

// twentyUpdates trains a network of MNIST's shape and returns the updates.
func twentyUpdates(t *testing.T, rule string) [][]float64 {
	f := newFixture(t, []int{784, 256, 256, 256, 10}, "tanh", "softmax", "cross-entropy", TileRows)
	f.batch.LossWeight = 1.0 / 128
	set := f.at("steady")
	set.Rule, set.Controller = rule, pi(t, 2, 2.465863883e-4)
	p, err := NewPresenter(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	adam, err := NewOptimizer(len(f.w.Plastic()), OptimizerSettings{Kind: "adam", Beta1: 0.99, Beta2: 0.99, Epsilon: 6.665e-9})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var updates [][]float64
	for range 20 {
		clear(f.batch.Target.Data)
		f.fill(rng, TileRows, "softmax")
		dw := NewWeights(f.net)
		if _, err := p.Present(dw, f.w, f.batch); err != nil {
			t.Fatal(err)
		}
		updates = append(updates, dw.Plastic())
		adam.Step(f.w.Plastic(), dw.Plastic(), 6e-4)
	}
	return updates
}
