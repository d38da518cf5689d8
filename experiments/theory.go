package experiments

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"credo/analysis"
	"credo/experiments/report"
	"credo/experiments/schema"
	"credo/internal/wholefile"
	"credo/models"
)

// linearize prepares the theory of a minibatch as the network is before it
// learns from it.
func (tr *trainer) linearize(samples []int) *analysis.Linearization {
	w := models.NewWeights(tr.net)
	w.Copy(tr.w)
	return analysis.Linearize(tr.net, w, tr.loaded(samples)...)
}

// theory measures what [record] theory names of the minibatch just presented;
// nil where a measure does not exist, for want of full rank or of feedback.
func (r *run) theory(l *analysis.Linearization) ([]*float64, error) {
	set, err := settings(r.scenario)
	if err != nil {
		return nil, err
	}
	var values []*float64
	for _, name := range r.scenario.Record.Theory {
		value, err := r.theoryOf(l, name, set)
		switch {
		case errors.Is(err, analysis.ErrRankDeficient):
			r.warn(fmt.Sprintf("record.theory: %s: %v", name, err))
			values = append(values, nil)
		case err != nil:
			return nil, fmt.Errorf("record.theory: %s: %w", name, err)
		case !finite(value):
			values = append(values, nil)
		default:
			values = append(values, &value)
		}
	}
	return values, nil
}

func (r *run) theoryOf(l *analysis.Linearization, name string, set models.Settings) (float64, error) {
	switch name {
	case "condition1":
		return l.NormSpread().Mean, nil
	case "condition2":
		m, err := l.RowSpaceShare()
		return m.Mean, err
	case "condition3":
		m, err := l.ControlMargin(set.Controller)
		if err != nil {
			return 0, err
		}
		return slices.Min(m.Sample), nil
	case "abscissa":
		return r.largestAbscissa(l, set)
	}
	reference, err := r.reference(l, name, set)
	if err != nil {
		return 0, err
	}
	return analysis.Angle(r.trainer.dw.Plastic(), reference.Plastic()), nil
}

// reference returns the update that the angle called name is measured to.
func (r *run) reference(l *analysis.Linearization, name string, set models.Settings) (*models.Weights, error) {
	if name == "steady-approximation" {
		return l.SteadyApproximation(set)
	}
	return l.Reference(name, r.scenario.Record.Damping)
}

// largestAbscissa returns the spectral abscissa of the least stable sample's
// closed loop at the feedforward state.
func (r *run) largestAbscissa(l *analysis.Linearization, set models.Settings) (float64, error) {
	worst := math.Inf(-1)
	for k := range l.Samples() {
		eigenvalues, err := analysis.Eigenvalues(l.ClosedLoop(k, set.Controller, set.TauV))
		if err != nil {
			return 0, err
		}
		worst = max(worst, analysis.SpectralAbscissa(eigenvalues))
	}
	return worst, nil
}

// writeTheory writes theory.csv, one row an epoch.
func writeTheory(dir string, names []string, history []Metrics) error {
	return wholefile.Write(filepath.Join(dir, "theory.csv"), func(w io.Writer) error {
		lines := []string{"epoch," + strings.Join(names, ",")}
		for _, m := range history {
			cells := []string{strconv.Itoa(m.Epoch)}
			for _, value := range m.Theory {
				cells = append(cells, cell(value))
			}
			lines = append(lines, strings.Join(cells, ","))
		}
		_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
		return err
	})
}

// theoryPanels returns a panel for every measure over epochs.
func theoryPanels(s *Scenario, history []Metrics) []report.Panel {
	if s.HasDistributions() {
		return structurePanels(s, history)
	}
	var panels []report.Panel
	for k, name := range s.Record.Theory {
		line := report.Line{}
		for _, m := range history {
			if m.Theory[k] != nil {
				line.X, line.Y = append(line.X, float64(m.Epoch)), append(line.Y, *m.Theory[k])
			}
		}
		panels = append(panels, report.Panel{YLabel: schema.TheoryLabel(name), Lines: []report.Line{line}})
	}
	return panels
}
