package continuation

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Equilibria follows the rest state near y at p as one parameter varies, in both
// directions and past folds. It locates folds, Hopf points and simple branch points
// (other branches are not entered). y and p are not changed.
//
// Steps of y are measured by their root mean square.
func Equilibria(f Family, y, p []float64, free Parameter, opt Options) (*Branch, error) {
	s, err := newRest(f, y, p, []Parameter{free}, &opt)
	if err != nil {
		return nil, err
	}
	t, err := newTracer(restCurve{s}, s.unknowns(), opt)
	if err != nil {
		return nil, err
	}
	return t.survey(append(slices.Clone(y), p[free.Index]), &equilibria{s, t})
}

// rest is f(y; p) = 0 in x = (y, free parameters): with one free parameter a curve,
// with two the first part of larger systems.
type rest struct {
	*differences
	p    []float64 // the free ones move
	free []Parameter
	n    int
}

func newRest(f Family, y, p []float64, free []Parameter, opt *Options) (*rest, error) {
	complete, err := opt.complete()
	if err != nil {
		return nil, err
	}
	*opt = complete
	if len(y) != f.Dim() {
		panic(fmt.Sprintf("continuation: y has length %d, the family dimension %d", len(y), f.Dim()))
	}
	for _, q := range free {
		if q.Index < 0 || q.Index >= len(p) {
			panic(fmt.Sprintf("continuation: free parameter %d of %d", q.Index, len(p)))
		}
		if !(q.Min < q.Max) || math.IsInf(q.Max-q.Min, 1) {
			return nil, fmt.Errorf("continuation: parameter %d ranges from %g to %g: want a finite range", q.Index, q.Min, q.Max)
		}
	}
	return &rest{newDifferences(f, opt.Scale), slices.Clone(p), free, len(y)}, nil
}

func (r *rest) Unknowns() int { return r.n + len(r.free) }

func (r *rest) unknowns() []Unknown {
	u := make([]Unknown, r.n, r.n+len(r.free)+1)
	for i := range u {
		u[i].Scale = r.scale * math.Sqrt(float64(r.n))
	}
	for _, q := range r.free {
		u = append(u, Unknown{q.Max - q.Min, q.Min, q.Max})
	}
	return u
}

// state splits x into y and all parameters, until the next call.
func (r *rest) state(x []float64) (y, p []float64) {
	for k, q := range r.free {
		r.p[q.Index] = x[r.n+k]
	}
	return x[:r.n], r.p
}

// Residual is f(y; p).
func (r *rest) Residual(f, x []float64) {
	y, p := r.state(x)
	r.f.Deriv(f, y, p)
}

// derivative sets dst = [df/dy df/dp] (n x Unknowns).
func (r *rest) derivative(dst *mat.Dense, x []float64) {
	y, p := r.state(x)
	square := mat.NewDense(r.n, r.n, nil)
	r.byState(square, y, p)
	dst.Slice(0, r.n, 0, r.n).(*mat.Dense).Copy(square)
	column := make([]float64, r.n)
	for k, q := range r.free {
		r.byParameter(column, y, p, q.Index, q.Max-q.Min)
		dst.SetCol(r.n+k, column)
	}
}

// restCurve is the curve of rest states, which knows its Jacobian.
type restCurve struct{ *rest }

func (c restCurve) jacobian(dst *mat.Dense, x []float64) { c.derivative(dst, x) }

// linear returns df/dy at x.
func (r *rest) linear(x []float64) *mat.Dense {
	y, p := r.state(x)
	a := mat.NewDense(r.n, r.n, nil)
	r.byState(a, y, p)
	return a
}

// describe makes a point of x.
func (r *rest) describe(x []float64, n node) (*Point, *mat.Dense, error) {
	y, p := r.state(x)
	a := r.linear(x)
	point := &Point{Y: slices.Clone(y), P: slices.Clone(p), Tangent: n.tangent, node: n, Eigenvalues: eigenvalues(a)}
	if point.Eigenvalues == nil {
		return nil, nil, fmt.Errorf("continuation: no eigenvalues at p = %g", p)
	}
	return point, a, nil
}

