package stream

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// The first vectors are Random123's known answers (kat_vectors), the last is numpy's
// Philox(key=42, counter=6 + 2^192).random_raw(4).
func TestPhiloxEqualsRandom123AndNumpy(t *testing.T) {
	const ones = math.MaxUint64
	for _, c := range []struct {
		counter [4]uint64
		key     [2]uint64
		want    [4]uint64
	}{
		{[4]uint64{}, [2]uint64{},
			[4]uint64{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
		{[4]uint64{ones, ones, ones, ones}, [2]uint64{ones, ones},
			[4]uint64{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
		{[4]uint64{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
			[2]uint64{0x452821e638d01377, 0xbe5466cf34e90c6c},
			[4]uint64{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
		{[4]uint64{7, 0, 0, 1}, [2]uint64{42, 0}, numpy42},
	} {
		if got := Philox(c.counter, c.key); got != c.want {
			t.Errorf("Philox(%x, %x) = %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

var (
	numpy42       = [4]uint64{0x4ac6f2b0c0328d9b, 0xf22ce9a84ddb71ba, 0x988bdadf71c1a58f, 0xc73d983f914424a5}
	goldenPCG     = [3]uint64{0x7e98b14774a4590c, 0x375b9794ec20091b, 0x4fdac3830145fcdb}
	goldenKey     = [2]uint64{0x9ffc810baeecb9d2, 0x45210a01a822b461}
	goldenNormals = [4]float64{-1.0993220574962244, -0.6819301980603342, 1.2834509114896022, -1.14199182335746}
)

// Golden streams. Nobody edits these: a change breaks every published result.
func TestGoldenStreams(t *testing.T) {
	rng := New(42, "initial weights", 1)
	if got := [3]uint64{rng.Uint64(), rng.Uint64(), rng.Uint64()}; got != goldenPCG {
		t.Errorf("New(42, initial weights, 1) starts %#x, want %#x", got, goldenPCG)
	}
	if got := Key(42, "sleep noise", 3, 7); got != goldenKey {
		t.Errorf("Key(42, sleep noise, 3, 7) = %#x, want %#x", got, goldenKey)
	}
	// The rounding of a normal may differ by the processor's fused multiply-add.
	for i, got := range NormalAt(goldenKey, [4]uint64{5}) {
		if want := goldenNormals[i]; math.Abs(got-want) > 4e-16*math.Abs(want) {
			t.Errorf("NormalAt word %d is %v, want %v", i, got, want)
		}
	}
}

func TestStreamsWithDifferentNamesDiffer(t *testing.T) {
	names := [][2]uint64{
		Key(1, "noise"), Key(2, "noise"), Key(1, "noise", 0), Key(1, "noise", 0, 0), Key(1, "noise", 1),
		Key(1, "noise\x00\x00\x00\x00\x00\x00\x00\x00"), Key(1, ""), Key(1, "Noise"),
	}
	for i, a := range names {
		if slices.Contains(names[:i], a) {
			t.Errorf("name %d has the key of an earlier one: %x", i, a)
		}
	}
}

func TestNormalsAreNormalsAt(t *testing.T) {
	key := Key(1, "test")
	for n := range 10 {
		dst := make([]float64, n)
		Normals(dst, key, [3]uint64{8, 9, 10})
		for i, z := range dst {
			if want := NormalAt(key, [4]uint64{uint64(i / 4), 8, 9, 10})[i%4]; z != want {
				t.Errorf("n = %d: normal %d is %v, want %v", n, i, z, want)
			}
		}
	}
}

// normalSample is 4*blocks normals of successive counters.
func normalSample(blocks uint64, key [2]uint64) []float64 {
	z := make([]float64, 0, 4*blocks)
	for c := range blocks {
		block := NormalAt(key, [4]uint64{c})
		z = append(z, block[:]...)
	}
	return z
}

// The Kolmogorov-Smirnov distance of n = 10^5 draws exceeds 1.95/sqrt(n) with probability 0.001;
// seed and stream are fixed, so this either holds or does not.
func TestNormalsFollowTheNormalDistribution(t *testing.T) {
	z := normalSample(25_000, Key(7, "normality"))
	slices.Sort(z)
	n, distance := float64(len(z)), 0.0
	for i, zi := range z {
		cdf := distuv.UnitNormal.CDF(zi)
		distance = max(distance, cdf-float64(i)/n, float64(i+1)/n-cdf)
	}
	if bound := 1.95 / math.Sqrt(n); distance > bound {
		t.Errorf("Kolmogorov-Smirnov distance %.5f exceeds %.5f", distance, bound)
	}
}

// A correlation of n = 10^5 independent pairs has standard deviation 1/sqrt(n).
func TestStreamsAndNeighbouringDrawsAreUncorrelated(t *testing.T) {
	a, b := normalSample(25_000, Key(7, "pair", 0)), normalSample(25_000, Key(7, "pair", 1))
	bound := 4 / math.Sqrt(float64(len(a)))
	if r := stat.Correlation(a, b, nil); math.Abs(r) > bound {
		t.Errorf("two streams correlate: %.4f", r)
	}
	if r := stat.Correlation(a[1:], a[:len(a)-1], nil); math.Abs(r) > bound {
		t.Errorf("neighbouring draws correlate: %.4f", r)
	}
}

func TestExtremeWordsGiveFiniteSymmetricNormals(t *testing.T) {
	low, high := normal(0), normal(math.MaxUint64)
	if low != -high || high < 8.2 || high > 8.3 {
		t.Errorf("extreme normals are %v and %v, want about ∓8.21", low, high)
	}
}

func TestNormalsDoNotAllocate(t *testing.T) {
	dst, key := make([]float64, 13), Key(1, "allocation")
	if n := testing.AllocsPerRun(100, func() { Normals(dst, key, [3]uint64{}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkNormals(b *testing.B) {
	dst, key, at := make([]float64, 256), Key(1, "benchmark"), [3]uint64{}
	for b.Loop() {
		Normals(dst, key, at)
		at[0]++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/256, "ns/normal")
}

func ExampleNew() {
	a, b := New(1, "shuffle", 3), New(1, "shuffle", 3)
	fmt.Println(a.Uint64() == b.Uint64(), a.IntN(10) == b.IntN(10))
	// Output: true true
}
