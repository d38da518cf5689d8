package sde_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"credo/sde"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

func newTree(t fatal, index uint64, dim int, t0, t1, resolution float64) *sde.Tree {
	p, err := sde.NewTree(5, "test", index, dim, t0, t1, resolution)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newGrid(t fatal, index uint64, dim int, t0, h float64) *sde.Grid {
	p, err := sde.NewGrid(5, "test", index, dim, t0, h)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

type fatal interface{ Fatal(...any) }

func increment(p sde.Path, dim int, t0, t1 float64) []float64 {
	dw := make([]float64, dim)
	p.Increment(dw, t0, t1)
	return dw
}

// Golden increments. Nobody edits these: a change breaks every published result.
func TestGoldenPaths(t *testing.T) {
	for _, c := range []struct {
		name string
		path sde.Path
		want [2]float64
	}{
		{"grid", newGrid(t, 3, 2, 1, 0.25), goldenGrid},
		{"tree", newTree(t, 3, 2, 1, 3, 1e-3), goldenTree},
	} {
		for i, got := range increment(c.path, 2, 1.5, 1.75) {
			if math.Abs(got-c.want[i]) > 1e-14 {
				t.Errorf("%s: component %d is %.17g, want %.17g", c.name, i, got, c.want[i])
			}
		}
	}
}

var (
	goldenGrid = [2]float64{-0.46964227638055472, -0.2832656449136457}
	goldenTree = [2]float64{-0.61062514526369915, -0.91137749926774447}
)

// The sums differ by the rounding of values of order 1 to 10.
func TestIncrementsAdd(t *testing.T) {
	tree, grid := newTree(t, 0, 2, -1, 2, 1e-4), newGrid(t, 0, 2, -1, 3./64)
	rapid.Check(t, func(rt *rapid.T) {
		k := rapid.SliceOfNDistinct(rapid.IntRange(0, 64), 3, 3, rapid.ID).Draw(rt, "nodes")
		shift := rapid.Float64Range(0, 1).Draw(rt, "shift")
		slices.Sort(k)
		checkAdditive(rt, "grid", grid, node(k[0]), node(k[1]), node(k[2]))
		a, b := node(k[0])+shift*(node(k[1])-node(k[0])), node(k[1])+shift*(node(k[2])-node(k[1]))
		checkAdditive(rt, "tree", tree, a, b, node(k[2]))
	})
}

func node(k int) float64 { return -1 + float64(k)*3/64 }

func checkAdditive(t *rapid.T, name string, p sde.Path, a, b, c float64) {
	if a == b || b == c {
		return
	}
	ab, bc, ac := increment(p, 2, a, b), increment(p, 2, b, c), increment(p, 2, a, c)
	for i := range ac {
		if math.Abs(ab[i]+bc[i]-ac[i]) > 1e-13 {
			t.Fatalf("%s: W over [%g, %g] and [%g, %g] adds up to %v, over both %v", name, a, b, b, c, ab[i]+bc[i], ac[i])
		}
	}
}

func TestOrderOfQueriesDoesNotMatter(t *testing.T) {
	used := newTree(t, 1, 3, 0, 1, 1e-6)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.Float64Range(0, 1).Draw(rt, "a"), rapid.Float64Range(0, 1).Draw(rt, "b")
		got, want := increment(used, 3, a, b), increment(newTree(t, 1, 3, 0, 1, 1e-6), 3, a, b)
		if !slices.Equal(got, want) {
			rt.Fatalf("[%g, %g]: %v after other queries, %v before", a, b, got, want)
		}
	})
}

func TestFinerTreesRefineTheSamePath(t *testing.T) {
	coarse, fine := newTree(t, 2, 2, 0, 3, 3./16), newTree(t, 2, 2, 0, 3, 1e-5)
	for k := range 16 {
		a, b := float64(k)*3/16, float64(k+1)*3/16
		if c, f := increment(coarse, 2, a, b), increment(fine, 2, a, b); !slices.Equal(c, f) {
			t.Errorf("[%g, %g]: coarse %v, fine %v", a, b, c, f)
		}
	}
}

