package dataset

import (
	"math"
	"testing"
)

// stepsOf returns n steps of a stream: cues, bits and targets.
func stepsOf(seed, k uint64, n int) (cue, bit, target []float64) {
	d := NewDelayedXOR(seed)
	for t := range n {
		x, y := make([]float64, 2), make([]float64, 1)
		d.Step(x, y, k, uint64(t))
		cue, bit, target = append(cue, x[0]), append(bit, x[1]), append(target, y[0])
	}
	return
}

func TestTheTargetIsTheExclusiveOrOfTheTwoBitsBeforeTheCue(t *testing.T) {
	cue, bit, target := stepsOf(1, 3, 20000)
	cues, energy, ones := 0, 0.0, 0
	for k := range cue {
		energy += target[k] * target[k] / 2
		if k > 0 && cue[k-1] == 1 {
			cues++
			want := -1.0
			if bit[k-2] != bit[k-3] {
				want = 1
				ones++
			}
			if target[k] != want || math.Abs(bit[k-2]) != 1 || math.Abs(bit[k-3]) != 1 {
				t.Fatalf("cue at %d after the bits %g, %g: target %g", k-1, bit[k-3], bit[k-2], target[k])
			}
			continue
		}
		if target[k] != 0 {
			t.Fatalf("target %g at %d without a cue before it", target[k], k)
		}
		if k+2 < len(cue) && cue[k+1] == 0 && cue[k+2] == 0 && bit[k] != 0 {
			t.Fatalf("bit %g at %d without a cue to come", bit[k], k)
		}
	}
	// Of 20,000 steps 1,000 have a cue, give or take four standard deviations of 31.
	if math.Abs(float64(cues)-1000) > 124 || math.Abs(float64(ones)/float64(cues)-0.5) > 0.07 {
		t.Errorf("%d cues, %d of them with a target of 1", cues, ones)
	}
	if zero := energy / 20000; math.Abs(zero-0.025) > 0.0031 {
		t.Errorf("an answer of 0 has a loss of %g a step, want 0.025", zero)
	}
}

func TestStreamsAndSeedsDiffer(t *testing.T) {
	a, _, _ := stepsOf(1, 0, 2000)
	for _, other := range [][2]uint64{{1, 1}, {2, 0}} {
		b, _, _ := stepsOf(other[0], other[1], 2000)
		together := 0.0
		for k := range a {
			together += a[k] * b[k]
		}
		if together > 20 { // 5 are expected
			t.Errorf("%v has %g cues of 100 at the same steps as the first stream", other, together)
		}
	}
}
