package report

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sheet has a filled field with lines and marks on logarithmic axes, and level lines
// where a unit is as long on both.
func sheet() Sheet {
	x, y := []float64{0.01, 0.1, 1, 10}, []float64{1, 10, 100}
	z := []float64{0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1}
	map2D := Plane{
		Title: "map", XLabel: "k_p", YLabel: "tau_v (time)", LogX: true, LogY: true, X: &[2]float64{0.01, 10}, Y: &[2]float64{1, 100},
		Field: &Field{Label: "share", X: x, Y: y, Z: z, Filled: true, High: 1},
		Lines: []Line{{Label: "edge", Component: 1, X: []float64{0.02, 5}, Y: []float64{2, 50}}},
		Marks: []Marks{{Label: "point", Style: 2, X: []float64{0.5, math.NaN()}, Y: []float64{5, 1}}},
	}
	plane := Plane{
		XLabel: "Re", YLabel: "Im", Equal: true, Lines: []Line{{Label: "line", X: []float64{-3, 3}, Y: []float64{-1, 1}}},
		Field: &Field{Label: "level", X: []float64{-1, 0, 1}, Y: []float64{-1, 0, 1}, Z: []float64{2, 1, 2, 1, 0, 1, 2, 1, 2}, Levels: []float64{0.5, 1.5}},
	}
	return Sheet{Title: "sheet", Columns: 2, Width: 7, Height: 6, Panels: []Plane{map2D, plane}}
}

func TestASheetNamesAllThatItShows(t *testing.T) {
	dir := t.TempDir()
	if err := sheet().Write(dir, "sheet"); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(filepath.Join(dir, "sheet.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []string{"k_p", "tau_v (time)", "share 0.25", "edge", "point", "level 1.5", "Re", "Im", "sheet"} {
		if !strings.Contains(string(svg), label+"<") {
			t.Errorf("%q is not in the figure", label)
		}
	}
}

// Where a unit is to be as long on both axes the lengths agree, whatever the data.
func TestUnitsAreEquallyLong(t *testing.T) {
	s := sheet()
	p, _, _ := s.Panels[1].draw()
	before := (p.X.Max - p.X.Min) / (p.Y.Max - p.Y.Min)
	widen(&p.X, 8)
	widen(&p.Y, 4)
	if got := (p.X.Max - p.X.Min) / (p.Y.Max - p.Y.Min); got != 2 || before == 2 || p.X.Max+p.X.Min != 0 {
		t.Errorf("ranges %g..%g and %g..%g", p.X.Min, p.X.Max, p.Y.Min, p.Y.Max)
	}
}

// The cells of a field tile it, each round its point.
func TestCellsTileTheField(t *testing.T) {
	x := []float64{0, 1, 4, 5}
	end := x[0]
	for k := range x {
		low, high := between(x, k)
		if low != end || x[k] < low || x[k] > high {
			t.Errorf("cell %d is %g..%g, after one that ends at %g", k, low, high, end)
		}
		end = high
	}
	if end != x[len(x)-1] {
		t.Errorf("the last cell ends at %g", end)
	}
}
