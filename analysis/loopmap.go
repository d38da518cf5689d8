package analysis

import (
	"errors"
	"math"
	"sync"

	"credo/analysis/stabilitymap"
	"credo/controllers"
	"credo/models"
)

// LoopSetting is the feedback loop at a point of a map: all that an axis may move.
type LoopSetting struct {
	Net            *models.Network // of any depth and width, but of the samples' inputs and outputs
	Weights        *models.Weights
	Controller     controllers.Controller
	TauV           float64
	FeedbackGain   float64 // factor of every Q_i
	Delay          float64 // of the control signal on its way to the neurons
	TargetStepsize float64 // lambda; of rest states alone
}

// LoopMap is the [stabilitymap.Subject] whose samples are those of Batches, each
// closed by the loop of Setting: over which parameters, Setting alone knows.
//
// What a point does not change is not computed again. Network and weights are told
// by their pointers: taps belong to them, and at rest to TargetStepsize and the gain
// of the loop too; the taps' loci ([TapLoci]) belong to the taps, and where the
// feedback path lags to TauV. The rest (controller, TauV, FeedbackGain, Delay) costs a
// walk along the loci. So make the weights of every value of an axis once, and return the
// same pointers for it.
type LoopMap struct {
	Batches []*models.Batch
	Rest    bool // at the controlled rest state, not at the feedforward one

	// Setting is called once a point, from any goroutine.
	Setting func(stabilitymap.Point) (LoopSetting, error)

	points sync.Map // by grid point: func() (*loopPoint, error)
}

// loopPoint is what a point's setting is for all samples.
type loopPoint struct {
	LoopSetting
	closing *Closing
	inverse float64 // 1/(FeedbackGain g)
}

// loopSample is a sample as the loop sees it.
type loopSample struct {
	input, target []float64
	lossWeight    float64
}

// ErrNonlinearFeedback reports rest states asked for where feedback is not linear in u.
var ErrNonlinearFeedback = errors.New("analysis: a map at rest needs feedback that is linear in the control signal: feedback neurons are tanh")

// Samples implements [stabilitymap.Subject].
func (m *LoopMap) Samples() int {
	n := 0
	for _, b := range m.Batches {
		n += b.N
	}
	return n
}

// Judge implements [stabilitymap.Subject]. Where a loop has several rest states, it is
// that of the branch that begins at the feedforward state as lambda grows from 0, as
// long as there is one.
func (m *LoopMap) Judge(sample int) (stabilitymap.Judge, error) {
	for _, b := range m.Batches {
		if sample < b.N {
			s := loopSample{row(b.Input, sample), row(b.Target, sample), b.LossWeight}
			return &loopJudge{loops: m, sample: s, networks: map[loopNetwork]*networkAt{}}, nil
		}
		sample -= b.N
	}
	panic("analysis: LoopMap.Judge: no such sample")
}

// point returns the setting of a point, asked for once.
func (m *LoopMap) point(p stabilitymap.Point) (*loopPoint, error) {
	once, _ := m.points.LoadOrStore([2]int{p.I, p.J}, sync.OnceValues(func() (*loopPoint, error) {
		s, err := m.Setting(p)
		if err != nil {
			return nil, err
		}
		if m.Rest && !s.Net.Feedback.Linear() {
			return nil, ErrNonlinearFeedback
		}
		closing, err := NewClosing(s.Controller, s.TauV, s.FeedbackGain, s.Delay)
		if err != nil {
			return nil, err
		}
		inverse := math.Inf(1)
		if s.FeedbackGain != 0 {
			inverse = s.Controller.InverseDCGain() / s.FeedbackGain
		}
		return &loopPoint{s, closing, inverse}, nil
	}))
	return once.(func() (*loopPoint, error))()
}

// loopNetwork names what taps belong to.
type loopNetwork struct {
	net *models.Network
	w   *models.Weights
}

// networkAt is one network as one sample sees it, where it was last looked at.
type networkAt struct {
	path            *restPath
	inverse, lambda float64 // of the rest state; Inf at the feedforward state
	taps            Taps    // none where there is no rest state
	loci            *TapLoci
	tauV            float64 // of loci, where it matters
}

// loopJudge judges one sample.
type loopJudge struct {
	loops    *LoopMap
	sample   loopSample
	networks map[loopNetwork]*networkAt
}

// Stable implements [stabilitymap.Judge]: a loop without a rest state is not stable,
// nor is one whose stability cannot be told.
func (j *loopJudge) Stable(p stabilitymap.Point) (bool, error) {
	point, loci, err := j.look(p)
	if err != nil || loci == nil {
		return false, err
	}
	return loci.Stable(point.closing), nil
}

// Abscissa implements [stabilitymap.Judge].
func (j *loopJudge) Abscissa(p stabilitymap.Point) (float64, error) {
	point, loci, err := j.look(p)
	if err != nil {
		return 0, err
	}
	if loci == nil {
		return math.Inf(1), nil
	}
	return loci.Abscissa(point.closing)
}

// look returns the setting of a point and the loci there; none without a rest state.
func (j *loopJudge) look(p stabilitymap.Point) (*loopPoint, *TapLoci, error) {
	point, err := j.loops.point(p)
	if err != nil {
		return nil, nil, err
	}
	key := loopNetwork{point.Net, point.Weights}
	at := j.networks[key]
	if at == nil {
		path := newRestPath(point.Net, point.Weights, j.sample)
		at = &networkAt{path: path, inverse: math.Inf(1), taps: path.forward}
		j.networks[key] = at
	}
	if j.loops.Rest {
		at.settle(point)
	}
	if at.taps == nil {
		return point, nil, nil
	}
	err = at.renew(point)
	return point, at.loci, err
}

// settle moves to the rest state of a point, if that is another.
func (at *networkAt) settle(p *loopPoint) {
	atForward := math.IsInf(p.inverse, 0) // feedback weights of 0
	if at.inverse == p.inverse && (atForward || at.lambda == p.TargetStepsize) {
		return
	}
	at.inverse, at.lambda, at.loci = p.inverse, p.TargetStepsize, nil
	if at.taps = at.path.forward; !atForward {
		at.taps = at.path.find(p.inverse, p.TargetStepsize)
	}
}

// renew makes the loci of the taps, unless they are there.
func (at *networkAt) renew(p *loopPoint) error {
	l := lagOf(p.Net)
	if at.loci != nil && (l.tau == 0 || at.tauV == p.TauV) {
		return nil
	}
	var err error
	at.loci, err = newTapLoci(at.taps, l, p.TauV)
	at.tauV = p.TauV
	return err
}
