package stabilitymap

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/stat"
)

// Plan says how a map is made.
type Plan struct {
	X, Y Axis

	// Stride is how many points the sides of the cells to begin with are long, but
	// an eighth of the axis at most; with 1 every point is judged. See the package's page for what a Stride can miss.
	Stride int

	// AbscissaStride is every how many points, and at the last, of either axis
	// abscissas are computed; without Quantiles there are none.
	AbscissaStride int
	Quantiles      []float64 // of the samples' abscissas: 0.5 is the median; ascending

	Workers  int                     // samples at a time, at least 1; the map does not depend on it
	Progress func(done, samples int) // told of every sample that is done, one call at a time; may be nil
}

// Map is where the samples of a subject are stable.
type Map struct {
	X, Y     Axis
	Samples  int
	Stable   []int // how many are, at point (i, j): Stable[j len(X.Values) + i]
	Judged   int   // answers asked for; of a dense grid, points times samples
	Abscissa []Quantile
}

// Quantile is a quantile of the samples' spectral abscissas on a grid of its own,
// laid out as Stable is.
type Quantile struct {
	Share float64
	X, Y  Axis
	Value []float64
}

// Fraction returns the fraction of samples that are stable at point (i, j).
func (m *Map) Fraction(i, j int) float64 {
	return float64(m.Stable[j*len(m.X.Values)+i]) / float64(m.Samples)
}

// Map makes the map. Its error is the subject's, of the first sample that has one,
// or the context's.
func (p Plan) Map(ctx context.Context, s Subject) (*Map, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	w := &work{Plan: p, subject: s, m: &Map{X: p.X, Y: p.Y, Samples: s.Samples(), Stable: make([]int, len(p.X.Values)*len(p.Y.Values))}}
	w.thinX, w.atX = p.X.thinned(max(1, p.AbscissaStride))
	w.thinY, w.atY = p.Y.thinned(max(1, p.AbscissaStride))
	if len(p.Quantiles) > 0 {
		w.abscissa = make([][]float64, len(w.atX)*len(w.atY))
		for k := range w.abscissa {
			w.abscissa[k] = make([]float64, s.Samples())
		}
	}
	failed := make([]error, s.Samples())
	var next, workers = atomic.Int64{}, sync.WaitGroup{}
	for range p.Workers {
		workers.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= len(failed) {
					return
				}
				failed[k] = w.sample(ctx, k)
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for k, err := range failed {
		if err != nil {
			return nil, fmt.Errorf("sample %d: %w", k, err)
		}
	}
	w.conclude()
	return w.m, nil
}

func (p Plan) check() error {
	for name, axis := range map[string]Axis{"the first axis": p.X, "the second axis": p.Y} {
		if err := axis.check(name); err != nil {
			return err
		}
	}
	for _, q := range p.Quantiles {
		if !(q >= 0 && q <= 1) {
			return fmt.Errorf("stabilitymap: quantile %g: want a share from 0 to 1", q)
		}
	}
	switch {
	case p.Stride < 1 || p.Workers < 1:
		return fmt.Errorf("stabilitymap: a stride of %d and %d workers: want 1 at least", p.Stride, p.Workers)
	case len(p.Quantiles) > 0 && p.AbscissaStride < 1:
		return fmt.Errorf("stabilitymap: an abscissa stride of %d: want 1 at least", p.AbscissaStride)
	}
	return nil
}

// work is a map in the making.
type work struct {
	Plan
	subject      Subject
	thinX, thinY Axis
	atX, atY     []int
	abscissa     [][]float64 // by point of the thin grid and sample

	mutex sync.Mutex // of what follows
	m     *Map
	done  int
}

// sample adds one sample to the map. Only sums of whole numbers are shared, so that
// the order of samples leaves no trace.
func (w *work) sample(ctx context.Context, k int) error {
	judge, err := w.subject.Judge(k)
	if err != nil {
		return err
	}
	o := newOutline(len(w.X.Values), len(w.Y.Values), func(i, j int) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		return judge.Stable(w.point(i, j))
	})
	if err := o.draw(w.Stride); err != nil {
		return err
	}
	if err := w.abscissas(ctx, judge, k); err != nil {
		return err
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for at, verdict := range o.verdict {
		if verdict == stable {
			w.m.Stable[at]++
		}
	}
	w.m.Judged += o.judged
	w.done++
	if w.Progress != nil {
		w.Progress(w.done, w.m.Samples)
	}
	return nil
}

func (w *work) point(i, j int) Point { return Point{i, j, w.X.Values[i], w.Y.Values[j]} }

// abscissas computes those of sample k, if any are wanted.
func (w *work) abscissas(ctx context.Context, judge Judge, k int) error {
	for at := range w.abscissa {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if w.abscissa[at][k], err = judge.Abscissa(w.point(w.atX[at%len(w.atX)], w.atY[at/len(w.atX)])); err != nil {
			return err
		}
	}
	return nil
}

// conclude takes the quantiles over samples.
func (w *work) conclude() {
	for _, values := range w.abscissa {
		slices.Sort(values)
	}
	for _, share := range w.Quantiles {
		q := Quantile{Share: share, X: w.thinX, Y: w.thinY}
		for _, values := range w.abscissa {
			q.Value = append(q.Value, stat.Quantile(share, stat.Empirical, values, nil))
		}
		w.m.Abscissa = append(w.m.Abscissa, q)
	}
}
