package schema

import "fmt"

// Stability says what credo stability looks at.
type Stability struct {
	Split   string
	Samples int
	Epsilon []float64
	Map     StabilityMap
}

// StabilityMap is a map of where samples are stable; without axes there is none.
type StabilityMap struct {
	X, Y   MapAxis
	Points int
	At     string
}

// MapAxis is a key that varies, or [GainAxis].
type MapAxis struct {
	Key   string
	Range [2]float64
	Scale string
}

// GainAxis is the axis that is no key: a factor on all feedback weights.
const GainAxis = "gain"

// mapAxes are the keys on which the loop depends, by numbers.
var mapAxes = []string{
	"", "controller.k_p", "controller.k_d", "controller.tau_d", "controller.alpha",
	"timescales.tau_v", "timescales.tau_u", "timescales.delay", "method.target_stepsize", GainAxis,
}

// defaultStabilitySamples is 32, or what the split is known to have.
func defaultStabilitySamples(s *Scenario) any {
	const usual = 32
	n := map[string]int{"test": s.Data.Test, "validation": s.Data.Validation, "train": s.Data.Train}[s.Stability.Split]
	if n == All {
		n = usual
	}
	return int64(max(1, min(usual, n)))
}

// Varied returns the scenario with a number at the key of an axis; the error says what
// the key must be.
func (s *Scenario) Varied(key string, value float64) (*Scenario, error) {
	varied := *s
	for _, k := range keys {
		if k.Name == key && !k.kind.read(&varied, value) {
			return nil, fmt.Errorf("%s cannot be %g: it must be %s", key, value, k.Wants())
		}
	}
	return &varied, nil
}

var stabilityRules = []rule{
	{"stability.map.x", []string{"stability.map.y"}, func(s *Scenario) string { return absentAxisFault(s.Stability.Map.X, s.Stability.Map.Y, "y") }},
	{"stability.map.y", []string{"stability.map.x"}, func(s *Scenario) string { return absentAxisFault(s.Stability.Map.Y, s.Stability.Map.X, "x") }},
	{"stability.map.y", []string{"stability.map.x"}, sameAxisFault},
	{"stability.map.x", axisNeighbours, func(s *Scenario) string { return axisFault(s, s.Stability.Map.X) }},
	{"stability.map.y", axisNeighbours, func(s *Scenario) string { return axisFault(s, s.Stability.Map.Y) }},
	{"stability.map.x_range", []string{"stability.map.x", "stability.map.x_scale"}, func(s *Scenario) string { return rangeFault(s, s.Stability.Map.X) }},
	{"stability.map.y_range", []string{"stability.map.y", "stability.map.y_scale"}, func(s *Scenario) string { return rangeFault(s, s.Stability.Map.Y) }},
}

func absentAxisFault(own, other MapAxis, name string) string {
	if own.Key == "" && other.Key != "" {
		return fmt.Sprintf("is required beside stability.map.%s: a map has two axes", name)
	}
	return ""
}

func sameAxisFault(s *Scenario) string {
	if m := s.Stability.Map; m.X.Key != "" && m.X.Key == m.Y.Key {
		return "must differ from stability.map.x"
	}
	return ""
}

// axisNeighbours are the keys that an axis must fit.
var axisNeighbours = []string{"controller.kind", "stability.map.x_range", "stability.map.y_range"}

// axisFault tells of a key that the controller there is does not have.
func axisFault(s *Scenario, a MapAxis) string {
	fault, ok := map[string]func(*Scenario) string{
		"controller.k_p": proportionalFault, "controller.k_d": derivativeFault, "controller.alpha": leakFault,
		"controller.tau_d": func(s *Scenario) string {
			if s.Controller.Kind != "pid" {
				return fmt.Sprintf("kind %q has no derivative to filter", s.Controller.Kind)
			}
			return ""
		},
	}[a.Key]
	varied, err := s.Varied(a.Key, a.Range[1])
	if !ok || err != nil { // then the range is to blame
		return ""
	}
	if message := fault(varied); message != "" {
		return fmt.Sprintf("cannot be %s: %s", a.Key, message)
	}
	return ""
}

func rangeFault(s *Scenario, a MapAxis) string {
	if a.Key == "" {
		return ""
	}
	if a.Scale == "log" && a.Range[0] <= 0 {
		return fmt.Sprintf("begins at %g, but must be positive on a \"log\" scale", a.Range[0])
	}
	for _, end := range a.Range {
		if _, err := s.Varied(a.Key, end); err != nil {
			return err.Error()
		}
	}
	return ""
}
