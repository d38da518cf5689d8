package ode

import "gonum.org/v1/gonum/mat"

// An implicit method solves (I - gamma J) x = b, J = df/dy, and a system may help with that. What it knows is found by type
// assertion, in this order, and each ability has a twin for [Rows], in which every row has its own gamma and its own J:
//
//	ShiftedSolver    ShiftedRows           solves in its own structure, of which nothing else needs to be known
//	BandLinearizer   RowsBandLinearizer    Jacobian within a band
//	Banded           Banded                the band alone: finite differences, lower + upper + 1 evaluations
//	Linearizer       RowsLinearizer        dense Jacobian
//	                                       nothing: finite differences, Dim evaluations
//
// The memory of a Jacobian is that of every row: Dim^2, or Dim (3 lower + 2 upper + 2) numbers.

// Linearizer is a [System] that knows its Jacobian.
type Linearizer interface {
	// Jacobian writes df_i/dy_j at (t, y) to row i, column j of dst (Dim x Dim).
	Jacobian(dst *mat.Dense, t float64, y []float64)
}

// RowsLinearizer is [Linearizer] for [Rows].
type RowsLinearizer interface {
	// JacobianRow writes the Jacobian of system id at (t, y), y of length Dim, to dst (Dim x Dim).
	JacobianRow(dst *mat.Dense, t float64, y []float64, id int)
}

// Banded is a [System], or [Rows], whose Jacobian is zero outside a band: df_i/dy_j = 0 where j < i - lower or j > i + upper.
type Banded interface {
	Bandwidths() (lower, upper int)
}

// BandLinearizer is a [Banded] system that knows its Jacobian.
type BandLinearizer interface {
	Banded
	// JacobianBand writes df_i/dy_j at (t, y) to dst (Dim x Dim), whose bandwidths are those of the system. dst may hold another
	// Jacobian: every entry within the band is to be written.
	JacobianBand(dst *mat.BandDense, t float64, y []float64)
}

// RowsBandLinearizer is [BandLinearizer] for [Rows].
type RowsBandLinearizer interface {
	Banded
	JacobianBandRow(dst *mat.BandDense, t float64, y []float64, id int)
}

// ShiftedSolver is a [System] that solves (I - gamma J) x = b itself.
type ShiftedSolver interface {
	// Linearize makes J that of (t, y).
	Linearize(t float64, y []float64)
	// Shift prepares the solution for gamma, which has the sign of time's direction, and reports whether I - gamma J is regular.
	// There is one gamma for many solutions, and there may be several for one J.
	Shift(gamma float64) (regular bool)
	// SolveShifted writes the solution x for b, both of length Dim, which may be the same slice.
	SolveShifted(x, b []float64)
}

// ShiftedRows is [ShiftedSolver] for [Rows]. What it keeps, it keeps by id, which is less than the capacity of the integrator: a call
// names some of the systems, in any order. A row of x must not depend on the other rows.
type ShiftedRows interface {
	// LinearizeRows makes J of system id[k] that of time t[k] and row k of y (len(id) x Dim).
	LinearizeRows(t, y []float64, id []int)
	// ShiftRows prepares system id[k] for gamma[k], and sets regular[k].
	ShiftRows(regular []bool, gamma []float64, id []int)
	// SolveShiftedRows writes the solutions x for the rows of b, both len(id) x Dim, which may be the same slice. Rows that are not
	// regular may hold anything.
	SolveShiftedRows(x, b []float64, id []int)
}

// TimeDifferentiator is a [System] that knows how its right-hand side changes with time, which Rosenbrock methods ask for; otherwise it is a
// finite difference, at one evaluation a step. A system whose right-hand side does not depend on t clears dst.
type TimeDifferentiator interface {
	// DerivTime writes df/dt at (t, y) to dst (length Dim).
	DerivTime(dst []float64, t float64, y []float64)
}

// RowsTimeDifferentiator is [TimeDifferentiator] for [Rows].
type RowsTimeDifferentiator interface {
	DerivTimeRows(dst, t, y []float64, id []int)
}
