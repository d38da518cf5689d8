package stability

import (
	"encoding/json"
	"errors"
	"math"
	"math/cmplx"

	"credo/analysis"
	"credo/controllers/frequency"
)

// Number is a number that JSON may not know: null where it is infinite or undefined.
type Number float64

// MarshalJSON implements [json.Marshaler].
func (n Number) MarshalJSON() ([]byte, error) {
	if x := float64(n); x-x == 0 {
		return json.Marshal(x)
	}
	return []byte("null"), nil
}

// Sample is what was found of one sample.
type Sample struct {
	Index       int    `json:"index"` // in its split, from 0
	Feedforward *Point `json:"feedforward"`
	Rest        *Point `json:"rest"` // nil: no rest state was found

	Margins *Margins `json:"margins"`
}

// Stable tells whether the sample has a rest state that is stable.
func (s Sample) Stable() bool { return s.Rest != nil && s.Rest.Stable }

// newSample takes the loop of a sample, whose control signal is late by delay, apart at
// both its states.
func newSample(loop analysis.Loop, delay float64, index int, at states) (*Sample, error) {
	s := &Sample{Index: index}
	var err error
	if s.Feedforward, err = newPoint(loop, delay, at.feedforward); err != nil {
		return nil, err
	}
	if at.rest != nil {
		if s.Rest, err = newPoint(loop, delay, at.rest); err != nil {
			return nil, err
		}
	}
	s.Margins, err = newMargins(loop, delay, at.nearest(), s.judgedAt())
	return s, err
}

// Point is the loop of a sample linearised at one of its states; rates and
// frequencies are per unit of time.
type Point struct {
	Stable            bool         `json:"stable"`             // it decays, with the delay if there is one
	Abscissa          float64      `json:"abscissa"`           // largest Re of an eigenvalue
	NumericalAbscissa float64      `json:"numerical_abscissa"` // fastest growth of |y| there is
	Condition3        float64      `json:"condition3"`         // min Re eig(JQ) + 1/g: the condition holds where it is > 0
	Mode              Mode         `json:"mode"`
	Eigenvalues       [][2]float64 `json:"eigenvalues"` // of the reduced loop, the rightmost first: Re, Im
}

// Mode is the eigenvector of the rightmost eigenvalue: who moves, and how.
type Mode struct {
	Frequency  float64  `json:"frequency"`  // |Im|/2 pi: cycles per unit of time
	Damping    Number   `json:"damping"`    // -Re/|.|: 1 without oscillation, 0 at the edge, < 0 beyond
	Layers     []Number `json:"layers"`     // shares of its energy in the voltages of the layers
	Controller Number   `json:"controller"` // in the controller's states
	Path       []Number `json:"path,omitempty"`
}

// newPoint takes the loop apart at the voltages v.
func newPoint(loop analysis.Loop, delay float64, v []float64) (*Point, error) {
	d, err := loop.Diagnose(v, analysis.Questions{})
	if err != nil {
		return nil, err
	}
	p := &Point{Stable: d.Abscissa < 0, Abscissa: d.Abscissa, NumericalAbscissa: d.NumericalAbscissa, Mode: Mode{
		Frequency: d.Mode.Frequency, Damping: Number(d.Mode.Damping),
		Layers: numbers(d.Mode.Layers), Controller: Number(d.Mode.Controller), Path: numbers(d.Mode.Path),
	}}
	for _, l := range d.Eigenvalues {
		p.Eigenvalues = append(p.Eigenvalues, [2]float64{real(l), imag(l)})
	}
	if delay > 0 {
		if err := p.setDelayed(loop, delay, v); err != nil {
			return nil, err
		}
	}
	p.Condition3, err = loop.Taps(v).ControlMargin(loop.Controller)
	return p, err
}

// setDelayed sets what a delay changes: its loop has infinitely many eigenvalues, of
// which the rightmost is found, and whether it is stable is counted by the argument
// principle. At the very edge it is not.
func (p *Point) setDelayed(loop analysis.Loop, delay float64, v []float64) error {
	open, err := loop.LoopTransfer(v, delay)
	if err != nil {
		return err
	}
	poles, err := open.UnstablePoles()
	if err != nil && !errors.Is(err, frequency.ErrMarginal) {
		return err
	}
	p.Stable = err == nil && poles == 0
	rightmost, err := loop.Taps(v).Rightmost(loop.Controller, loop.TauV, delay)
	if err != nil {
		return err
	}
	p.Abscissa, p.Mode.Frequency = real(rightmost), math.Abs(imag(rightmost))/(2*math.Pi)
	p.Mode.Damping = Number(-real(rightmost) / cmplx.Abs(rightmost))
	return nil
}

func numbers(x []float64) []Number {
	var n []Number
	for _, v := range x {
		n = append(n, Number(v))
	}
	return n
}
