package continuation

import (
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// FoldCurve follows a fold as two parameters vary, in both directions, and locates
// cusps, Bogdanov-Takens and fold-Hopf points. start is a [Fold] or near one.
func FoldCurve(f Family, start *Point, free [2]Parameter, opt Options) (*Branch, error) {
	r, err := newRest(f, start.Y, start.P, free[:], &opt)
	if err != nil {
		return nil, err
	}
	system := &foldSystem{rest: r}
	t, err := newTracer(system, r.unknowns(), opt)
	if err != nil {
		return nil, err
	}
	x := append(slices.Clone(start.Y), start.P[free[0].Index], start.P[free[1].Index])
	return t.survey(x, &folds{system, t})
}

// folds surveys a fold curve.
type folds struct {
	*foldSystem
	t *tracer
}

func (s *folds) inspect(n node, near *Point) (*Point, error) {
	p, a, err := s.describe(s.t.curve.at(n.xi), n)
	if err != nil {
		return nil, err
	}
	p.Unstable = countRight(without(p.Eigenvalues, 0))
	if null, ok := nullBorder(a, 1); ok {
		p.critical.left, p.critical.right = mat.Col(nil, 0, null.b), mat.Col(nil, 0, null.c)
	}
	if near != nil {
		align(p.critical.left, near.critical.left)
		align(p.critical.right, near.critical.right)
	}
	p.critical.cusp, p.critical.double = s.tests(p.Y, p.P, p.critical.left, p.critical.right)
	return p, nil
}

// align turns v about if it points against w.
func align(v, w []float64) {
	if floats.Dot(v, w) < 0 {
		floats.Scale(-1, v)
	}
}

// tests returns w . B(v, v), which is 0 at a cusp, and w . v, which is 0 where the
// eigenvalue 0 is double: Kuznetsov (2004), section 10.3.
func (s *folds) tests(y, p, w, v []float64) (cusp, double float64) {
	b := make([]float64, s.n)
	s.curvature(b, y, v, p)
	return floats.Dot(w, b), floats.Dot(w, v)
}

func (s *folds) events(a, b *Point) (kinds []Kind) {
	if a.critical.cusp*b.critical.cusp < 0 {
		kinds = append(kinds, Cusp)
	}
	reals := 0
	if a.critical.double*b.critical.double < 0 {
		kinds, reals = append(kinds, BogdanovTakens), 1
	}
	if changed := b.Unstable - a.Unstable; max(changed, -changed) > reals {
		kinds = append(kinds, FoldHopf)
	}
	return kinds
}

func (s *folds) locate(kind Kind, a, b *Point) (*Point, bool) {
	pair, paired := crossing(a.Eigenvalues)
	test := func(x []float64) float64 {
		linear := s.linear(x)
		if kind == FoldHopf {
			values := eigenvalues(linear)
			if k := nearest(values, pair); k >= 0 {
				return real(values[k])
			}
			return 0
		}
		v, w := s.nullVectors(linear)
		y, p := s.state(x)
		cusp, double := s.tests(y, p, w, v)
		if kind == Cusp {
			return cusp
		}
		return double
	}
	if kind == FoldHopf && !paired {
		return nil, false
	}
	n, ok := s.t.root(test, a.node, b.node)
	if !ok {
		return nil, false
	}
	p, err := s.inspect(n, a)
	if err != nil {
		return nil, false
	}
	p.Kind = kind
	switch kind {
	case BogdanovTakens:
		p.Unstable = countRight(without(p.Eigenvalues, 0, 0))
	case FoldHopf:
		others := without(p.Eigenvalues, 0)
		critical, _ := crossing(others)
		p.Omega = imag(critical)
		p.Unstable = countRight(without(others, critical, complex(real(critical), -imag(critical))))
	}
	return p, true
}

// nullVectors returns the right and left null vectors of a where it is singular,
// smooth in a as long as the border stays.
func (s *folds) nullVectors(a *mat.Dense) (v, w []float64) {
	right, _, ok := s.border.solve(a)
	left, _, ok2 := border{s.border.c, s.border.b}.solve(a.T())
	if !ok || !ok2 {
		nan := make([]float64, s.n)
		floats.AddConst(notANumber, nan)
		return nan, nan
	}
	return mat.Col(nil, 0, right), mat.Col(nil, 0, left)
}
