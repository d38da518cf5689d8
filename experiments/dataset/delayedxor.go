package dataset

import "credo/internal/stream"

// DelayedXOR is the task of Lansdell, Prakash and Kording (2019), section 4.3:
// parallel streams without end, each of two input channels and one target. At
// random steps t a go cue is given, and the target one step later is the
// exclusive or of the two inputs before it:
//
//	x_0(t)   = 1 with probability 0.05, else 0       the cue
//	x_1(t)   = s(t) = +-1 if a cue is given at t+1 or t+2, else 0
//	y(t+1)   = +1 if s(t-1) and s(t-2) differ, -1 if not, where a cue is given at t; else 0
//
// So an answer of 0 has a loss of |y|^2/2 = 0.025 a step. Every step is a
// function of the seed, the stream and the time.
type DelayedXOR struct{ seed uint64 }

// CueProbability is that of a go cue at a step.
const CueProbability = 0.05

// NewDelayedXOR returns the streams of a seed.
func NewDelayedXOR(seed uint64) DelayedXOR { return DelayedXOR{seed} }

// Step sets x and y to what stream number k brings at time t.
func (d DelayedXOR) Step(x, y []float64, k, t uint64) {
	key := stream.Key(d.seed, "delayed xor", k)
	x[0], x[1], y[0] = 0, 0, 0
	if cued(key, t) {
		x[0] = 1
	}
	if cued(key, t+1) || cued(key, t+2) {
		x[1] = sign(key, t)
	}
	if t > 0 && cued(key, t-1) {
		y[0] = -sign(key, t-2) * sign(key, t-3)
	}
}

// cued says whether a cue is given at t. The first has two inputs before it.
func cued(key [2]uint64, t uint64) bool {
	return t >= 2 && float64(words(key, t)[0]>>11)*0x1p-53 < CueProbability
}

func sign(key [2]uint64, t uint64) float64 {
	return 1 - 2*float64(words(key, t)[1]>>63)
}

func words(key [2]uint64, t uint64) [4]uint64 { return stream.Philox([4]uint64{t}, key) }
