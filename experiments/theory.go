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

// before is what [record] theory needs to know of an epoch before its first
// minibatch is learned from.
type before struct {
	minibatch *analysis.Linearization
	measured  map[string][]float64 // by measure: of feedback weights or of distributions, a number a layer
}

func (r *run) lookBefore(samples []int) (*before, error) {
	var b before
	var err error
	if r.scenario.HasDistributions() {
		b.measured = r.structure()
		return &b, nil
	}
	if r.feedback != nil {
		b.measured, err = r.feedback.measure(r.trainer.w, r.scenario.Record.Theory)
	}
	if len(b.measured) < len(r.scenario.Record.Theory) {
		b.minibatch = r.trainer.linearize(samples)
	}
	return &b, err
}

// theory measures what [record] theory names of the minibatch just presented;
// nil where a measure does not exist, for want of full rank or of feedback.
func (r *run) theory(b *before) ([]*float64, error) {
	set, err := settings(r.scenario)
	if err != nil {
		return nil, err
	}
	var values []*float64
	for _, name := range r.scenario.Record.Theory {
		if measured, ok := b.measured[name]; ok {
			values = append(values, existing(measured)...)
			continue
		}
		value, err := r.theoryOf(b.minibatch, name, set)
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

// existing returns values with nil for those that do not exist.
func existing(values []float64) []*float64 {
	out := make([]*float64, len(values))
	for k := range values {
		if finite(values[k]) {
			out[k] = &values[k]
		}
	}
	return out
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
		if set.Delay > 0 {
			rightmost, err := l.Rightmost(k, set.Controller, set.TauV, set.Delay)
			if err != nil {
				return 0, err
			}
			worst = max(worst, real(rightmost))
			continue
		}
		eigenvalues, err := analysis.Eigenvalues(l.ClosedLoop(k, set.Controller, set.TauV))
		if err != nil {
			return 0, err
		}
		worst = max(worst, analysis.SpectralAbscissa(eigenvalues))
	}
	return worst, nil
}

// writeTheory writes theory.csv anew, one row an epoch, as at the start and on
// resuming.
func writeTheory(dir string, s *Scenario, history []Metrics) error {
	var columns []string
	for _, name := range s.Record.Theory {
		columns = append(columns, s.TheoryColumns(name)...)
	}
	return wholefile.Write(filepath.Join(dir, "theory.csv"), func(w io.Writer) error {
		lines := []string{"epoch," + strings.Join(columns, ",") + "\n"}
		for _, m := range history {
			lines = append(lines, m.theoryCSV())
		}
		_, err := io.WriteString(w, strings.Join(lines, ""))
		return err
	})
}

// theoryCSV is the epoch's row of theory.csv.
func (m Metrics) theoryCSV() string {
	cells := []string{strconv.Itoa(m.Epoch)}
	for _, value := range m.Theory {
		cells = append(cells, cell(value))
	}
	return strings.Join(cells, ",") + "\n"
}

// theoryPanels returns a panel for every measure over epochs, with a line a column.
func theoryPanels(s *Scenario, history []Metrics) []report.Panel {
	var panels []report.Panel
	column := 0
	for _, name := range s.Record.Theory {
		panel, columns := report.Panel{YLabel: schema.TheoryLabel(name)}, s.TheoryColumns(name)
		for layer := range columns {
			line := theoryLine(history, column)
			if line.Component = layer; len(columns) > 1 {
				line.Label = fmt.Sprintf("layer %d", layer+1)
			}
			panel.Lines = append(panel.Lines, line)
			column++
		}
		panels = append(panels, panel)
	}
	return panels
}

func theoryLine(history []Metrics, column int) report.Line {
	line := report.Line{}
	for _, m := range history {
		if value := m.Theory[column]; value != nil {
			line.X, line.Y = append(line.X, float64(m.Epoch)), append(line.Y, *value)
		}
	}
	return line
}
