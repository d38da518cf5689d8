package sde_test

import (
	"math"
	"slices"
	"testing"

	"credo/sde"
	"credo/sde/sdetest"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func newAreaTree(t fatal, index uint64, dim int, t0, t1, resolution float64) *sde.AreaTree {
	p, err := sde.NewAreaTree(5, "test", index, dim, t0, t1, resolution)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func increments(p sde.SpaceTime, dim int, t0, t1 float64) (dw, dz []float64) {
	dw, dz = make([]float64, dim), make([]float64, dim)
	p.Increments(dw, dz, t0, t1)
	return dw, dz
}

// Golden integrals. Nobody edits these: a change breaks every published result.
func TestGoldenSpaceTime(t *testing.T) {
	for name, path := range map[string]sde.SpaceTime{"grid": newGrid(t, 3, 2, 1, 0.25), "area tree": newAreaTree(t, 3, 2, 1, 3, 1e-3)} {
		dw, dz := increments(path, 2, 1.5, 2)
		for i, want := range goldenSpaceTime[name] {
			if got := append(dw, dz...)[i]; math.Abs(got-want) > 1e-14 {
				t.Errorf("%s: number %d is %.17g, want %.17g", name, i, got, want)
			}
		}
	}
}

var goldenSpaceTime = map[string][4]float64{
	"grid":      {-0.22008533686115317, -0.022325659165101319, -0.092107004124485525, -0.11349277585288858},
	"area tree": {-0.90484062456819836, -1.4570312892873754, -0.23071326852282459, -0.38956966269754167},
}

func TestIncrementsAreTheSameWithTheirIntegrals(t *testing.T) {
	grid, tree := newGrid(t, 0, 3, 0, 0.1), newAreaTree(t, 0, 3, 0, 1, 1e-3)
	for _, path := range []sde.SpaceTime{grid, tree} {
		dw, _ := increments(path, 3, 0.2, 0.7)
		if want := increment(path, 3, 0.2, 0.7); !slices.Equal(dw, want) {
			t.Errorf("%T: increments %v with integrals, %v without", path, dw, want)
		}
	}
}

// W moves 1 or so in 3, its integral 3 or so; the sums differ by their rounding.
func TestIntegralsOverTimeObeyChensRelation(t *testing.T) {
	tree, grid := newAreaTree(t, 0, 2, -1, 2, 1e-4), newGrid(t, 0, 2, -1, 3./64)
	rapid.Check(t, func(rt *rapid.T) {
		k := rapid.SliceOfNDistinct(rapid.IntRange(0, 64), 3, 3, rapid.ID).Draw(rt, "nodes")
		shift := rapid.Float64Range(0, 1).Draw(rt, "shift")
		slices.Sort(k)
		checkChen(rt, grid, node(k[0]), node(k[1]), node(k[2]))
		checkChen(rt, tree, node(k[0])+shift*(node(k[1])-node(k[0])), node(k[1])+shift*(node(k[2])-node(k[1])), node(k[2]))
	})
}

func checkChen(t *rapid.T, p sde.SpaceTime, a, b, c float64) {
	if a == b || b == c {
		return
	}
	w1, z1 := increments(p, 2, a, b)
	w2, z2 := increments(p, 2, b, c)
	w, z := increments(p, 2, a, c)
	for i := range w {
		if math.Abs(w1[i]+w2[i]-w[i]) > 1e-13 || math.Abs(z1[i]+z2[i]+(c-b)*w1[i]-z[i]) > 1e-13 {
			t.Fatalf("%T: over [%g, %g] and [%g, %g] W and its integral are %v and %v, over both %v and %v", p, a, b, b, c,
				w1[i]+w2[i], z1[i]+z2[i]+(c-b)*w1[i], w[i], z[i])
		}
	}
}

func TestOrderOfQueriesDoesNotMatterForIntegrals(t *testing.T) {
	used := newAreaTree(t, 1, 3, 0, 1, 1e-6)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.Float64Range(0, 1).Draw(rt, "a"), rapid.Float64Range(0, 1).Draw(rt, "b")
		dw, dz := increments(used, 3, a, b)
		if w, z := increments(newAreaTree(t, 1, 3, 0, 1, 1e-6), 3, a, b); !slices.Equal(dw, w) || !slices.Equal(dz, z) {
			rt.Fatalf("[%g, %g]: %v, %v after other queries, %v, %v before", a, b, dw, dz, w, z)
		}
	})
}

