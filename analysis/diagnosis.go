package analysis

import (
	"math"

	"credo/analysis/spectra"
)

// Questions says how much [Loop.Diagnose] computes beside the spectrum, the dominant
// mode and the numerical abscissa, which are cheap.
type Questions struct {
	Epsilons []float64 // of pseudospectral abscissas
	Kreiss   bool
	Growth   bool
}

// Diagnosis is how stable a closed loop is at one state: what its eigenvalues say,
// and what they do not, since the loop is not normal. Norms are Euclidean in the
// coordinates of [Loop.Matrix], rates are per unit of time.
type Diagnosis struct {
	// Eigenvalues are all of the reduced loop, the rightmost first: with -1/tau_v (and
	// -1/tau_path) those of the full one. Where the output is wide they are the few
	// rightmost of the full loop, by Krylov-Schur, and Reduced is false.
	Eigenvalues []complex128
	Reduced     bool

	// Abscissa is the largest real part, leaks of the full loop included.
	Abscissa float64

	Mode Mode // that of the rightmost of Eigenvalues

	// NumericalAbscissa is the fastest growth d|y|/dt / |y| there is: positive where
	// some deviations grow at first, however stable the loop.
	NumericalAbscissa float64

	Pseudo []spectra.PseudoAbscissa // one for each of Questions.Epsilons
	Kreiss spectra.Kreiss           // if asked for
	Growth spectra.Growth           // if asked for
}

// Diagnose returns the diagnosis of the loop linearised at the voltages v, which
// feedback neurons may follow as in [Loop.Matrix]. An error is a search that did not
// converge, or a state that is not finite.
func (l Loop) Diagnose(v []float64, ask Questions) (*Diagnosis, error) {
	op := l.Operator(v)
	d := new(Diagnosis)
	if err := d.spectrum(op, v); err != nil {
		return nil, err
	}
	h, err := spectra.NewHalfPlane(op, d.Abscissa)
	if err != nil {
		return nil, err
	}
	d.NumericalAbscissa = h.Omega
	return d, d.answer(h, ask)
}

// answer sets what the eigenvalues do not say.
func (d *Diagnosis) answer(h *spectra.HalfPlane, ask Questions) error {
	for _, epsilon := range ask.Epsilons {
		p, err := h.PseudoAbscissa(epsilon)
		if err != nil {
			return err
		}
		d.Pseudo = append(d.Pseudo, p)
	}
	var err error
	if ask.Kreiss {
		d.Kreiss, err = h.Kreiss()
	}
	if err == nil && ask.Growth {
		d.Growth, err = h.MaxGrowth()
	}
	return err
}

// largestReduced is the number of rows up to which the reduced loop is solved densely:
// 500 take a second.
const largestReduced = 500

// spectrum sets what follows from the eigenvalues at the state v.
func (d *Diagnosis) spectrum(op *LoopOperator, v []float64) error {
	l := op.loop
	rows := l.Net.Outputs() * (l.Net.Depth() + l.Controller.States() + lagOf(l.Net).longest())
	if rows > largestReduced {
		return d.rightmost(op)
	}
	pairs, err := spectra.Eigenpairs(l.Reduced(v))
	if err != nil {
		return err
	}
	d.Eigenvalues, d.Reduced = pairs.Values, true
	d.Abscissa = max(pairs.Abscissa(), op.hiddenAbscissa())
	d.Mode = op.Mode(pairs.Values[0], pairs.Vectors[0])
	return nil
}

// rightmost is spectrum without a reduction.
func (d *Diagnosis) rightmost(op *LoopOperator) error {
	pairs, err := spectra.Rightmost(op, 8, spectra.Krylov{Basis: 60})
	if err != nil {
		return err
	}
	d.Eigenvalues, d.Abscissa = pairs.Values, pairs.Abscissa()
	d.Mode = op.mode(pairs.Values[0], pairs.Vectors[0])
	return nil
}

// hiddenAbscissa is the largest of the leaks that are eigenvalues of the full loop
// alone: -1/tau_v where a layer has more neurons than J_i has rows, -1/tau_path
// where a feedback layer has.
func (m *LoopOperator) hiddenAbscissa() float64 {
	abscissa := math.Inf(-1)
	for _, layer := range m.layers {
		if layer.end-layer.at > len(m.u) {
			abscissa = -1 / m.loop.TauV
		}
	}
	for _, f := range m.path {
		if f.end-f.at > len(m.u) {
			abscissa = max(abscissa, -1/m.loop.Net.Feedback.Tau)
		}
	}
	return abscissa
}
