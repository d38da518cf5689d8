package reproduce

import (
	"fmt"
	"slices"
)

// dfcCond3Proxy measures a remark of Meulemans et al. (2021), Section 4: Condition 3
// (Re eig(JQ) > -alpha) tells exactly whether a loop is stable for k_p = 0 and
// tau_v << tau_u alone (Proposition 5), but is "a good proxy condition for guaranteeing
// stability in the general case". The exact answer, for any k_p and tau_v, is the
// winding number of the loop at the feedforward state ([analysis.TapLoci]); networks
// of the paper's tasks while they learn, with their feedback weights as they are and with
// noise in them, say how good a proxy it is where.
var dfcCond3Proxy = Entry{
	ID:         "dfc-cond3-proxy",
	Title:      "Condition 3 as a proxy of stability, beside the exact spectrum",
	Source:     dfcPaper + ", Section 4 and Appendix B",
	Cells:      proxyCells,
	Quantities: proxyQuantities,
	Draw:       drawProxy,
}

// proxyNetwork is a network whose loops are looked at.
type proxyNetwork struct {
	task, feedback, scenario string
	set                      []string
	short, full              []int // epochs of training
}

// The runs learn at rest, where they take a fraction of the time.
var proxyNetworks = []proxyNetwork{
	{"toy", "learned", learnedToy, []string{"method.level=steady"}, []int{1, 4, 16}, []int{1, 10, 100, 300}},
	{"toy", "fixed", fixedToy, []string{"method.level=steady"}, []int{1, 4, 16}, []int{1, 10, 100, 300}},
	{"mnist", "learned", "mnist-dfc-ss-learned.toml", nil, []int{1, 4}, []int{1, 10}},
	{"mnist", "fixed", "mnist-dfc-ss.toml", nil, []int{1, 4}, []int{1, 10}},
}

func (n proxyNetwork) epochs(b Budget) []int {
	if b == Full {
		return n.full
	}
	return n.short
}

func (n proxyNetwork) cell(b Budget, epochs int) Cell {
	c := Cell{Name: fmt.Sprintf("%s/%s/epoch-%d", n.task, n.feedback, epochs), Scenario: n.scenario}
	c.Set = append(slices.Clone(n.set), fmt.Sprintf("training.epochs=%d", epochs))
	if b == Short && n.task == "mnist" {
		c.Set = append(c.Set, "data.train=2560")
	}
	return c
}

func proxyCells(b Budget) []Cell {
	var cells []Cell
	for _, n := range proxyNetworks {
		for _, epochs := range n.epochs(b) {
			cells = append(cells, n.cell(b, epochs))
		}
	}
	return cells
}

// proxyQuantities are rates over samples, networks and epochs. Below the first three
// the paper's words are set beside what is true elsewhere.
func proxyQuantities(b Budget) []Quantity {
	rate := func(name string, claim string, expected Interval, of func(confusion) float64, wanted func(*proxyLoop) bool) Quantity {
		return Quantity{Name: name, Published: claimed(claim), Expected: expected, Measure: func(runs Runs) ([]float64, error) {
			loops, err := proxies.loops(runs, proxySamples(b))
			if err != nil || len(loops) == 0 {
				return nil, err
			}
			return []float64{of(tally(loops, wanted))}, nil
		}}
	}
	good, not, certain := "a good proxy", "ours: it is no proxy here", Interval{0.99, 1}
	return []Quantity{
		rate("agreement in the paper's own settings", good, certain, confusion.agreement, func(l *proxyLoop) bool { return l.own && l.noise == 0 }),
		rate("loops for which Condition 3 fails, of these", "all variants stable (Figure 3E)", Interval{0, 0.05}, confusion.failing, func(l *proxyLoop) bool { return l.own && l.noise == 0 }),
		rate("agreement, k_p = 0, tau_v/tau_u = 0.001, with noise as large as Q", "exact (Proposition 5)", certain, confusion.agreement, proxyAt(1, 0.001, 0)),
		rate("agreement over all of the decades", good, Interval{0.8, 1}, confusion.agreement, func(l *proxyLoop) bool { return !l.own && l.noise == 0 }),
		rate("unstable though it holds, k_p = 0, tau_v/tau_u = 0.2", good, Interval{0, 0.1}, confusion.broken, proxyAt(0, 0.2, 0)),
		rate("unstable though it holds, k_p = 0, tau_v/tau_u = 1", not, Interval{0.4, 0.95}, confusion.broken, proxyAt(0, 1, 0)),
		rate("unstable though it holds, k_p = 100, tau_v/tau_u = 0.2, with noise as large as Q", not, above(0.5), confusion.broken, proxyAt(1, 0.2, 100)),
		rate("unstable though it holds, own settings, with four times the noise", not, above(0.9), confusion.broken, func(l *proxyLoop) bool { return l.own && l.noise == 4 }),
		rate("stable though it fails, k_p = 0.1, tau_v/tau_u = 0.01, with four times the noise", not, Interval{0.05, 0.5}, confusion.denied, proxyAt(4, 0.01, 0.1)),
	}
}

// proxyAt wants the loops at the paper's alpha, 0.0015.
func proxyAt(noise, tauV, kP float64) func(*proxyLoop) bool {
	return func(l *proxyLoop) bool {
		return !l.own && l.noise == noise && l.tauV == tauV && l.kP == kP && l.alpha == proxyAlpha[1]
	}
}

// proxySamples is how many test samples of every network are looked at.
func proxySamples(b Budget) int {
	if b == Full {
		return 256
	}
	return 32
}