func TestFinerAreaTreesRefineTheSamePath(t *testing.T) {
	coarse, fine := newAreaTree(t, 2, 2, 0, 3, 3./16), newAreaTree(t, 2, 2, 0, 3, 1e-5)
	for k := range 16 {
		a, b := float64(k)*3/16, float64(k+1)*3/16
		w0, z0 := increments(coarse, 2, a, b)
		w1, z1 := increments(fine, 2, a, b)
		for i := range w0 {
			if math.Abs(w0[i]-w1[i]) > 1e-14 || math.Abs(z0[i]-z1[i]) > 1e-14 {
				t.Errorf("[%g, %g]: coarse %v, %v, fine %v, %v", a, b, w0, z0, w1, z1)
			}
		}
	}
}

// Simpson's rule is exact for the parabola in a leaf.
func TestTheIntegralIsThatOfTheIncrements(t *testing.T) {
	tree := newAreaTree(t, 0, 1, 0, 1, 1./8)
	a, b := 0.26, 0.36
	end, dz := increments(tree, 1, a, b)
	middle := increment(tree, 1, a, (a+b)/2)
	if want := (b - a) / 6 * (4*middle[0] + end[0]); math.Abs(dz[0]-want) > 1e-15 {
		t.Errorf("integral %v, want %v", dz[0], want)
	}
}

// The covariance ((h, h^2/2), (h^2/2, h^3/3)) of dw and dz is the identity of dw/sqrt(h), the first row below, and of what dz
// has beyond h dw/2, the second, in units of its deviation; the third is dz by its own. 4096 intervals of each sort; the bound on
// the Kolmogorov-Smirnov distance is passed by chance once in a thousand seeds, and these are fixed.
func TestIncrementsAndIntegralsHaveTheirJointLaw(t *testing.T) {
	const n = 4096
	unit := func(k int) (float64, float64) { return float64(k) / n, float64(k+1) / n }
	irregular := func(k int) (float64, float64) {
		return (float64(k) + 0.1) / n, (float64(k) + 0.3 + 0.6*float64(k)/n) / n
	}
	for name, c := range map[string]struct {
		path sde.SpaceTime
		of   func(k int) (a, b float64)
	}{
		"grid, cells":                 {newGrid(t, 0, 1, 0, 1./n), unit},
		"grid, three cells":           {newGrid(t, 1, 1, 0, 1./(3*n)), unit},
		"area tree, leaves":           {newAreaTree(t, 0, 1, 0, 1, 1./n), unit},
		"area tree, nodes":            {newAreaTree(t, 1, 1, 0, 1, 1./(8*n)), unit},
		"area tree, anywhere":         {newAreaTree(t, 2, 1, 0, 1, 1e-7), irregular},
		"area tree, across the nodes": {newAreaTree(t, 3, 1, 0, 1.1, 1e-7), unit},
	} {
		var sample [3][]float64
		for k := range n {
			a, b := c.of(k)
			h := b - a
			dw, dz := increments(c.path, 1, a, b)
			sample[0] = append(sample[0], dw[0]/math.Sqrt(h))
			sample[1] = append(sample[1], (dz[0]-h*dw[0]/2)/math.Sqrt(h*h*h/12))
			sample[2] = append(sample[2], dz[0]/math.Sqrt(h*h*h/3))
		}
		bound := 4 / math.Sqrt(n)
		if r := stat.Correlation(sample[0], sample[1], nil); math.Abs(r) > bound {
			t.Errorf("%s: increment and area correlate: %.3f", name, r)
		}
		for i := range 2 {
			for j := range 2 {
				if r := stat.Correlation(sample[i][1:], sample[j][:n-1], nil); math.Abs(r) > bound {
					t.Errorf("%s: quantities %d and %d of neighbours correlate: %.3f", name, i, j, r)
				}
			}
		}
		for i, z := range sample {
			slices.Sort(z)
			if d := distanceFromNormal(z); d > 1.95/math.Sqrt(n) {
				t.Errorf("%s: quantity %d has the Kolmogorov-Smirnov distance %.4f", name, i, d)
			}
		}
	}
}

