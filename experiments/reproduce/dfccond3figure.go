package reproduce

import (
	"fmt"
	"slices"

	"credo/experiments/report"
)

// drawProxy draws how many loops are unstable for which Condition 3 holds, over tau_v,
// k_p, alpha and training, at the paper's alpha and with no k_p unless an axis says
// another.
func drawProxy(figures string, b Budget, runs Runs, _ []Outcome) error {
	loops, err := proxies.loops(runs, proxySamples(b))
	if err != nil || len(loops) == 0 {
		return err
	}
	return report.Grid(figures, "dfc-cond3-proxy", "Unstable loops among those for which Condition 3 holds", 2, []report.GridPanel{
		proxyOverTauV(loops), proxyOverKP(loops), proxyOverAlpha(loops), proxyOverTraining(loops),
	})
}

// proxyOverTauV has a line for every small k_p.
func proxyOverTauV(loops []proxyLoop) report.GridPanel {
	p := report.GridPanel{XLabel: "tau_v/tau_u", LogX: true, Panel: report.Panel{YLabel: "A: fraction unstable"}}
	for k, kP := range proxyKP[:4] {
		line := report.Line{Label: fmt.Sprintf("k_p = %g", kP), Component: k}
		for _, tauV := range proxyTauV {
			line.X, line.Y = append(line.X, tauV), append(line.Y, tally(loops, proxyAt(0, tauV, kP)).broken())
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

// proxyNoises are the lines over k_p and alpha.
var proxyNoises = []struct {
	label  string
	colour int
}{{"Q as trained", 6}, {"Q + noise of its size", 4}, {"Q + 4 times that", 5}}

func proxyOverKP(loops []proxyLoop) report.GridPanel {
	p := report.GridPanel{XLabel: "k_p, at tau_v/tau_u = 0.2", LogX: true, Panel: report.Panel{YLabel: "B: fraction unstable"}}
	p.Lines = proxyLines(loops, proxyKP[1:], func(noise, kP float64) func(*proxyLoop) bool { return proxyAt(noise, 0.2, kP) })
	return p
}

func proxyOverAlpha(loops []proxyLoop) report.GridPanel {
	p := report.GridPanel{XLabel: "alpha, at tau_v/tau_u = 0.2", LogX: true, Panel: report.Panel{YLabel: "C: fraction unstable"}}
	p.Lines = proxyLines(loops, proxyAlpha, func(noise, alpha float64) func(*proxyLoop) bool {
		return func(l *proxyLoop) bool {
			return !l.own && l.noise == noise && l.tauV == 0.2 && l.kP == 0 && l.alpha == alpha
		}
	})
	return p
}

func proxyLines(loops []proxyLoop, values []float64, wanted func(noise, x float64) func(*proxyLoop) bool) []report.Line {
	var lines []report.Line
	for k, n := range proxyNoises {
		line := report.Line{Label: n.label, Component: n.colour}
		for _, x := range values {
			line.X, line.Y = append(line.X, x), append(line.Y, tally(loops, wanted(proxyNoise[k], x)).broken())
		}
		lines = append(lines, line)
	}
	return lines
}

// proxyOverTraining has a line for every network, where neurons are half as slow
// as the controller.
func proxyOverTraining(loops []proxyLoop) report.GridPanel {
	p := report.GridPanel{XLabel: "epoch, at tau_v/tau_u = 0.5", LogX: true, Panel: report.Panel{YLabel: "D: fraction unstable"}}
	slow := proxyAt(0, 0.5, 0)
	for k, n := range proxyNetworks {
		name := n.task + "/" + n.feedback
		line := report.Line{Label: fmt.Sprintf("%s, %s Q", n.task, n.feedback), Component: k, Dashed: true}
		for _, epoch := range slices.Concat(n.short, n.full) {
			table := tally(loops, func(l *proxyLoop) bool { return slow(l) && l.network == name && l.epoch == epoch })
			if table.loops() > 0 && !slices.Contains(line.X, float64(epoch)) {
				line.X, line.Y = append(line.X, float64(epoch)), append(line.Y, table.broken())
			}
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}
