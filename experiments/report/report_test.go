package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// over is f at 0, 1, ..., n-1.
func over(n int, f func(k float64) float64) (x, y []float64) {
	for k := range n {
		x, y = append(x, float64(k)), append(y, f(float64(k)))
	}
	return x, y
}

func learningCurves(epochs int) []Curve {
	x, train := over(epochs, func(k float64) float64 { return 2.3*math.Exp(-k/4) + 0.004 })
	_, validation := over(epochs, func(k float64) float64 { return 2.2*math.Exp(-k/4) + 0.07 + 0.001*k })
	_, test := over(epochs, func(k float64) float64 { return 2.25*math.Exp(-k/4) + 0.09 + 0.001*k })
	_, validationError := over(epochs, func(k float64) float64 { return 0.09*math.Exp(-k/3) + 0.021 })
	_, testError := over(epochs, func(k float64) float64 { return 0.092*math.Exp(-k/3) + 0.0225 })
	_, trainError := over(epochs, func(k float64) float64 { return 0.095*math.Exp(-k/3) + 0.001 })
	return []Curve{
		{Loss, "training", x, train}, {Loss, "validation", x, validation}, {Loss, "test", x, test},
		{ErrorRate, "training", x, trainError}, {ErrorRate, "validation", x, validationError}, {ErrorRate, "test", x, testError},
	}
}

// trajectories are a presentation of a network with n outputs.
func trajectories(n int) []Panel {
	output, control := Panel{YLabel: "output r_L"}, Panel{YLabel: "control signal u"}
	for i := range n {
		goal := math.Cos(3 * float64(i))
		response := func(k float64) float64 { return goal * (1 - math.Exp(-k/60)*math.Cos(k/40)) }
		x, r := over(400, response)
		_, target := over(400, func(float64) float64 { return goal })
		_, u := over(400, func(k float64) float64 { return 3 * (goal - response(k)) })
		for k := range x {
			x[k] /= 20
		}
		output.Lines = append(output.Lines,
			Line{Component: i, Dashed: true, X: x, Y: target},
			Line{Label: fmt.Sprintf("r_L[%d]", i), Component: i, X: x, Y: r})
		control.Lines = append(control.Lines, Line{Label: fmt.Sprintf("u[%d]", i), Component: i, X: x, Y: u})
	}
	x, norm := over(400, func(k float64) float64 { return 1e-3 * math.Exp(-k/100) })
	for k := range x {
		x[k] /= 20
	}
	return []Panel{output, control, {YLabel: "teaching signal", Lines: []Line{{Label: "layer 1", X: x, Y: norm}}}}
}

// gridPanels have lines with bands; every other one has a logarithmic abscissa,
// and the last has nothing to draw.
func gridPanels(n int) []GridPanel {
	panels := make([]GridPanel, n)
	for k := range panels {
		x, y := over(50, func(k float64) float64 { return 30 + 5*math.Sin(k/8) })
		x, y = x[1:], y[1:]
		_, spread := over(49, func(float64) float64 { return 2 })
		panels[k] = GridPanel{Panel: Panel{YLabel: "angle (deg)"}, XLabel: "epoch", LogX: k%2 == 1}
		if k < n-1 {
			panels[k].Lines = []Line{{Label: "learned", X: x, Y: y, Spread: spread}, {Label: "fixed", Dashed: true, Component: 1, X: x, Y: y[:49]}}
		}
	}
	return panels
}

// comparisons are a panel of errors, one row of it not measured, and one of
// losses over decades.
func comparisons() []Comparison {
	return []Comparison{
		{"MNIST", "test error (%)", []ComparisonRow{{"BP", 2.08, 0.15, []float64{2.1, 2.2}}, {"DFA", 2.69, 0.11, nil}}},
		{"training loss", "loss", []ComparisonRow{{"BP", 1.5e-7, 2e-8, []float64{1e-7}}, {"DFA", 7e-7, 1e-7, []float64{3e-6}}}},
	}
}

