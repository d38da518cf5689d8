package experiments

import (
	"errors"
	"fmt"
	"math"

	"credo/analysis"
	"credo/experiments/dataset"
	"credo/experiments/schema"
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// streamTrainer takes a recurrent network along parallel streams and moves its
// weights at the end of every window. Streams are cut into tiles, whose updates
// are added in order, so that the number of workers changes no bit.
type streamTrainer struct {
	scenario  *Scenario
	streams   dataset.DelayedXOR
	w         *models.RecurrentWeights
	optimizer models.Optimizer
	workers   int

	tiles []*streamTile
	dw    *models.RecurrentWeights // the window's, reduced
}

// streamTile is the memory of a tile of streams; its window's state is that of
// the streams.
type streamTile struct {
	rule    *models.Recurrent
	window  *models.Window
	dw      *models.RecurrentWeights
	outcome models.Outcome
}

func newStreamTrainer(s *Scenario, net *models.Network, workers int) (*streamTrainer, error) {
	st := &streamTrainer{
		scenario: s, streams: dataset.NewDelayedXOR(s.Seed),
		w: models.NewRecurrentWeights(net), dw: models.NewRecurrentWeights(net),
		workers: workers,
	}
	for first := 0; first < s.Data.Batch; first += models.TileRows {
		t := &streamTile{window: models.NewWindow(net, s.Training.Truncation), dw: models.NewRecurrentWeights(net)}
		t.window.N, t.window.First = min(models.TileRows, s.Data.Batch-first), uint64(first)
		var err error
		if t.rule, err = models.NewRecurrent(net, recurrentSettings(s)); err != nil {
			return nil, err
		}
		st.tiles = append(st.tiles, t)
	}
	var err error
	if st.optimizer, err = newOptimizer(s.Training, len(st.w.Plastic())); err != nil {
		return nil, err
	}
	return st, st.initialize()
}

func recurrentSettings(s *Scenario) models.RecurrentSettings {
	m := s.Method
	return models.RecurrentSettings{Rule: m.Rule, Steps: s.Training.Truncation, Perturbation: models.Perturbation{
		C: m.Noise, Probability: m.NoiseProbability, SameIndex: m.NoiseIndex == "same", Seed: s.Seed,
	}}
}

// initialize draws the weights, or takes the user's own.
func (st *streamTrainer) initialize() error {
	s := st.scenario
	if err := st.w.Init(s.Seed, s.Network.Init, s.Network.InitScale...); err != nil {
		return err
	}
	st.w.InitBiases(s.Seed, s.Network.BiasScale...)
	given, err := ownWeights(s, st.weights())
	if err != nil {
		return err
	}
	if err := take(s, given, st.w.Arrays()); err != nil || !s.HasFeedback() {
		return err
	}
	if err := st.initializeFeedback(); err != nil {
		return schema.Problems{s.Problem("feedback.init", err.Error(), "")}
	}
	return take(s, given, []models.Array{st.w.Feedback()})
}

func (st *streamTrainer) initializeFeedback() error {
	s := st.scenario
	if s.Feedback.Init == "random" {
		return st.w.RandomFeedback(s.Seed, s.Feedback.Distribution, s.Feedback.InitScale)
	}
	return st.w.InitFeedback(s.Feedback.Init)
}

// weights returns the network's weights by name.
func (st *streamTrainer) weights() []models.Array {
	arrays := st.w.Arrays()
	if st.scenario.HasFeedback() {
		arrays = append(arrays[:len(arrays):len(arrays)], st.w.Feedback())
	}
	return arrays
}

// saved returns the arrays that a checkpoint holds, by name.
func (st *streamTrainer) saved() []models.Array {
	arrays := st.weights()
	for _, a := range st.optimizer.State() {
		a.Name = "optimizer " + a.Name
		arrays = append(arrays, a)
	}
	for k, t := range st.tiles {
		state := t.window.State
		arrays = append(arrays, models.Array{Name: fmt.Sprintf("streams %d", k), Shape: []int{state.Rows, state.Cols}, Data: state.Data})
	}
	return arrays
}

// windows returns the number of windows in an epoch.
func (st *streamTrainer) windows() int {
	return st.scenario.Data.Train / st.scenario.Training.Truncation
}

// load sets a tile to the steps of its streams from start on.
func (st *streamTrainer) load(t *streamTile, start uint64) {
	t.window.Start = start
	for step := range t.window.Input {
		for b := range t.window.N {
			x, y := rowOf(t.window.Input[step], b), rowOf(t.window.Target[step], b)
			st.streams.Step(x, y, t.window.First+uint64(b), start+uint64(step))
		}
	}
}

func rowOf(g blas64.General, k int) []float64 { return g.Data[k*g.Stride : k*g.Stride+g.Cols] }

// present takes the network through the window that begins at start and moves
// the weights with learning rate eta.
func (st *streamTrainer) present(start uint64, eta float64) (models.Outcome, error) {
	each(st.workers, len(st.tiles), func(k int) {
		t := st.tiles[k]
		st.load(t, start)
		t.dw.Zero()
		t.outcome = t.rule.Present(t.dw, st.w, t.window)
	})
	st.dw.Zero()
	var outcome models.Outcome
	for _, t := range st.tiles {
		floats.Add(st.dw.Plastic(), t.dw.Plastic())
		floats.Add(st.dw.B.Data, t.dw.B.Data)
		outcome.Add(t.outcome)
	}
	if err := st.check(outcome); err != nil {
		return outcome, err
	}
	if st.scenario.Training.Reduce == "mean" {
		floats.Scale(1/float64(st.scenario.Data.Batch), st.dw.Plastic())
		floats.Scale(1/float64(st.scenario.Data.Batch), st.dw.B.Data)
	}
	st.learn(eta)
	return outcome, nil
}

// check refuses what is not finite.
func (st *streamTrainer) check(outcome models.Outcome) error {
	switch {
	case !finite(outcome.Loss):
		return fmt.Errorf("the loss is %g: %s", outcome.Loss, outOfRange)
	case !finite(floats.Sum(st.dw.B.Data)):
		return errors.New("the update of the feedback weights is not finite; a smaller feedback.lr, or feedback.clip, may help")
	case !finite(floats.Sum(st.dw.Plastic())):
		return errors.New("the update is not finite; a smaller training.lr may help")
	}
	return nil
}

// learn moves the weights, and B along its own drift.
func (st *streamTrainer) learn(eta float64) {
	t, f := st.scenario.Training, st.scenario.Feedback
	for _, a := range st.dw.Arrays() {
		clip(a.Data, t.Clip)
	}
	clip(st.dw.B.Data, f.Clip)
	if t.WeightDecay > 0 {
		floats.AddScaled(st.dw.Plastic(), -t.WeightDecay, st.w.Plastic())
	}
	st.optimizer.Step(st.w.Plastic(), st.dw.Plastic(), eta)
	floats.AddScaled(st.w.B.Data, f.LR, st.dw.B.Data)
}

// clip scales x to the norm most, if it is longer; 0: no limit.
func clip(x []float64, most float64) {
	if norm := floats.Norm(x, 2); most > 0 && norm > most {
		floats.Scale(most/norm, x)
	}
}

// alignment returns the mean angle, in degrees, between what travels back in
// time and what would by backpropagation, over the streams and steps of the
// window that begins at start, and |B - W^T|/|W| in the Frobenius norm. The
// network is left as it is; NaN where there is no error to compare.
func (st *streamTrainer) alignment(start uint64) (angle, distance float64) {
	sum, n := 0.0, 0
	for _, t := range st.tiles {
		st.load(t, start)
		t.rule.Run(st.w, t.window)
		t.rule.Hints(st.w, t.window, func(fed, exact []float64) {
			if a := analysis.Angle(fed, exact); !math.IsNaN(a) {
				sum, n = sum+a, n+1
			}
		})
	}
	for i := range st.w.B.Rows {
		for j, b := range rowOf(st.w.B, i) {
			d := b - st.w.W.Data[j*st.w.W.Stride+i]
			distance += d * d
		}
	}
	return sum / float64(n), math.Sqrt(distance) / floats.Norm(st.w.W.Data, 2)
}
