package sde

import (
	"errors"
	"math"

	"credo/ode"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// ErrNoRoot is why a row fails whose implicit equation was not solved.
var ErrNoRoot = errors.New("the implicit equation has no root in reach")

const (
	newtonTolerance  = 1e-10   // of a correction, by the largest component of its row
	newtonIterations = 50      // evaluations of the drift beside those for Jacobians
	newtonShortest   = 0x1p-12 // part of a correction that is still tried
)

// newtonRows solves x = base + h f(t, x) for every row of an ensemble, by damped
// Newton steps whose Jacobian is kept while they contract. What becomes of a row
// does not depend on the others.
type newtonRows struct {
	sys        Rows
	dim        int
	linearizer ode.Linearizer // of the only row; nil: differences
	jacobian   *mat.Dense     // that it writes

	from, residual   []float64 // the best points so far, and from - base - h f(from)
	correction       []float64
	trial, f, column []float64
	factors          []float64 // I - h J of every row
	pivot            []int
	of               []newtonRow
}

// newtonRow is how far a row has come.
type newtonRow struct {
	done, failed bool
	stale, fresh bool    // its Jacobian is no longer good, is that of this point
	size         float64 // of the residual
	part         float64 // of the correction that is tried
}

func newNewtonRows(sys Rows, capacity int) *newtonRows {
	dim := sys.Dim()
	rows := func() []float64 { return make([]float64, capacity*dim) }
	s := &newtonRows{
		sys: sys, dim: dim, from: rows(), residual: rows(), correction: rows(), trial: rows(), f: rows(), column: rows(),
		factors: make([]float64, capacity*dim*dim), pivot: make([]int, capacity*dim), of: make([]newtonRow, capacity),
	}
	if one, ok := sys.(oneRow); ok {
		s.linearizer, _ = capability[ode.Linearizer](one)
		s.jacobian = mat.NewDense(dim, dim, nil)
	}
	return s
}

// solve writes the roots to x. base are the first guesses.
func (s *newtonRows) solve(x []float64, t, h float64, base []float64) {
	n := len(x) / s.dim
	copy(s.from, base)
	s.sys.DerivRows(s.f[:len(x)], t, base)
	for k := range base {
		s.residual[k] = -h * s.f[k]
	}
	for b := range n {
		s.of[b] = newtonRow{stale: true, size: largest(s.row(s.residual, b)), part: 1}
	}
	for range newtonIterations {
		s.linearize(n, t, h, base)
		if s.correct(n) {
			break
		}
		s.look(n, t, h, base)
	}
	copy(x, s.from)
}

// correct makes the corrections of rows that have begun a step, and reports that
// no row is left to try one.
func (s *newtonRows) correct(n int) (finished bool) {
	finished = true
	for b := range n {
		r := &s.of[b]
		if r.done || r.failed {
			continue
		}
		if r.part == 1 {
			s.solveRow(b)
		}
		finished = finished && (r.done || r.failed)
	}
	return finished
}

// solveRow makes the correction of row b, which is the last if it is small.
func (s *newtonRows) solveRow(b int) {
	r, from, d := &s.of[b], s.row(s.from, b), s.row(s.correction, b)
	copy(d, s.row(s.residual, b))
	lapack64.Getrs(blas.NoTrans, s.matrix(b), blas64.General{Rows: s.dim, Cols: 1, Stride: 1, Data: d}, s.pivots(b))
	size := largest(d)
	if !finite(size) {
		r.failed = true
		return
	}
	if r.done = size <= newtonTolerance*largest(from); r.done {
		for k := range from {
			from[k] -= d[k]
		}
	}
}

// look evaluates the drift where the corrections lead, and moves the rows whose
// residual falls there; the others try half as much.
func (s *newtonRows) look(n int, t, h float64, base []float64) {
	trial, f := s.trial[:n*s.dim], s.f[:n*s.dim]
	for k := range trial {
		trial[k] = s.from[k]
		if r := s.of[k/s.dim]; !r.done && !r.failed {
			trial[k] -= r.part * s.correction[k]
		}
	}
	s.sys.DerivRows(f, t, trial)
	for b := range n {
		r := &s.of[b]
		if r.done || r.failed {
			continue
		}
		size := 0.0
		for k := b * s.dim; k < (b+1)*s.dim; k++ {
			f[k] = trial[k] - base[k] - h*f[k]
			size = math.Max(size, math.Abs(f[k])) // NaN stays
		}
		if size <= (1-1e-4*r.part)*r.size {
			copy(s.row(s.from, b), s.row(trial, b))
			copy(s.row(s.residual, b), s.row(f, b))
			r.stale, r.fresh = size > r.size/10, false
			r.size, r.part = size, 1
		} else if !r.fresh {
			r.stale = true
		} else {
			r.part /= 2
			r.failed = r.part < newtonShortest
		}
	}
}

// linearize factors I - h J where it is stale.
func (s *newtonRows) linearize(n int, t, h float64, base []float64) {
	any := false
	for b := range n {
		any = any || s.outdated(b)
	}
	if !any {
		return
	}
	if s.linearizer != nil {
		s.linearizer.Jacobian(s.jacobian, t, s.from[:s.dim])
		for i := range s.dim {
			copy(s.factors[i*s.dim:(i+1)*s.dim], s.jacobian.RawRowView(i))
		}
	} else {
		s.difference(n, t, h, base)
	}
	for b := range n {
		if s.outdated(b) {
			s.factor(b, h)
		}
	}
}

func (s *newtonRows) outdated(b int) bool {
	r := s.of[b]
	return r.stale && !r.done && !r.failed && r.part == 1
}

// difference sets the Jacobians of outdated rows by forward differences, one
// component of all rows at a time.
func (s *newtonRows) difference(n int, t, h float64, base []float64) {
	trial, f := s.trial[:n*s.dim], s.column[:n*s.dim]
	copy(trial, s.from)
	for j := range s.dim {
		for b := range n {
			row := s.row(s.from, b)
			s.row(trial, b)[j] = row[j] + probe(math.Abs(row[j])+largest(row))
		}
		s.sys.DerivRows(f, t, trial)
		for b := range n {
			from, moved := s.row(s.from, b), s.row(trial, b)
			step := moved[j] - from[j]
			moved[j] = from[j]
			if !s.outdated(b) {
				continue
			}
			for i := range s.dim {
				k := b*s.dim + i
				s.factors[k*s.dim+j] = (f[k] - (s.from[k]-base[k]-s.residual[k])/h) / step
			}
		}
	}
}

// probe is the step of a difference where the state has this size.
func probe(size float64) float64 {
	if size == 0 {
		size = 1
	}
	return 0x1p-26 * size
}

// factor makes the factors of I - h J of J. A singular one fails.
func (s *newtonRows) factor(b int, h float64) {
	m := s.matrix(b)
	for k := range m.Data {
		m.Data[k] *= -h
	}
	for i := range s.dim {
		m.Data[i*s.dim+i]++
	}
	r := &s.of[b]
	r.stale, r.fresh, r.failed = false, true, !lapack64.Getrf(m, s.pivots(b))
}

// failure tells why row b has no root, and names the component that moves most.
func (s *newtonRows) failure(b int) (component int, err error) {
	if s.of[b].done {
		return 0, nil
	}
	for k, d := range s.row(s.correction, b) {
		if !(math.Abs(d) <= math.Abs(s.row(s.correction, b)[component])) {
			component = k
		}
	}
	return component, ErrNoRoot
}

func (s *newtonRows) row(x []float64, b int) []float64 { return x[b*s.dim : (b+1)*s.dim] }

func (s *newtonRows) pivots(b int) []int { return s.pivot[b*s.dim : (b+1)*s.dim] }

func (s *newtonRows) matrix(b int) blas64.General {
	area := s.dim * s.dim
	return blas64.General{Rows: s.dim, Cols: s.dim, Stride: s.dim, Data: s.factors[b*area : (b+1)*area]}
}

// largest is the largest size of a component, or NaN.
func largest(x []float64) float64 {
	size := 0.0
	for _, v := range x {
		size = math.Max(size, math.Abs(v))
	}
	return size
}
