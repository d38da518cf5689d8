package ode

import "math"

// RestTest tells what "at rest" means: for every component, what would change within Timescale is below tolerance,
//
//	Timescale |f_i(t, y)| <= AbsTol + RelTol |y_i|
//
// It is the worst component that counts, and each is compared with its own size, so that neither many resting components nor large
// ones hide a small one that moves. Under an explicit method whose step is limited by stability, y keeps an error of about the
// tolerances of the integration: ask for rest to ten times them, or more where Timescale is far above the fastest time constant.
type RestTest struct{ Timescale, RelTol, AbsTol float64 }

func (r RestTest) check() error {
	for _, s := range []struct {
		field string
		value float64
		right bool
	}{
		{"Timescale", r.Timescale, r.Timescale > 0}, {"RelTol", r.RelTol, r.RelTol >= 0}, {"AbsTol", r.AbsTol, r.AbsTol >= 0},
	} {
		if !s.right || !finite1(s.value) {
			return &OptionError{"RestTest." + s.field, s.value, "a finite number, positive for Timescale"}
		}
	}
	if r.RelTol == 0 && r.AbsTol == 0 {
		return &OptionError{"RestTest", r, "RelTol or AbsTol positive"}
	}
	return nil
}

// Residual is the largest Timescale |f_i| / (AbsTol + RelTol |y_i|), and its component. At rest it is at most 1.
func (r RestTest) Residual(y, f []float64) (residual float64, component int) {
	component, residual = MaxNorm{RelTol: r.RelTol, AbsTol: r.AbsTol}.worst(f, y, y)
	return r.Timescale * residual, component
}

// Verdict tells whether a row settled.
type Verdict int

const (
	Undecided Verdict = iota // the integration failed: see Err
	AtRest                   // y meets the RestTest
	Moving                   // y does not at the end of the span
	Diverging                // y grows without bound: exponentially or faster over ten orders of magnitude
)

func (v Verdict) String() string {
	return [...]string{"undecided", "at rest", "moving", "diverging"}[v]
}

// Settlement is the outcome of [Settle].
type Settlement struct {
	Stats
	Verdict   Verdict
	Residual  float64 // of the RestTest at the returned state; NaN if undecided
	Component int     // the worst one
}

// Settle integrates y from t0 until it is at rest, at most to tmax. That y is still moving at tmax is no error but a verdict, nor is that it diverges.
// It is otherwise as [Solve].
func Settle(sys System, y []float64, t0, tmax float64, test RestTest, opt Options) (Settlement, error) {
	if len(y) != sys.Dim() {
		panic("ode: the length of y is not the dimension of the system")
	}
	s, err := SettleRows(OneRow(sys), y, t0, tmax, test, opt)
	if s == nil {
		return Settlement{Residual: math.NaN()}, err
	}
	return s[0], s[0].Err
}

// SettleRows integrates every row of y (n x sys.Dim(), row-major) from t0 until it is at rest, at most to tmax, otherwise as
// [SolveRows]. Rows at rest leave, and so do those that diverge.
func SettleRows(sys Rows, y []float64, t0, tmax float64, test RestTest, opt Options) ([]Settlement, error) {
	if err := test.check(); err != nil {
		return nil, err
	}
	n := len(y) / dimension(sys)
	in, err := NewIntegrator(sys, max(1, n), opt)
	if err != nil {
		return nil, err
	}
	in.rest = &resting{test, make([]Settlement, n), make([]growth, n)}
	stats, err := in.Solve(y, t0, tmax)
	if stats == nil {
		return nil, err
	}
	return in.rest.rows, err
}

// resting watches the rows of an integrator come to rest.
type resting struct {
	test RestTest
	rows []Settlement // by id
	size []growth     // by id
}

func (r *resting) holds(y, f []float64) bool {
	residual, _ := r.test.Residual(y, f)
	return residual <= 1
}

// record keeps how row id left, with state y and derivative f.
func (r *resting) record(id int, stats Stats, y, f []float64) {
	s := Settlement{Stats: stats, Residual: math.NaN()}
	switch {
	case stats.Err != nil:
	case stats.Reason == CameToRest:
		s.Verdict = AtRest
	case stats.Reason == Diverged:
		s.Verdict = Diverging
	default:
		s.Verdict = Moving
	}
	if s.Verdict != Undecided {
		s.Residual, s.Component = r.test.Residual(y, f)
	}
	r.rows[id] = s
}
