package reproduce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"credo/experiments/scenarios"
	"credo/experiments/timescales"
)

// dfcTimescales measures the separation tau_v << tau_u << tau_w << tau_Q that
// sections 3 to 5 of Meulemans et al. (2021) assume, and what the student of
// Figure 3 loses at the time constants that it has. The paper states the
// assumption and no number; the orders are those of Tikhonov's theorem.
var dfcTimescales = Entry{
	ID:     "dfc-timescales",
	Title:  "The assumed separation of time constants, measured",
	Source: dfcPaper + ", sections 3 to 5",
	Cells:  func(Budget) []Cell { return nil },
	Quantities: func(b Budget) []Quantity {
		first := Interval{0.9, 1.1}
		return []Quantity{
			{Name: "order in tau_v/tau_u", Published: claimed("assumed small"), Expected: first, Measure: ofStudy(b, voltageStudy, order(0))},
			{Name: "order in tau_u/tau_w, coupled", Published: claimed("assumed small"), Expected: first, Measure: ofStudy(b, weightStudy, order(0))},
			{Name: "order in tau_u/tau_w, buffered", Published: claimed("assumed small"), Expected: first, Measure: ofStudy(b, weightStudy, order(1))},
			{Name: "order in tau_w/tau_Q, merged phase", Published: claimed("assumed small"), Expected: first, Measure: ofStudy(b, feedbackStudy, order(0))},
			{Name: "distance of W at tau_v = 0.2 tau_u", Unit: "%", Published: claimed("taken to be separated"), Expected: Interval{3.5, 6.5}, Measure: ofStudy(b, voltageStudy, distanceAt(1, 0.2))},
			{Name: "distance of W at T = 5 tau_u", Unit: "%", Published: claimed("taken to be settled"), Expected: Interval{7, 12}, Measure: ofStudy(b, presentationStudy, distanceAt(0, 0.2))},
			{Name: "distance of W at tau_w = 2.5 tau_u, that of lr = 1", Unit: "%", Published: claimed("weights are considered fixed"), Expected: Interval{7, 13}, Measure: ofStudy(b, weightStudy, distanceAt(0, 0.4))},
		}
	},
	Draw: drawTimescales,
}

// studied are the scenarios of the entry: a scenario of package scenarios, and
// what is set in it at the short budget.
type studied struct {
	scenario string
	set      []string
	full     []string // beside set, at the full budget
}

// student3 is the student of Figure 3, its minibatches cut to what a minute
// allows; lr = 2 here is the program's 1, whose gradients are 2 dW.
var student3 = []string{"data.train=64", "data.validation=0", "data.test=0", "data.batch=32", "training.clip=0", "integrator.rtol=1e-7", "integrator.atol=1e-9", "separation.updates=2"}

var full3 = []string{"data.train=1280", "data.batch=128", "separation.updates=10"}

var (
	voltageStudy      = studied{"student-teacher-dfc.toml", append(slices.Clone(student3), "separation.ratio=tau_v/tau_u", "separation.values=[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]"), full3}
	weightStudy       = studied{"student-teacher-dfc.toml", append(slices.Clone(student3), "separation.ratio=tau_u/tau_w", "separation.values=[0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0]"), full3}
	presentationStudy = studied{"student-teacher-dfc.toml", append(slices.Clone(student3), "separation.ratio=tau_u/presentation", "separation.values=[0.02, 0.05, 0.1, 0.2, 0.5]"), full3}
	feedbackStudy     = studied{"timescales-dfc-merged.toml", []string{"separation.ratio=tau_w/tau_q", "separation.values=[0.3, 1, 3, 10, 30, 100]"}, []string{"separation.updates=20"}}
	allStudies        = []studied{voltageStudy, weightStudy, presentationStudy, feedbackStudy}
)

// measured are the studies that have been made, by budget and settings.
var measured sync.Map

// of makes the study, once.
func (s studied) of(b Budget) (*timescales.Study, error) {
	key := fmt.Sprint(b, s)
	once, _ := measured.LoadOrStore(key, sync.OnceValues(func() (*timescales.Study, error) {
		set := s.set
		if b == Full {
			set = slices.Concat(s.set, s.full)
		}
		scenario, err := scenarios.Load(s.scenario, set...)
		if err != nil {
			return nil, err
		}
		studies, err := timescales.Measure(context.Background(), scenario, timescales.Options{})
		if err != nil {
			return nil, err
		}
		return studies[0], nil
	}))
	return once.(func() (*timescales.Study, error))()
}

func ofStudy(b Budget, s studied, measure func(*timescales.Study) (float64, error)) func(Runs) ([]float64, error) {
	return func(Runs) ([]float64, error) {
		y, err := s.of(b)
		if err != nil {
			return nil, err
		}
		value, err := measure(y)
		return []float64{value}, err
	}
}

// order is the fitted one of a pair.
func order(pair int) func(*timescales.Study) (float64, error) {
	return func(y *timescales.Study) (float64, error) {
		if y.Pairs[pair].Fit == nil {
			return 0, fmt.Errorf("%s: there is no asymptotic range", y.Ratio)
		}
		return float64(y.Pairs[pair].Fit.Order), nil
	}
}

// distanceAt is that of the weights of a pair, in percent, at one of the values.
func distanceAt(pair int, value float64) func(*timescales.Study) (float64, error) {
	return func(y *timescales.Study) (float64, error) {
		for k, v := range y.Values {
			if float64(v) == value {
				return 100 * float64(y.Pairs[pair].Distance.Weights[k]), nil
			}
		}
		return 0, fmt.Errorf("%s: %g is not among the values", y.Ratio, value)
	}
}

func drawTimescales(figures string, b Budget, _ Runs, _ []Outcome) error {
	failed := []error{}
	for k, name := range []string{"tau_v-tau_u", "tau_u-tau_w", "tau_u-presentation", "tau_w-tau_q"} {
		y, err := allStudies[k].of(b)
		if err != nil {
			return err
		}
		failed = append(failed, y.Draw(figures, name))
	}
	return errors.Join(failed...)
}
