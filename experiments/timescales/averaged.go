package timescales

import (
	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// averagedFlow is the flow of feedback weights by the mean of their rule over the
// noise, while forward weights hold still:
//
//	tau_q dQ_i/dt = E[-v_fb,i u_hp^T] - beta Q_i      mean over samples
//
// with the expectation in closed form, [models.SinglePhaseAverage].
type averagedFlow struct {
	average *models.SinglePhaseAverage
	drift   *models.FeedbackDrift
	set     models.SinglePhaseSettings
	solver  ode.Options

	w       *models.Weights
	batches []*models.Batch
	taken   int
	err     error
}

func newAveraged(net *models.Network, set models.SinglePhaseSettings, solver ode.Options) (*averagedFlow, error) {
	awake := set
	awake.Presentation = 0 // all the time that rest takes
	average, err := models.NewSinglePhaseAverage(net, awake)
	return &averagedFlow{average: average, drift: models.NewFeedbackDrift(net), set: set, solver: solver, w: models.NewWeights(net)}, err
}

// Present lets w's feedback weights flow for the length of a presentation.
func (a *averagedFlow) Present(w *models.Weights, batches []*models.Batch) (models.Outcome, error) {
	a.w.Copy(w)
	a.batches, a.taken, a.err = batches, 0, nil
	q := feedbackOf(w)
	_, err := ode.Solve(a, q, 0, a.set.Presentation, ode.Options{Method: a.solver.Method, RelTol: a.solver.RelTol, AbsTol: a.solver.AbsTol})
	outcome := models.Outcome{Evaluations: a.taken}
	for _, b := range batches {
		outcome.Samples += b.N
	}
	if a.err != nil {
		return outcome, a.err
	}
	if err == nil {
		setFeedback(w, q)
	}
	return outcome, err
}

// Dim returns the number of feedback weights.
func (a *averagedFlow) Dim() int { return len(feedbackOf(a.w)) }

// Deriv evaluates the averaged rule; without a sample it holds still.
func (a *averagedFlow) Deriv(dy []float64, _ float64, y []float64) {
	setFeedback(a.w, y)
	a.drift.Clear()
	clear(dy)
	for _, b := range a.batches {
		if a.err == nil && a.set.Stop != nil {
			a.err = a.set.Stop()
		}
		if a.err == nil {
			a.err = a.average.Add(a.drift, a.w, b)
		}
		a.taken += b.N
	}
	if a.err != nil || a.drift.Samples == 0 {
		return
	}
	share := 1 / (a.set.TauQ * float64(a.drift.Samples))
	for i, noise := range a.drift.Noise {
		d := blas64.General{Rows: noise.Rows, Cols: noise.Cols, Stride: noise.Cols, Data: dy[:noise.Rows*noise.Cols]}
		dy = dy[noise.Rows*noise.Cols:]
		if a.set.FreezeOutput && i == len(a.drift.Noise)-1 {
			continue
		}
		copy(d.Data, noise.Data)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, a.w.Q[i], a.drift.Control, 1, d)
		for k, q := range a.w.Q[i].Data {
			d.Data[k] = share * (d.Data[k] - a.set.Beta*float64(a.drift.Samples)*q)
		}
	}
}

// feedbackOf returns the feedback weights of all layers as one slice.
func feedbackOf(w *models.Weights) []float64 {
	var all []float64
	for _, q := range w.Q {
		all = append(all, q.Data...)
	}
	return all
}

func setFeedback(w *models.Weights, all []float64) {
	for _, q := range w.Q {
		all = all[copy(q.Data, all):]
	}
}
