package ode

// shifted solves (I - gamma J) x = b for the rows of a batch. What it keeps, it keeps by id.
type shifted interface {
	// linearize makes J of every row that of its point; evaluations counts those of each row.
	linearize(p points) (evaluations int)
	shift(regular []bool, gamma []float64, id []int)
	solve(x, b []float64, id []int)
}

// points are where rows are linearized, in steps of length h: f = f(t, y).
type points struct {
	t, h, y, f []float64
	id         []int
}

// newShifted chooses how the linear systems of sys are solved: see [ShiftedSolver].
func newShifted(sys Rows, capacity int) shifted {
	switch s := within(sys).(type) {
	case ShiftedRows:
		return ownRows{s}
	case ShiftedSolver:
		return ownRow{s}
	}
	return newMatrices(sys, capacity)
}

// ownRows is an ensemble that solves by itself.
type ownRows struct{ ShiftedRows }

func (s ownRows) linearize(p points) int {
	s.LinearizeRows(p.t, p.y, p.id)
	return 0
}

func (s ownRows) shift(regular []bool, gamma []float64, id []int) { s.ShiftRows(regular, gamma, id) }
func (s ownRows) solve(x, b []float64, id []int)                  { s.SolveShiftedRows(x, b, id) }

// ownRow is a system that solves by itself.
type ownRow struct{ ShiftedSolver }

func (s ownRow) linearize(p points) int {
	s.Linearize(p.t[0], p.y)
	return 0
}

func (s ownRow) shift(regular []bool, gamma []float64, _ []int) { regular[0] = s.Shift(gamma[0]) }
func (s ownRow) solve(x, b []float64, _ []int)                  { s.SolveShifted(x, b) }
