package timescales

import (
	"encoding/json"
	"math"

	"credo/experiments/schema"
)

// Constants are the time constants of one value of a ratio.
type Constants struct {
	Value        number `json:"value"` // of the ratio, as near to the one asked for as whole updates allow
	TauV         number `json:"tau_v"`
	TauB         number `json:"tau_b"`
	TauU         number `json:"tau_u"`
	TauW         number `json:"tau_w"` // null: inf
	TauQ         number `json:"tau_q"`
	Presentation number `json:"presentation"`
	Updates      int    `json:"updates"`
}

// constants are the scenario's, with the tau_w at which weights move by
// training.lr in a presentation.
func constants(s *schema.Scenario) Constants {
	t := s.Timescales
	return Constants{
		TauV: number(t.TauV), TauB: number(t.TauB), TauU: number(t.TauU), TauW: number(t.Presentation / s.Training.LR),
		TauQ: number(math.Inf(1)), Presentation: number(t.Presentation), Updates: s.Separation.Updates,
	}
}

// withVoltages has the errors' time constant keep its proportion to tau_v.
func (c Constants) withVoltages(s *schema.Scenario, tauV float64) Constants {
	c.TauB *= number(tauV / s.Timescales.TauV)
	c.TauV = number(tauV)
	return c
}

// number is null in JSON where it is not finite.
type number float64

func (x number) finite() bool { return x-x == 0 }

// MarshalJSON implements [json.Marshaler].
func (x number) MarshalJSON() ([]byte, error) {
	if !x.finite() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(x))
}

// UnmarshalJSON implements [json.Unmarshaler]: null is NaN.
func (x *number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*x = number(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(x))
}