// equilibria surveys a branch in one parameter.
type equilibria struct {
	*rest
	t *tracer
}

func (s *equilibria) inspect(n node, _ *Point) (*Point, error) {
	p, _, err := s.describe(s.t.curve.at(n.xi), n)
	if err == nil {
		p.Unstable = countRight(p.Eigenvalues)
	}
	return p, err
}

// events names the zeros between a and b of the tangent's parameter, of the
// bordered determinant, and of real parts of pairs: those that change sides beside
// the real eigenvalues, which do so at the former.
func (s *equilibria) events(a, b *Point) (kinds []Kind) {
	if a.Tangent[s.n]*b.Tangent[s.n] < 0 {
		kinds = append(kinds, Fold)
	}
	if a.node.orientation*b.node.orientation < 0 {
		kinds = append(kinds, BranchPoint)
	}
	if changed := b.Unstable - a.Unstable; max(changed, -changed) > len(kinds) {
		kinds = append(kinds, HopfPoint)
	}
	return kinds
}

func (s *equilibria) locate(kind Kind, a, b *Point) (*Point, bool) {
	middle := floats.AddTo(make([]float64, len(a.node.xi)), a.node.xi, b.node.xi)
	floats.Scale(0.5, middle)
	x := slices.Clone(s.t.curve.at(middle))
	var omega float64
	var ok bool
	switch kind {
	case Fold:
		ok = s.toFold(x)
	case BranchPoint:
		ok = s.toBranchPoint(x)
	case HopfPoint:
		omega, ok = s.toHopf(x, a)
	}
	xi := s.t.curve.inUnits(x)
	if !ok || floats.Distance(xi, middle, 2) > floats.Distance(a.node.xi, b.node.xi, 2) {
		return nil, false
	}
	n, err := s.t.arrive(xi, a.Tangent)
	if err != nil {
		n = node{xi: xi, tangent: a.Tangent, orientation: a.node.orientation}
	}
	p, _, err := s.describe(x, n)
	if err != nil {
		return nil, false
	}
	p.Kind, p.Omega = kind, omega
	if kind == HopfPoint {
		p.Unstable = countRight(without(p.Eigenvalues, complex(0, omega), complex(0, -omega)))
	} else {
		p.Unstable = countRight(without(p.Eigenvalues, 0))
	}
	return p, true
}

// toFold moves x to the fold near it.
func (s *equilibria) toFold(x []float64) bool {
	fold := &foldSystem{rest: s.rest}
	return fold.adapt(x) && polish(fold.Residual, x, s.t.curve.scale)
}

// toHopf moves x to the Hopf point near it and returns its frequency.
func (s *equilibria) toHopf(x []float64, near *Point) (omega float64, ok bool) {
	pair, ok := crossing(near.Eigenvalues)
	if !ok {
		return 0, false
	}
	hopf := &hopfSystem{rest: s.rest}
	kappa := imag(pair) * imag(pair)
	z := append(slices.Clone(x), kappa)
	if !hopf.adapt(z) || !polish(hopf.Residual, z, append(slices.Clone(s.t.curve.scale), kappa)) {
		return 0, false
	}
	copy(x, z)
	kappa = z[len(x)]
	return math.Sqrt(max(0, kappa)), kappa > 0
}

// toBranchPoint moves x to the branch point near it.
func (s *equilibria) toBranchPoint(x []float64) bool {
	system := &branchSystem{rest: s.rest}
	z := append(slices.Clone(x), 0)
	if !system.adapt(x) || !polish(system.Residual, z, append(slices.Clone(s.t.curve.scale), 1)) {
		return false
	}
	copy(x, z)
	return true
}

// polish solves residual = 0, as many equations as unknowns, from x in place.
func polish(residual func(f, x []float64), x, scale []float64) bool {
	return Solve(residual, x, scale) == nil
}
