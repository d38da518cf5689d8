package stability

import (
	"errors"
	"math"

	"credo/analysis"
	"credo/controllers/frequency"
)

// Margins are what the loop of a stable sample bears in all channels at once, at its
// rest state or, without one, at the feedforward point. What nothing bounds is
// infinite; all are undefined where the loop is unstable.
type Margins struct {
	At             string `json:"at"`              // rest or feedforward
	Gain           Number `json:"gain"`            // factor > 1 on the loop that makes it unstable
	GainFrequency  Number `json:"gain_frequency"`  // of the oscillation there, in cycles per unit of time; 0: it drifts
	GainBelow      Number `json:"gain_below"`      // factor < 1 that does
	Phase          Number `json:"phase"`           // degrees of lag or lead
	Delay          Number `json:"delay"`           // of the control signal, beyond what the loop has
	DelayFrequency Number `json:"delay_frequency"` // of the oscillation there
	Sensitivity    Number `json:"sensitivity"`     // largest gain from disturbance to output
}

// newMargins returns the margins at the voltages v. A loop so near the edge that its
// side cannot be told has none.
func newMargins(loop analysis.Loop, delay float64, v []float64, at string) (*Margins, error) {
	open, err := loop.LoopTransfer(v, delay)
	if err != nil {
		return nil, err
	}
	m, err := open.Margins()
	switch {
	case errors.Is(err, frequency.ErrMarginal):
		nan := Number(math.NaN())
		return &Margins{at, nan, nan, nan, nan, nan, nan, nan}, nil
	case err != nil:
		return nil, err
	}
	return &Margins{
		At:   at,
		Gain: Number(m.GainAbove.Value), GainFrequency: cycles(m.GainAbove.Frequency), GainBelow: Number(m.GainBelow.Value),
		Phase: Number(m.Phase.Value * 180 / math.Pi),
		Delay: Number(m.Delay.Value), DelayFrequency: cycles(m.Delay.Frequency),
		Sensitivity: Number(m.Sensitivity.Value),
	}, nil
}

// cycles are radians per unit of time in cycles.
func cycles(omega float64) Number { return Number(omega / (2 * math.Pi)) }