// The bound on the Kolmogorov-Smirnov distance is passed by chance once in a thousand seeds; this one is fixed.
func TestIncrementsAreNormal(t *testing.T) {
	const n = 4096
	intervals := func(p sde.Path, of func(k int) (a, b float64)) []float64 {
		z := make([]float64, n)
		for k := range z {
			a, b := of(k)
			z[k] = increment(p, 1, a, b)[0] / math.Sqrt(b-a)
		}
		return z
	}
	cell := func(k int) (float64, float64) { return float64(k) / n, float64(k+1) / n }
	// Disjoint intervals of irregular length and place, some thousand leaves long.
	irregular := func(k int) (float64, float64) {
		return (float64(k) + 0.1) / n, (float64(k) + 0.3 + 0.6*float64(k)/n) / n
	}
	for name, z := range map[string][]float64{
		"grid":                      intervals(newGrid(t, 0, 1, 0, 1./n), cell),
		"tree, leaves":              intervals(newTree(t, 0, 1, 0, 1, 1./n), cell),
		"tree, irregular intervals": intervals(newTree(t, 0, 1, 0, 1, 1e-7), irregular),
	} {
		if r := stat.Correlation(z[1:], z[:n-1], nil); math.Abs(r) > 4/math.Sqrt(n) {
			t.Errorf("%s: neighbouring increments correlate: %.3f", name, r)
		}
		slices.Sort(z)
		if distance := distanceFromNormal(z); distance > 1.95/math.Sqrt(n) {
			t.Errorf("%s: Kolmogorov-Smirnov distance %.4f", name, distance)
		}
	}
}

func TestStreamsAndComponentsAreUncorrelated(t *testing.T) {
	const n = 4096
	paths := []sde.Path{
		newGrid(t, 0, 2, 0, 1./n), newGrid(t, 1, 2, 0, 1./n), newTree(t, 0, 2, 0, 1, 1./n), newTree(t, 1, 2, 0, 1, 1./n),
	}
	samples := make([][]float64, 2*len(paths))
	for j, p := range paths {
		for k := range n {
			dw := increment(p, 2, float64(k)/n, float64(k+1)/n)
			samples[2*j], samples[2*j+1] = append(samples[2*j], dw[0]), append(samples[2*j+1], dw[1])
		}
	}
	for i := range samples {
		for j := range i {
			if r := stat.Correlation(samples[i], samples[j], nil); math.Abs(r) > 4/math.Sqrt(n) {
				t.Errorf("samples %d and %d correlate: %.3f", i, j, r)
			}
		}
	}
}

func TestPathsRefuseForeignIntervals(t *testing.T) {
	grid, tree := newGrid(t, 0, 1, 0, 0.1), newTree(t, 0, 1, 0, 1, 0.01)
	for name, query := range map[string]func(){
		"grid, between nodes":    func() { increment(grid, 1, 0.1, 0.25) },
		"grid, before the start": func() { increment(grid, 1, -0.1, 0) },
		"grid, backwards":        func() { increment(grid, 1, 0.2, 0.1) },
		"grid, dimension":        func() { increment(grid, 2, 0, 0.1) },
		"tree, after the end":    func() { increment(tree, 1, 0, 1.1) },
		"tree, dimension":        func() { increment(tree, 2, 0, 0.1) },
	} {
		if !panics(query) {
			t.Errorf("%s: no panic", name)
		}
	}
	for name, c := range map[string]struct {
		path      sde.Checker
		t0, t1, h float64
	}{
		"grid, start":      {grid, 0.05, 0.25, 0.1},
		"grid, step":       {grid, 0, 0.9, 0.15},
		"grid, short last": {grid, 0, 1, 0.3},
		"tree, span":       {tree, 0, 1.5, 0.1},
		"tree, step":       {tree, 0, 1, 0.001},
	} {
		var e *sde.OptionError
		if err := c.path.Check(c.t0, c.t1, c.h); !errors.As(err, &e) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	if err := grid.Check(0.1, 0.9, 0.2); err != nil {
		t.Error(err)
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func TestIncrementsDoNotAllocate(t *testing.T) {
	grid, tree, dw := newGrid(t, 0, 5, 0, 0.01), newTree(t, 0, 5, 0, 1, 1e-3), make([]float64, 5)
	if n := testing.AllocsPerRun(20, func() { grid.Increment(dw, 0.1, 0.5); tree.Increment(dw, 0.1, 0.5) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
