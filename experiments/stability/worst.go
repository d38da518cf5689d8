package stability

import (
	"context"
	"math"
	"slices"

	"credo/analysis"
	"credo/analysis/spectra"
	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// Worst is a closer look at the worst sample, at the state that it is judged by: what
// eigenvalues do not say of a loop that is not normal.
type Worst struct {
	Index  int              `json:"index"`
	At     string           `json:"at"`
	Pseudo []PseudoAbscissa `json:"pseudo"` // by [stability] epsilon
	Kreiss Number           `json:"kreiss"` // constant: a lower bound of the growth
	Growth Growth           `json:"growth"`

	field  sigmaField
	course course
}

// PseudoAbscissa is how far right perturbations of norm epsilon, per unit of time,
// move an eigenvalue.
type PseudoAbscissa struct {
	Epsilon  float64 `json:"epsilon"`
	Abscissa Number  `json:"abscissa"`
}

// Growth is the largest that a deviation grows to, and when; infinite of an unstable
// loop.
type Growth struct {
	Factor Number `json:"factor"`
	Time   Number `json:"time"`
}

// sigmaField is sigma_min(zI - M) over a part of the complex plane.
type sigmaField struct{ re, im, sigma []float64 }

// course is |exp(Mt) y| of the deviation y that grows most.
type course struct{ t, norm []float64 }

// lookCloser takes the worst sample's loop apart.
func (s *Study) lookCloser(ctx context.Context) error {
	sample := s.worst()[0]
	loop, v := newLoop(s.start), s.states[sample.Index].nearest()
	s.say("a closer look at the worst sample")
	d, err := loop.Diagnose(v, analysis.Questions{Epsilons: s.subject.Scenario.Stability.Epsilon, Kreiss: true, Growth: true})
	if err != nil {
		return err
	}
	w := &Worst{
		Index: sample.Index, At: sample.judgedAt(), Kreiss: Number(d.Kreiss.Constant),
		Growth: Growth{Number(d.Growth.Factor), Number(d.Growth.Time)},
	}
	for _, p := range d.Pseudo {
		w.Pseudo = append(w.Pseudo, PseudoAbscissa{p.Epsilon, Number(p.Value)})
	}
	if d.Growth.Direction != nil {
		if w.course, err = follow(loop.Operator(v), d.Growth, d.Abscissa); err != nil {
			return err
		}
	}
	if w.field, err = s.pseudospectrum(ctx, loop, v, d.Eigenvalues); err != nil {
		return err
	}
	s.Worst = w
	return nil
}

// judgedAt names the state that the sample is judged by.
func (s Sample) judgedAt() string {
	if s.Rest != nil {
		return "rest"
	}
	return "feedforward"
}

// fieldColumns and fieldRows are the points of a pseudospectrum; those below the real
// axis mirror those above.
const fieldColumns, fieldRows = 91, 31

// pseudospectrum computes sigma_min over a window round the eigenvalues, row by row.
func (s *Study) pseudospectrum(ctx context.Context, loop analysis.Loop, v []float64, eigenvalues []complex128) (sigmaField, error) {
	var f sigmaField
	if len(s.subject.Scenario.Stability.Epsilon) == 0 {
		return f, nil
	}
	f.re, f.im = window(eigenvalues, slices.Max(s.subject.Scenario.Stability.Epsilon))
	half := make([][]float64, fieldRows)
	err := together(ctx, s.opt.Workers, fieldRows, func(k int) error {
		row, err := spectra.Pseudospectrum(loop.Operator(v), f.re, f.im[fieldRows-1+k:fieldRows+k])
		if err == nil {
			half[k] = row.RawMatrix().Data
		}
		return err
	})
	for k := range 2*fieldRows - 1 {
		distance := k - (fieldRows - 1)
		f.sigma = append(f.sigma, half[max(distance, -distance)]...)
	}
	return f, err
}

// window is a grid that spans the eigenvalues, with room for what perturbations do.
func window(eigenvalues []complex128, epsilon float64) (re, im []float64) {
	left, right, high := math.Inf(1), math.Inf(-1), 0.0
	for _, l := range eigenvalues {
		left, right, high = min(left, real(l)), max(right, real(l)), max(high, imag(l))
	}
	room := 0.15*max(right-left, high) + epsilon
	re = floats.Span(make([]float64, fieldColumns), left-room, max(right, 0)+room)
	im = floats.Span(make([]float64, 2*fieldRows-1), -high-room, high+room)
	return re, im
}

// follow integrates the deviation that grows most until it has decayed.
func follow(m *analysis.LoopOperator, g spectra.Growth, abscissa float64) (course, error) {
	var c course
	y := slices.Clone(g.Direction)
	end := max(3*g.Time, min(3/-abscissa, 40*g.Time))
	times := floats.Span(make([]float64, 301), 0, end)
	_, err := ode.Solve(linear{m}, y, 0, end, ode.Options{RelTol: 1e-6, AbsTol: 1e-9, Observer: ode.AtTimes(times, func(t float64, y []float64) error {
		c.t, c.norm = append(c.t, t), append(c.norm, floats.Norm(y, 2))
		return nil
	})})
	return c, err
}

// linear is y' = M y.
type linear struct{ *analysis.LoopOperator }

// Deriv implements [ode.System].
func (l linear) Deriv(dy []float64, _ float64, y []float64) { l.Apply(dy, y) }