func TestFiguresAreValidAndWhole(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, write := range map[string]func(dir, name string) error{
		"classification": func(d, n string) error { return LearningCurves(d, n, "DFC-SS on MNIST", learningCurves(20)) },
		"long-run":       func(d, n string) error { return LearningCurves(d, n, "A long run", learningCurves(400)) },
		"one-epoch":      func(d, n string) error { return LearningCurves(d, n, "One epoch", learningCurves(1)) },
		"regression":     func(d, n string) error { return LearningCurves(d, n, "Teacher", learningCurves(12)[:3]) },
		"diverged": func(d, n string) error {
			return LearningCurves(d, n, "", []Curve{{Loss, "training", []float64{0, 1, 2, 3}, []float64{2, nan, 1, inf}}})
		},
		"zero-loss": func(d, n string) error {
			return LearningCurves(d, n, "0", []Curve{{Loss, "training", []float64{0, 1}, []float64{0, 0}}})
		},
		"trajectories":      func(d, n string) error { return Trajectories(d, n, "Presentation 1, sample 17", trajectories(3)) },
		"many-trajectories": func(d, n string) error { return Trajectories(d, n, "Many outputs", trajectories(30)) },
		"one-panel":         func(d, n string) error { return Trajectories(d, n, "One panel", trajectories(2)[:1]) },
		"grid":              func(d, n string) error { return Grid(d, n, "Six panels", 3, gridPanels(6)) },
		"one-row":           func(d, n string) error { return Grid(d, n, "Two panels", 2, gridPanels(2)) },
		"overlay":           func(d, n string) error { return Overlay(d, n, "Five panels", 3, gridPanels(6)) },
		"comparison":        func(d, n string) error { return Compare(d, n, "A table", comparisons()) },
		"cloud": func(d, n string) error {
			x, y := over(300, func(k float64) float64 { return math.Sin(7 * k) })
			for k := range x {
				x[k] = math.Cos(11 * x[k])
			}
			return Cloud(d, n, "Points", "first", "second", Points{"random", x, y},
				[]Points{{"a point", []float64{0}, []float64{0}}, {"a line", []float64{0, 1}, []float64{0.5, 1}}})
		},
		"one-time": func(d, n string) error {
			return Trajectories(d, n, "One time", []Panel{{"u", []Line{{Label: "u", X: []float64{3}, Y: []float64{1e-7}}}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := t.ArtifactDir() // go test -artifacts keeps the figures to be looked at
			if err := write(d, name); err != nil {
				t.Fatal(err)
			}
			checkPNG(t, filepath.Join(d, name+".png"))
			checkSVG(t, filepath.Join(d, name+".svg"))
		})
	}
}

func checkPNG(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if w := picture.Bounds().Dx(); w < 1400 {
		t.Errorf("%d pixels wide, want 18 cm at 200 a inch", w)
	}
}

func checkSVG(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for d := xml.NewDecoder(f); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestNothingToDrawIsAnError(t *testing.T) {
	d, nan := t.TempDir(), []float64{math.NaN()}
	for name, err := range map[string]error{
		"no curve":        LearningCurves(d, "a", "", nil),
		"no finite point": LearningCurves(d, "a", "", []Curve{{Loss, "training", nan, nan}}),
		"no panel":        Trajectories(d, "a", "", nil),
		"no overlay":      Overlay(d, "a", "", 3, []GridPanel{{Panel: Panel{YLabel: "u"}}}),
		"no line":         Trajectories(d, "a", "", []Panel{{YLabel: "u"}}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if files, _ := os.ReadDir(d); len(files) != 0 {
		t.Errorf("%d files were left", len(files))
	}
}

func TestTicksAreRoundAndFew(t *testing.T) {
	for _, c := range []struct {
		lowest, highest float64
		ticks           linearTicks
		want            string
	}{
		{0, 1, linearTicks{most: 6}, "0 0.2 0.4 0.6 0.8 1.0"},
		{-0.3, 2.2, linearTicks{most: 6}, "0 0.5 1.0 1.5 2.0"},
		{0, 3, linearTicks{most: 8, integers: true}, "0 1 2 3"},
		{0.9, 1.1, linearTicks{most: 8, integers: true}, "1"},
		{0, 400, linearTicks{most: 8, integers: true}, "0 50 100 150 200 250 300 350 400"},
		{0, 1e-6, linearTicks{most: 6}, "0 2e-07 4e-07 6e-07 8e-07 1e-06"},
	} {
		got := ""
		for _, tick := range c.ticks.Ticks(c.lowest, c.highest) {
			got += " " + tick.Label
		}
		if got != " "+c.want {
			t.Errorf("[%g, %g]:%s, want %s", c.lowest, c.highest, got, c.want)
		}
	}
}

func TestLogarithmicTicksLabelAFewPowers(t *testing.T) {
	for _, c := range []struct {
		lowest, highest float64
		want            string
	}{
		{0.15, 2.4, "0.2 0.5 1 2"},
		{0.003, 3, "0.01 0.1 1"},
		{1e-12, 10, "1e-12 1e-10 1e-08 1e-06 0.0001 0.01 1"},
	} {
		got := ""
		for _, tick := range (logTicks{}).Ticks(math.Log10(c.lowest), math.Log10(c.highest)) {
			if tick.Label != "" {
				got += " " + tick.Label
			}
		}
		if got != " "+c.want {
			t.Errorf("[%g, %g]:%s, want %s", c.lowest, c.highest, got, c.want)
		}
	}
}

func TestPointsThatAreNotFiniteLeaveGaps(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	s := series{x: []float64{0, 1, 2, 3, 4, nan}, y: []float64{nan, 5, 6, -inf, 7, 8}}
	if got := fmt.Sprint(s.pieces()); got != "[[{1 5} {2 6}] [{4 7}]]" {
		t.Errorf("pieces %s", got)
	}
}

// On a logarithmic axis a band of one percent reaches as far as one percent does.
func TestSpreadIsRelativeOnALogarithmicAxis(t *testing.T) {
	s := logarithms([]series{{x: []float64{0, 1}, y: []float64{2, 300}, spread: []float64{0.02, 3}}})[0]
	for k, d := range s.spread {
		if want := math.Log10(1.01); math.Abs(d-want) > 0.01*want {
			t.Errorf("spread %g at %g, want %g", d, s.y[k], want)
		}
	}
}

// Lines that are compared are told apart whatever their number, unlike the
// components of a trajectory.
func TestLabelsOfAnOverlayAllLookDifferent(t *testing.T) {
	seen := map[string]bool{}
	for i := range 30 {
		l := markedLook(i)
		seen[fmt.Sprintf("%v %v %T", l.line.Color, l.line.Dashes, l.mark.Shape)] = true
	}
	if len(seen) != 30 {
		t.Errorf("30 labels have %d looks", len(seen))
	}
}
