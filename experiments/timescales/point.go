package timescales

import (
	"context"
	"math"
	"slices"
	"time"

	"credo/analysis"
	"credo/experiments"
	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// Point is one value of a ratio: what every level came to, and how far apart the
// pairs ended.
type Point struct {
	Constants
	Levels    map[string]*Level `json:"levels"`
	Distances []Distance        `json:"distances"` // in the order of the study's pairs

	// Integration is by level how far the weights end from where they end at a
	// tenth of the tolerance, of how far they moved; nil unless it was looked at.
	Integration map[string]number `json:"integration,omitempty"`
}

// Level is what one level came to and cost.
type Level struct {
	Moved       number  `json:"moved"` // |W(end) - W(0)|
	Loss        number  `json:"loss"`  // at the end, mean over samples
	Evaluations int     `json:"evaluations"`
	Seconds     float64 `json:"seconds"`
	Unstable    int     `json:"unstable_samples"`
	Error       string  `json:"error,omitempty"` // why it did not come to its end
}

// Distance is between where a system and its limit ended: of the weights relative
// to how far the limit moved them, |W - W_0|; of the loss relative to how far it
// moved that; and the angle between the two W - W_0, in degrees.
type Distance struct {
	Weights   number `json:"weights"`
	Loss      number `json:"loss"`
	Alignment number `json:"alignment"`
}

// mostJudged bounds the samples over which the loss is taken.
const mostJudged = 1024

// learner computes points of one ratio.
type learner struct {
	ratio ratio
	pairs []pair
	start *experiments.Start
}

// levels are those of the pairs, each once.
func (l learner) levels() []string {
	var names []string
	for _, p := range l.pairs {
		for _, name := range []string{p.Full, p.Limit} {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// stochastic says whether the levels are integrated in fixed steps, with noise that
// belongs to the step: at another there would be another path.
func (l learner) stochastic() bool { return l.pairs[0].Full == merged }

// end is where a level ended.
type end struct {
	weights []float64 // of the kind that is compared
	Level
}

// run computes a point; checked, at two tolerances.
func (l learner) run(ctx context.Context, c Constants, checked bool) (*Point, error) {
	p := &Point{Constants: c, Levels: map[string]*Level{}}
	ends := map[string]*end{}
	for _, name := range l.levels() {
		e, err := l.follow(ctx, name, c, 1)
		if err != nil {
			return nil, err
		}
		ends[name], p.Levels[name] = e, &e.Level
		if !checked || l.stochastic() || e.Error != "" {
			continue
		}
		tight, err := l.follow(ctx, name, c, 10)
		if err != nil {
			return nil, err
		}
		if p.Integration == nil {
			p.Integration = map[string]number{}
		}
		p.Integration[name] = number(floats.Distance(e.weights, tight.weights, 2)) / tight.Moved
	}
	before, first := number(l.loss(l.start.Weights)), l.compared(l.start.Weights)
	for _, pair := range l.pairs {
		p.Distances = append(p.Distances, apart(ends[pair.Full], ends[pair.Limit], first, before))
	}
	return p, nil
}

// apart measures the distance between two ends of what began at first.
func apart(full, limit *end, first []float64, before number) Distance {
	if full.Error != "" || limit.Error != "" {
		nan := number(math.NaN())
		return Distance{nan, nan, nan}
	}
	moved, ideal := slices.Clone(full.weights), slices.Clone(limit.weights)
	floats.Sub(moved, first)
	floats.Sub(ideal, first)
	return Distance{
		Weights:   number(floats.Distance(moved, ideal, 2)) / limit.Moved,
		Loss:      number(math.Abs(float64((full.Loss - limit.Loss) / (limit.Loss - before)))),
		Alignment: number(analysis.Angle(moved, ideal)),
	}
}

// follow lets a level learn from the stream of samples. An error is one of the
// study: what keeps a level from its end is told in the end.
func (l learner) follow(ctx context.Context, name string, c Constants, tighter float64) (*end, error) {
	b, e := l.start, &end{}
	batch := min(b.Scenario.Data.Batch, b.Data.Train.Len())
	level, err := newLevel(name, b, c, (batch+models.TileRows-1)/models.TileRows, tighter)
	if err != nil {
		return nil, err
	}
	w := models.NewWeights(b.Net)
	w.Copy(b.Weights)
	for k, samples := range l.stream(c.Updates) {
		tiles := b.Tiles(b.Data.Train, samples)
		for t, tile := range tiles {
			tile.First = uint64(k*batch + t*models.TileRows)
		}
		begin := time.Now()
		outcome, err := level.Present(w, tiles)
		e.Seconds += time.Since(begin).Seconds()
		e.Evaluations += outcome.Evaluations
		e.Unstable += outcome.Unstable
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			e.Error = err.Error()
			break
		}
	}
	e.weights = l.compared(w)
	e.Moved = number(floats.Distance(e.weights, l.compared(b.Weights), 2))
	e.Loss = number(l.loss(w))
	return e, nil
}

// stream returns the samples of so many minibatches, as training presents them.
func (l learner) stream(updates int) [][]int {
	batch, all := l.start.Scenario.Data.Batch, [][]int{}
	for epoch := 1; ; epoch++ {
		for samples := range slices.Chunk(l.start.Order(epoch), batch) {
			if len(all) == updates {
				return all
			}
			all = append(all, samples)
		}
	}
}

// compared returns a copy of the weights that are compared.
func (l learner) compared(w *models.Weights) []float64 {
	if l.ratio.ofQ {
		return feedbackOf(w)
	}
	return slices.Clone(w.Plastic())
}

// loss is the mean over training samples, up to mostJudged of them.
func (l learner) loss(w *models.Weights) float64 {
	b, sum := l.start, models.Outcome{}
	order := b.Order(1)
	forward := models.NewFeedforward(b.Net)
	for _, tile := range b.Tiles(b.Data.Train, order[:min(mostJudged, len(order))]) {
		sum.Add(forward.Run(w, tile))
	}
	return sum.Loss / float64(sum.Samples)
}