// distanceFromNormal is the Kolmogorov-Smirnov distance of a sorted sample.
func distanceFromNormal(z []float64) float64 {
	distance, n := 0.0, float64(len(z))
	for i, zi := range z {
		cdf := distuv.UnitNormal.CDF(zi)
		distance = max(distance, cdf-float64(i)/n, float64(i+1)/n-cdf)
	}
	return distance
}

func TestAreasOfStreamsAndComponentsAreUncorrelated(t *testing.T) {
	const n = 4096
	var samples [][]float64
	for _, p := range []sde.SpaceTime{
		newGrid(t, 0, 2, 0, 1./n), newGrid(t, 1, 2, 0, 1./n), newAreaTree(t, 0, 2, 0, 1, 1./n), newAreaTree(t, 1, 2, 0, 1, 1./n),
	} {
		of := make([][]float64, 4)
		for k := range n {
			dw, dz := increments(p, 2, float64(k)/n, float64(k+1)/n)
			for i := range 2 {
				of[i], of[2+i] = append(of[i], dw[i]), append(of[2+i], dz[i]*n-dw[i]/2)
			}
		}
		samples = append(samples, of...)
	}
	for i := range samples {
		for j := range i {
			if r := stat.Correlation(samples[i], samples[j], nil); math.Abs(r) > 4/math.Sqrt(n) {
				t.Errorf("samples %d and %d correlate: %.3f", i, j, r)
			}
		}
	}
}

// 3 h^(3/2) is some ten times what SRA1 is off.
func TestAnAreaTreeMakesSolutionsOfTheSamePathAtAnyStep(t *testing.T) {
	p := sdetest.DoubleWell()
	tree := newAreaTree(t, 4, 1, 0, p.T, 1e-7)
	fine := []float64{p.Y0[0]}
	if _, err := sde.Solve(p.System, fine, 0, p.T, 1e-4, tree, sde.Options{Method: sde.SRA1()}); err != nil {
		t.Fatal(err)
	}
	for _, h := range []float64{0.07, 0.03, 0.007} { // neither dyadic nor divisors of T
		y := []float64{p.Y0[0]}
		if _, err := sde.Solve(p.System, y, 0, p.T, h, tree, sde.Options{Method: sde.SRA1()}); err != nil {
			t.Fatal(err)
		}
		if bound := 3 * math.Pow(h, 1.5); math.Abs(y[0]-fine[0]) > bound {
			t.Errorf("h = %g: %v, finely %v, want within %v", h, y[0], fine[0], bound)
		}
	}
}

func TestSpaceTimePathsRefuseForeignIntervals(t *testing.T) {
	grid, tree := newGrid(t, 0, 1, 0, 0.1), newAreaTree(t, 0, 1, 0, 1, 0.01)
	for name, query := range map[string]func(){
		"grid, between nodes":  func() { increments(grid, 1, 0.1, 0.25) },
		"grid, dz":             func() { grid.Increments(make([]float64, 1), nil, 0, 0.1) },
		"tree, after the end":  func() { increments(tree, 1, 0, 1.1) },
		"tree, dimension":      func() { increments(tree, 2, 0, 0.1) },
		"tree, dz":             func() { tree.Increments(make([]float64, 1), nil, 0, 0.1) },
		"tree, no dimension":   func() { sde.NewAreaTree(1, "test", 0, 0, 0, 1, 0.1) },
		"tree, increment only": func() { increment(tree, 1, 0, 1.1) },
	} {
		if !panics(query) {
			t.Errorf("%s: no panic", name)
		}
	}
	if err := tree.Check(0, 1, 0.001); err == nil {
		t.Error("a step shorter than a leaf is taken")
	}
}

func TestIntegralsDoNotAllocate(t *testing.T) {
	grid, tree := newGrid(t, 0, 5, 0, 0.01), newAreaTree(t, 0, 5, 0, 1, 1e-3)
	dw, dz := make([]float64, 5), make([]float64, 5)
	if n := testing.AllocsPerRun(20, func() { grid.Increments(dw, dz, 0.1, 0.5); tree.Increments(dw, dz, 0.1, 0.5) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
