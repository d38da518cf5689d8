package experiments

import (
	"credo/analysis"
	"credo/experiments/dataset"
	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// feedbackTheory measures what [record] theory names of feedback weights and of
// what comes of them, at the weights that an epoch begins with.
type feedbackTheory struct {
	net     *models.Network
	errors  *analysis.ErrorAngles // nil: the rule has none
	batches []*models.Batch       // the first of the test samples
}

// mostCompared is how many test samples the errors are compared of.
const mostCompared = 1024

func newFeedbackTheory(s *Scenario, net *models.Network, test *dataset.Set) (*feedbackTheory, error) {
	f := &feedbackTheory{net: net}
	set, err := settings(s)
	if err != nil {
		return nil, err
	}
	set.Level = "steady"
	if s.HasFeedback() && s.Method.Rule != "dfc" {
		rule, err := models.NewPresenter(net, set)
		if err != nil {
			return nil, err
		}
		f.errors = analysis.NewErrorAngles(net, rule)
	}
	for first := 0; first < min(test.Len(), mostCompared); first += models.TileRows {
		batch, index := models.NewBatch(net), []int(nil)
		for k := first; k < min(first+models.TileRows, test.Len(), mostCompared); k++ {
			index = append(index, k)
		}
		load(batch, test, index)
		f.batches = append(f.batches, batch)
	}
	return f, nil
}

// measure returns the values of the measures that it knows, by name.
func (f *feedbackTheory) measure(w *models.Weights, names []string) (map[string][]float64, error) {
	values := map[string][]float64{}
	compared := false
	for _, name := range names {
		switch name {
		case "delta-angle", "pseudoinverse-delta-angle":
			if !compared {
				if err := f.errors.Measure(w, f.batches...); err != nil {
					return nil, err
				}
				compared = true
			}
			values[name] = f.errors.Backprop()
			if name == "pseudoinverse-delta-angle" {
				values[name] = f.errors.Pseudoinverse()
			}
		case "weight-angle":
			values[name] = analysis.WeightAngles(f.net, w)
		case "pseudoinverse-weight-angle":
			values[name] = analysis.PseudoinverseAngles(f.net, w)
		case "unit-angle":
			values[name] = analysis.UnitAngles(f.net, w)
		case "nse":
			values[name] = []float64{f.squaredError(w)}
		}
	}
	return values, nil
}

// squaredError returns the normalised squared error of Lillicrap et al. (2016),
// Methods: sum |y* - y|^2 over sum |y* - mean y*|^2.
func (f *feedbackTheory) squaredError(w *models.Weights) float64 {
	forward, samples := models.NewFeedforward(f.net), 0
	total, squares, missed := make([]float64, f.net.Outputs()), 0.0, 0.0
	for _, batch := range f.batches {
		forward.Run(w, batch)
		for b := range batch.N {
			target := batch.Target.Data[b*batch.Target.Stride:][:batch.Target.Cols]
			floats.Add(total, target)
			squares += floats.Dot(target, target)
			apart := floats.Distance(target, forward.Output(b), 2)
			missed += apart * apart
		}
		samples += batch.N
	}
	return missed / (squares - floats.Dot(total, total)/float64(samples))
}
