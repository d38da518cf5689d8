package continuation

import (
	"fmt"
	"math"
	"slices"
)

// HopfCurve follows a Hopf point as two parameters vary, in both directions, with
// the frequency and the first Lyapunov coefficient along it. It locates Bautin,
// fold-Hopf and double Hopf points, and ends at Bogdanov-Takens points. start has
// kind [HopfPoint], or its Y, P and Omega are near one.
func HopfCurve(f Family, start *Point, free [2]Parameter, opt Options) (*Branch, error) {
	r, err := newRest(f, start.Y, start.P, free[:], &opt)
	if err != nil {
		return nil, err
	}
	if !(start.Omega > 0) {
		return nil, fmt.Errorf("%w: omega = %g", ErrNotHopf, start.Omega)
	}
	system, kappa := &hopfSystem{rest: r}, start.Omega*start.Omega
	t, err := newTracer(system, append(r.unknowns(), Unknown{Scale: kappa}), opt)
	if err != nil {
		return nil, err
	}
	t.stop = func(x []float64) bool { return x[len(x)-1] < 0 }
	x := append(slices.Clone(start.Y), start.P[free[0].Index], start.P[free[1].Index], kappa)
	branch, err := t.survey(x, &hopfs{system, t})
	if err != nil {
		return nil, err
	}
	isSaddle := func(p *Point) bool { return p.critical.kappa < 0 && p.Kind != BogdanovTakens }
	branch.Points = slices.DeleteFunc(branch.Points, isSaddle)
	return branch, nil
}

// hopfs surveys a Hopf curve.
type hopfs struct {
	*hopfSystem
	t *tracer
}

func (s *hopfs) inspect(n node, _ *Point) (*Point, error) {
	x := s.t.curve.at(n.xi)
	kappa := x[len(x)-1]
	p, _, err := s.describe(x, n)
	if err != nil {
		return nil, err
	}
	p.critical.kappa = kappa
	p.Omega = math.Sqrt(max(0, kappa))
	p.Unstable = countRight(without(p.Eigenvalues, complex(0, p.Omega), complex(0, -p.Omega)))
	if kappa > 0 {
		p.L1 = s.lyapunov(x)
	}
	return p, nil
}

// lyapunov returns the first Lyapunov coefficient at x, NaN where it has none.
func (s *hopfs) lyapunov(x []float64) float64 {
	omega := math.Sqrt(x[len(x)-1])
	_, c1, err := s.cubic(x[:len(x)-1], omega)
	if err != nil {
		return math.NaN()
	}
	return real(c1) / omega
}

func (s *hopfs) events(a, b *Point) (kinds []Kind) {
	if (a.critical.kappa < 0) != (b.critical.kappa < 0) {
		return []Kind{BogdanovTakens}
	}
	if a.critical.kappa < 0 {
		return nil
	}
	switch changed := b.Unstable - a.Unstable; max(changed, -changed) {
	case 0:
	case 1:
		kinds = append(kinds, FoldHopf)
	default:
		kinds = append(kinds, DoubleHopf)
	}
	if a.L1*b.L1 < 0 && len(kinds) == 0 { // l1 changes sign through infinity at the others
		kinds = append(kinds, Bautin)
	}
	return kinds
}

func (s *hopfs) locate(kind Kind, a, b *Point) (*Point, bool) {
	n, ok := s.t.root(s.test(kind, a), a.node, b.node)
	if !ok {
		return nil, false
	}
	p, err := s.inspect(n, a)
	if err != nil {
		return nil, false
	}
	p.Kind = kind
	pair := []complex128{complex(0, p.Omega), complex(0, -p.Omega)}
	others := without(p.Eigenvalues, pair...)
	switch kind {
	case BogdanovTakens:
		p.L1 = math.NaN()
	case FoldHopf:
		p.L1 = math.NaN()
		p.Unstable = countRight(without(others, 0))
	case DoubleHopf:
		second, _ := crossing(others)
		p.Unstable = countRight(without(others, second, complex(real(second), -imag(second))))
	}
	return p, true
}

// test returns what is 0 at a point of that kind, near a.
func (s *hopfs) test(kind Kind, a *Point) func(x []float64) float64 {
	switch kind {
	case BogdanovTakens:
		return func(x []float64) float64 { return x[len(x)-1] / s.t.curve.scale[len(x)-1] }
	case Bautin:
		return s.lyapunov
	}
	others := without(a.Eigenvalues, complex(0, a.Omega), complex(0, -a.Omega))
	target, paired := complex128(0), false
	if kind == DoubleHopf {
		target, paired = crossing(others)
	}
	if !paired {
		if k := nearest(others, 0); k >= 0 {
			target = others[k]
		}
	}
	return func(x []float64) float64 {
		omega := math.Sqrt(max(0, x[len(x)-1]))
		values := without(eigenvalues(s.linear(x[:len(x)-1])), complex(0, omega), complex(0, -omega))
		if k := nearest(values, target); k >= 0 {
			return real(values[k])
		}
		return notANumber
	}
}
