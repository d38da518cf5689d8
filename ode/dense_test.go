package ode_test

import (
	"testing"

	"credo/ode"
	"credo/ode/odetest"
)

func TestStagesOfDenseOutputAreEvaluatedOnceAndOnlyWhereSomebodyLooks(t *testing.T) {
	for _, test := range []struct {
		method ode.Method
		extra  int
	}{{ode.DP5(), 0}, {ode.Tsit5(), 0}, {ode.Vern7(), 5}, {ode.DOP853(), 3}} {
		evaluations := func(looks ...float64) (count, steps int) {
			p, y := odetest.Pleiades(), make([]float64, 28)
			stats, err := ode.Solve(p.System, p.Start(), p.T0, p.T1, ode.Options{Method: test.method, Step: 1. / 64, Observer: func(s *ode.Step) error {
				for _, theta := range looks {
					s.InterpolateRow(y, 0, theta)
				}
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			return stats.Evaluations, stats.Accepted
		}
		without, steps := evaluations()
		if atEnds, _ := evaluations(0, 1); atEnds != without {
			t.Errorf("%s: %d evaluations for states at the ends of steps", test.method.Name(), atEnds-without)
		}
		if with, _ := evaluations(0.3, 0.6, 0.9); with != without+test.extra*steps {
			t.Errorf("%s: %d evaluations more in %d steps, want %d a step", test.method.Name(), with-without, steps, test.extra)
		}
	}
}
