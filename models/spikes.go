package models

import (
	"math/bits"

	"credo/internal/stream"
)

// spikes says which neurons of a layer are active, a bit each.
type spikes []uint64

const wordBits = 64

func newSpikes(neurons int) spikes { return make(spikes, (neurons+wordBits-1)/wordBits) }

func (s spikes) has(i int) bool { return s[i/wordBits]>>(i%wordBits)&1 == 1 }

func (s spikes) set(i int) { s[i/wordBits] |= 1 << (i % wordBits) }

// overlap returns how many neurons are active in both s and t.
func (s spikes) overlap(t spikes) int {
	n := 0
	for k, word := range s {
		n += bits.OnesCount64(word & t[k])
	}
	return n
}

// noise names the uniform numbers that spikes are drawn with: that of neuron i of
// layer l at step t of presentation number is word i%8 of eight, 32 bits each,
// lower halves first, of block
//
//	Philox({i/8, number, t, l}, key)
//
// so that every spike is a pure function of its name.
type noise [2]uint64

const (
	wordsInBlock = 8
	wholeRange   = 1 << 32 // of a word
)

// fire draws the neurons from, from+1, .. of a layer, active with the given
// probabilities: u < p for u uniform on the multiples of 2^-32. from is a multiple
// of 64; the bits behind the last neuron's become zero.
func (n noise) fire(dst spikes, from int, probability []float64, number uint64, step, layer int) {
	for first := 0; first < len(probability); first += wordBits {
		dst[(from+first)/wordBits] = n.word(from+first, probability[first:min(first+wordBits, len(probability))], number, step, layer)
	}
}

// word draws up to 64 neurons.
func (n noise) word(from int, probability []float64, number uint64, step, layer int) uint64 {
	var drawn uint64
	for first := 0; first < len(probability); first += wordsInBlock {
		block := stream.Philox([4]uint64{uint64(from+first) / wordsInBlock, number, uint64(step), uint64(layer)}, n)
		for i, p := range probability[first:min(first+wordsInBlock, len(probability))] {
			if float64(uint32(block[i/2]>>(i%2*32))) < p*wholeRange {
				drawn |= 1 << (first + i)
			}
		}
	}
	return drawn
}
