package stream

import (
	"math"
	"math/bits"
)

// Philox returns the block of four random words that Philox4x64-10 assigns to
// counter under key: Salmon, Moraes, Dror and Shaw (2011), "Parallel random
// numbers: as easy as 1, 2, 3", section 4.3. Neighbouring counters and keys give
// independent words.
//
// The words are those of numpy.random.Philox, which increments its counter
// before it makes a block: Philox(counter=c) in numpy starts with block c + 1.
func Philox(counter [4]uint64, key [2]uint64) [4]uint64 {
	const (
		m0, m1 = 0xD2E7470EE14C6C93, 0xCA5A826395121157
		w0, w1 = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B // the golden ratio and sqrt(3) - 1
	)
	c0, c1, c2, c3 := counter[0], counter[1], counter[2], counter[3]
	k0, k1 := key[0], key[1]
	for range 10 {
		hi0, lo0 := bits.Mul64(m0, c0)
		hi1, lo1 := bits.Mul64(m1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		k0 += w0
		k1 += w1
	}
	return [4]uint64{c0, c1, c2, c3}
}

// NormalAt returns four independent standard normals: a pure function of key and
// counter, one normal from each word of Philox(counter, key).
//
// With k the upper 53 bits of a word, z = sqrt(2) erfinv(x), x = (2k + 1)/2^53 - 1.
// Every x is an exact float64, they lie symmetric about 0 and never reach ±1,
// so that |z| < 8.3. The inverse of the distribution function, unlike
// Box-Muller, makes one normal from one word, and mostly without a logarithm.
func NormalAt(key [2]uint64, counter [4]uint64) [4]float64 {
	words := Philox(counter, key)
	return [4]float64{normal(words[0]), normal(words[1]), normal(words[2]), normal(words[3])}
}

// Normals fills dst with independent standard normals of block at:
// dst[i] = NormalAt(key, {i/4, at...})[i%4].
func Normals(dst []float64, key [2]uint64, at [3]uint64) {
	counter := [4]uint64{0, at[0], at[1], at[2]}
	for len(dst) >= 4 {
		*(*[4]float64)(dst) = NormalAt(key, counter)
		dst = dst[4:]
		counter[0]++
	}
	if len(dst) > 0 {
		words := Philox(counter, key)
		for i := range dst {
			dst[i] = normal(words[i])
		}
	}
}

// normal is the standard normal of one random word.
func normal(word uint64) float64 {
	x := float64(2*int64(word>>11)+1-1<<53) * 0x1p-53
	return math.Sqrt2 * math.Erfinv(x)
}
