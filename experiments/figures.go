package experiments

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"credo/experiments/report"
)

// drawFigures draws what the run has to show: its learning curves, and the
// first recorded sample over time.
func (r *run) drawFigures() error {
	dir := filepath.Join(r.dir, "figures")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	var failed []error
	if curves := learningCurves(r.progress.History); len(curves) > 0 && r.progress.Epoch > 0 {
		failed = append(failed, report.LearningCurves(dir, "learning", r.title(), curves))
	}
	if panels := r.trajectories(); len(panels) > 0 {
		failed = append(failed, report.Trajectories(dir, "trajectories", r.title()+", first sample", panels))
	}
	if len(r.scenario.Record.Theory) > 0 && r.progress.Epoch > 0 {
		failed = append(failed, report.OverEpochs(dir, "theory", r.title(), theoryPanels(r.scenario, r.progress.History)))
	}
	return errors.Join(failed...)
}

func (r *run) title() string {
	if r.scenario.Title != "" {
		return r.scenario.Title
	}
	return r.scenario.Method.Rule + ", " + r.scenario.Method.Level
}

// learningCurves returns loss and error of every split that has them.
func learningCurves(history []Metrics) []report.Curve {
	var curves []report.Curve
	for _, split := range []struct {
		label string
		score func(Metrics) Score
	}{
		{"train", func(m Metrics) Score { return m.Train }},
		{"validation", func(m Metrics) Score { return m.Validation }},
		{"test", func(m Metrics) Score { return m.Test }},
	} {
		loss := report.Curve{Measure: report.Loss, Label: split.label}
		wrong := report.Curve{Measure: report.ErrorRate, Label: split.label}
		for _, m := range history {
			s := split.score(m)
			if s.Loss != nil {
				loss.X, loss.Y = append(loss.X, float64(m.Epoch)), append(loss.Y, *s.Loss)
			}
			if s.Error != nil {
				wrong.X, wrong.Y = append(wrong.X, float64(m.Epoch)), append(wrong.Y, *s.Error)
			}
		}
		for _, c := range []report.Curve{loss, wrong} {
			if len(c.X) > 0 {
				curves = append(curves, c)
			}
		}
	}
	return curves
}

// widestPanel is how many components a panel of trajectories shows.
const widestPanel = 12

// trajectories returns a panel for every state recorded over time.
func (r *run) trajectories() []report.Panel {
	if len(r.recorder.Times) == 0 {
		return nil
	}
	times := r.recorder.Times[0]
	var panels []report.Panel
	for _, name := range r.recorder.stateNames() {
		s := r.recorder.States[name]
		if s == nil || len(s.Shape) == 0 {
			continue
		}
		panels = append(panels, statePanel(name, s, times))
	}
	return panels
}

// statePanel draws the first sample of one state. Voltages and rates are drawn
// as what they change by, since control moves them by a small part of what they
// are.
func statePanel(name string, s *series, times []float64) report.Panel {
	n := s.Shape[0]
	change := name[0] == 'v' || name[0] == 'r'
	panel := report.Panel{YLabel: name}
	if change {
		panel.YLabel = name + " - " + name + "(0)"
	}
	for k := range min(n, widestPanel) {
		line := report.Line{Component: k, X: times}
		if n <= widestPanel {
			line.Label = fmt.Sprintf("%s[%d]", name, k)
		}
		for t := range times {
			y := s.Data[t*n+k]
			if change {
				y -= s.Data[k]
			}
			line.Y = append(line.Y, y)
		}
		panel.Lines = append(panel.Lines, line)
	}
	return panel
}
