package ode_test

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/stat"

	"credo/ode"
	"credo/ode/odetest"
)

// solved is one row of testdata/solveivp.csv: what scipy's solve_ivp reached.
type solved struct {
	method, problem string
	tol, err        float64
	evaluations     int
}

func scipySolved(t *testing.T) []solved {
	file, err := os.Open("testdata/solveivp.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []solved
	for _, r := range records {
		tol, err1 := strconv.ParseFloat(r[2], 64)
		e, err2 := strconv.ParseFloat(r[3], 64)
		n, err3 := strconv.Atoi(r[4])
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatalf("testdata/solveivp.csv: %v", r)
		}
		all = append(all, solved{r[0], r[1], tol, e, n})
	}
	return all
}

// At one tolerance the ratio of two errors is a matter of luck: an error changes sign where the tolerance changes. So it is the geometric mean over
// the tolerances, 1e-3 to 1e-11 (1e-8 at order 3), that is compared. Errors above 0.1 mean nothing and are left out.
func TestErrorsAtEqualToleranceAreAtMostThreeTimesThoseOfScipy(t *testing.T) {
	problems := map[string]odetest.Problem{}
	for _, p := range odetest.NonstiffProblems() {
		problems[p.Name] = p
	}
	alike := map[string][]ode.Method{"RK23": {ode.BS32()}, "RK45": {ode.DP5(), ode.Tsit5()}, "DOP853": {ode.DOP853()}}
	logRatios := map[string][]float64{}
	for _, s := range scipySolved(t) {
		for _, m := range alike[s.method] {
			p := problems[s.problem]
			y := p.Start()
			stats, err := ode.Solve(p.System, y, p.T0, p.T1, ode.Options{Method: m, RelTol: s.tol, AbsTol: s.tol})
			if err != nil {
				t.Fatal(err)
			}
			e := p.Error(y)
			t.Logf("%-7s %-16s %.0e: error %.1e in %6d evaluations, scipy %.1e in %6d", m.Name(), p.Name, s.tol, e, stats.Evaluations, s.err, s.evaluations)
			if max(e, s.err) < 0.1 {
				logRatios[m.Name()+" on "+p.Name] = append(logRatios[m.Name()+" on "+p.Name], math.Log(e/s.err))
			}
		}
	}
	for name, logs := range logRatios {
		if mean := math.Exp(stat.Mean(logs, nil)); mean > 3 {
			t.Errorf("%s: errors are %.1f times those of scipy", name, mean)
		}
	}
}
