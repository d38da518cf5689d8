package ode

// System is y' = f(t, y).
type System interface {
	// Dim is the length of y, at least 1.
	Dim() int
	// Deriv writes f(t, y) to dy. It must neither keep nor change y.
	Deriv(dy []float64, t float64, y []float64)
}

// Rows is an ensemble of independent systems of one dimension whose right-hand sides are evaluated together:
// row k of y (len(id) x Dim, row-major) is the state of system id[k] at its own time t[k].
type Rows interface {
	// Dim is the length of one row, at least 1.
	Dim() int
	// DerivRows writes f of every row to dy (len(id) x Dim). It must neither keep nor change its arguments, and a row
	// of dy must not depend on the other rows of y.
	DerivRows(dy, t, y []float64, id []int)
}

// OneRow is sys as an ensemble of one row, with id 0.
func OneRow(sys System) Rows { return oneRow{sys} }

type oneRow struct{ System }

// within returns what may have abilities: the system of an ensemble of one row, or sys.
func within(sys Rows) any {
	if one, ok := sys.(oneRow); ok {
		return one.System
	}
	return sys
}

// dimension is sys.Dim(), which must be positive.
func dimension(sys Rows) int {
	dim := sys.Dim()
	if dim < 1 {
		panic("ode: the dimension of the system is less than 1")
	}
	return dim
}

func (s oneRow) DerivRows(dy, t, y []float64, _ []int) { s.Deriv(dy, t[0], y) }

// Solve advances y (length sys.Dim()) from t0 to t1, which may lie before t0, in place.
// After an error y is the last accepted state and Stats.T its time. It panics if len(y) is not sys.Dim().
func Solve(sys System, y []float64, t0, t1 float64, opt Options) (Stats, error) {
	if len(y) != sys.Dim() {
		panic("ode: the length of y is not the dimension of the system")
	}
	in, err := NewIntegrator(OneRow(sys), 1, opt)
	if err != nil {
		return Stats{}, err
	}
	stats, err := in.Solve(y, t0, t1)
	if stats == nil {
		return Stats{}, err
	}
	return stats[0], stats[0].Err
}

// SolveRows advances every row of y (n x sys.Dim(), row-major; row k is system k) from t0 to t1 in place.
//
// Rows fail alone: the others go on. The error is then a [*RowsError], Stats[k].Err tells what happened to row k, and row k of y is
// its last accepted state. It panics if len(y) is not a multiple of sys.Dim().
func SolveRows(sys Rows, y []float64, t0, t1 float64, opt Options) ([]Stats, error) {
	in, err := NewIntegrator(sys, max(1, len(y)/dimension(sys)), opt)
	if err != nil {
		return nil, err
	}
	return in.Solve(y, t0, t1)
}
