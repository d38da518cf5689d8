package models

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// timeAverage gathers the average
//
//	sum_b <u_b z_b^T>,   <u z^T> = (1/(end - begin)) int u z^T dt over [begin, end]
//
// of the rows of an ensemble by the trapezoidal rule.
type timeAverage struct {
	begin, end, step float64
	sum              blas64.General // n_L x len(z)
	weighted         blas64.General // TileRows x n_L
	leftOut          []bool         // by row
}

func newTimeAverage(nL, width int, begin, end, step float64) *timeAverage {
	return &timeAverage{
		begin: begin, end: end, step: step,
		sum: newMatrix(nL, width), weighted: newTile(nL), leftOut: make([]bool, TileRows),
	}
}

// weight returns the share of time t, a node of the steps: 0 before begin; the
// ends of the interval count half.
func (a *timeAverage) weight(t float64) float64 {
	share := a.step / (a.end - a.begin)
	switch {
	case t < a.begin-a.step/2:
		return 0
	case t < a.begin+a.step/2, t > a.end-a.step/2:
		return share / 2
	}
	return share
}

// add adds weight u_b z_b^T of the rows of z that are not left out.
func (a *timeAverage) add(weight float64, u, z blas64.General) {
	for b := range z.Rows {
		if a.leftOut[b] {
			clear(row(a.weighted, b))
			continue
		}
		floats.ScaleTo(row(a.weighted, b), weight, row(u, b))
	}
	addOuter(a.sum, a.weighted, z, z.Rows)
}

// columns views n columns of g from the given one on.
func columns(g blas64.General, first, n int) blas64.General {
	g.Cols, g.Data = n, g.Data[first:]
	return g
}
