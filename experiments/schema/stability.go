package schema

// Stability says what credo stability looks at.
type Stability struct {
	Split   string
	Samples int
	Epsilon []float64
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
