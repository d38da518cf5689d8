package peers

import (
	_ "embed"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"credo/ode"
	"credo/ode/odetest"
)

// run is one solve: its relative error in the 2-norm, and what it cost.
type run struct {
	err, seconds float64
	evaluations  int
}

// TestMeasurePeers writes PEERS.md. Both sides of a tolerance are measured one after the other.
func TestMeasurePeers(t *testing.T) {
	if os.Getenv("ODE_PEERS") == "" {
		t.Skip("ODE_PEERS is not set")
	}
	odeint := build(t)
	var table strings.Builder
	for _, c := range []struct {
		problem odetest.Problem
		errs    []float64
	}{
		{odetest.Pleiades(), []float64{1e-5, 1e-9}}, {odetest.Brusselator1D(), []float64{1e-6, 1e-8}}, {rateNetwork(), []float64{1e-6, 1e-10}},
	} {
		var peer []run
		ours := map[string][]run{}
		for _, tol := range []float64{1e-4, 1e-6, 1e-8, 1e-10, 1e-12} {
			peer = append(peer, runOdeint(t, odeint, c.problem, tol))
			for _, m := range methods {
				ours[m.Name()] = append(ours[m.Name()], runOurs(t, m, c.problem, tol))
			}
		}
		for _, e := range c.errs {
			base, baseEvaluations := at(peer, e)
			fmt.Fprintf(&table, "| %s | %.0e | %.3g ms (%.0f) |", c.problem.Name, e, 1e3*base, baseEvaluations)
			for _, m := range methods {
				seconds, evaluations := at(ours[m.Name()], e)
				fmt.Fprintf(&table, " %.2f (%.0f) |", seconds/base, evaluations)
			}
			table.WriteByte('\n')
		}
	}
	t.Log("\n" + table.String())
	if err := os.WriteFile("PEERS.md", []byte(heading+table.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

var methods = []ode.Method{ode.DP5(), ode.Tsit5(), ode.Vern7(), ode.DOP853()}

//go:embed testdata/heading.md
var heading string

// build compiles the peer, or skips.
func build(t *testing.T) string {
	program := filepath.Join(t.TempDir(), "odeint")
	out, err := exec.Command("g++", "-O3", "-march=native", "-std=gnu++17", "testdata/odeint.cpp", "-o", program, "-lopenblas").CombinedOutput()
	if err != nil {
		t.Skipf("the peer does not build: %v\n%s", err, out)
	}
	return program
}

func runOdeint(t *testing.T, program string, p odetest.Problem, tol float64) run {
	command := exec.Command(program, p.Name, fmt.Sprint(tol))
	command.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(out))
	x := make([]float64, len(fields))
	for i, f := range fields {
		if x[i], err = strconv.ParseFloat(f, 64); err != nil {
			t.Fatal(err)
		}
	}
	return run{relative(x[2:], p.End), x[0], int(x[1])}
}

func runOurs(t *testing.T, m ode.Method, p odetest.Problem, tol float64) run {
	in, err := ode.NewIntegrator(ode.OneRow(p.System), 1, ode.Options{Method: m, RelTol: tol, AbsTol: tol, MaxSteps: 1e7})
	if err != nil {
		t.Fatal(err)
	}
	y, best := p.Start(), run{seconds: math.Inf(1)}
	for range 3 {
		solves, start, spent := 0, userSeconds(), 0.0
		for spent < 0.05 {
			copy(y, p.Y0)
			stats, err := in.Solve(y, p.T0, p.T1)
			if err != nil {
				t.Fatal(err)
			}
			best.evaluations = stats[0].Evaluations
			solves++
			spent = userSeconds() - start
		}
		best.seconds = min(best.seconds, spent/float64(solves))
	}
	best.err = relative(y, p.End)
	return best
}

// at interpolates the cost at an error of e, logarithmically, between the last two runs that enclose it.
func at(runs []run, e float64) (seconds, evaluations float64) {
	seconds, evaluations = math.NaN(), math.NaN()
	if runs[0].err <= e {
		seconds, evaluations = runs[0].seconds, float64(runs[0].evaluations)
	}
	for i := 1; i < len(runs); i++ {
		a, b := runs[i-1], runs[i]
		if b.err <= e && e <= a.err {
			w := math.Log(a.err/e) / math.Log(a.err/b.err)
			seconds = a.seconds * math.Pow(b.seconds/a.seconds, w)
			evaluations = float64(a.evaluations) * math.Pow(float64(b.evaluations)/float64(a.evaluations), w)
		}
	}
	return seconds, evaluations
}

func relative(y, want []float64) float64 {
	distance, size := 0.0, 0.0
	for i, w := range want {
		distance, size = distance+(y[i]-w)*(y[i]-w), size+w*w
	}
	return math.Sqrt(distance / size)
}

func userSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return math.NaN()
	}
	return float64(u.Utime.Sec) + 1e-6*float64(u.Utime.Usec)
}

//go:embed testdata/rate1000.txt
var rateEnd string

// rateNetwork is v' = -v + W tanh(v) of 1000 neurons; W and v(0) are uniform from splitmix64. The end is that at which odeint's dopri5 and Fehlberg
// 7(8) agree to 4e-14.
func rateNetwork() odetest.Problem {
	const n = 1000
	state := uint64(12345)
	uniform := func() float64 {
		state += 0x9E3779B97F4A7C15
		z := state
		z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
		z = (z ^ (z >> 27)) * 0x94D049BB133111EB
		return 2*(float64((z^(z>>31))>>11)*0x1p-53) - 1
	}
	w := blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)}
	for i := range w.Data {
		w.Data[i] = 1.5 / math.Sqrt(n) * math.Sqrt(3) * uniform()
	}
	p := odetest.Problem{Name: "rate1000", T1: 10, Y0: make([]float64, n), End: make([]float64, n)}
	end := strings.Fields(rateEnd)
	for i := range p.Y0 {
		p.Y0[i] = uniform()
		p.End[i], _ = strconv.ParseFloat(end[i], 64)
	}
	rate := make([]float64, n)
	p.System = odetest.Func{N: n, F: func(dy []float64, _ float64, y []float64) {
		for i, v := range y {
			rate[i] = math.Tanh(v)
		}
		copy(dy, y)
		blas64.Gemv(blas.NoTrans, 1, w, blas64.Vector{N: n, Inc: 1, Data: rate}, -1, blas64.Vector{N: n, Inc: 1, Data: dy})
	}}
	return p
}
