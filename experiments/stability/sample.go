package stability

import (
	"encoding/json"
	"math"

	"credo/analysis"
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
func (s Sample) Stable() bool { return s.Rest != nil && s.Rest.Stable() }

// newSample takes the loop of a sample apart at both its states.
func newSample(loop analysis.Loop, index int, at states) (*Sample, error) {
	s := &Sample{Index: index}
	var err error
	if s.Feedforward, err = newPoint(loop, at.feedforward); err != nil {
		return nil, err
	}
	if at.rest == nil {
		s.Margins, err = newMargins(loop, at.feedforward, "feedforward")
		return s, err
	}
	if s.Rest, err = newPoint(loop, at.rest); err != nil {
		return nil, err
	}
	s.Margins, err = newMargins(loop, at.rest, "rest")
	return s, err
}

// Point is the loop of a sample linearised at one of its states; rates and
// frequencies are per unit of time.
type Point struct {
	Abscissa    float64      `json:"abscissa"`   // largest Re of an eigenvalue
	Condition3  float64      `json:"condition3"` // min Re eig(JQ) + 1/g: the condition holds where it is > 0
	Frequency   float64      `json:"frequency"`  // |Im|/2 pi of the eigenvalue at the abscissa
	Damping     Number       `json:"damping"`    // its -Re/|.|: 1 without oscillation, 0 at the edge, < 0 beyond
	Eigenvalues [][2]float64 `json:"eigenvalues"`
}

// Stable tells whether the linearised loop decays.
func (p Point) Stable() bool { return p.Abscissa < 0 }

// newPoint takes the loop apart at the voltages v.
func newPoint(loop analysis.Loop, v []float64) (*Point, error) {
	eigenvalues, err := analysis.Eigenvalues(loop.Reduced(v))
	if err != nil {
		return nil, err
	}
	p := &Point{Abscissa: math.Inf(-1)}
	for _, l := range withUnseen(loop, eigenvalues) {
		p.Eigenvalues = append(p.Eigenvalues, [2]float64{real(l), imag(l)})
		if real(l) > p.Abscissa {
			p.Abscissa, p.Frequency = real(l), math.Abs(imag(l))/(2*math.Pi)
			p.Damping = Number(-real(l) / math.Hypot(real(l), imag(l)))
		}
	}
	p.Condition3, err = loop.Taps(v).ControlMargin(loop.Controller)
	return p, err
}

// withUnseen joins -1/tau_v to the eigenvalues of the reduced loop: the rate of
// whatever in the voltages does not reach the output.
func withUnseen(loop analysis.Loop, eigenvalues []complex128) []complex128 {
	for _, n := range loop.Net.Sizes[1:] {
		if n > loop.Net.Outputs() {
			return append(eigenvalues, complex(-1/loop.TauV, 0))
		}
	}
	return eigenvalues
}
