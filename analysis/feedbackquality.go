package analysis

import (
	"fmt"
	"math"

	"credo/models"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// RelativeError returns |B_i - T_i|_F / |T_i|_F of hidden layer i, counted from 1:
// how far its feedback weights are from what backpropagation has in their place,
// W_{i+1}^T on the layerwise path, W_{i+1}^T .. W_L^T on the direct one.
func (l *Linearization) RelativeError(i int) float64 {
	target := l.mirrored(i)
	return floats.Distance(l.w.Link[i-1].Data, target.Data, 2) / floats.Norm(target.Data, 2)
}

// SignCongruence returns the share of the feedback weights of hidden layer i that
// have the sign of what backpropagation has in their place; a zero counts half.
func (l *Linearization) SignCongruence(i int) float64 {
	sum, target := 0.0, l.mirrored(i)
	for k, b := range l.w.Link[i-1].Data {
		sum += sign(b) * sign(target.Data[k])
	}
	return (sum/float64(len(target.Data)) + 1) / 2
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// mirrored returns the forward path that the feedback weights of hidden layer i,
// counted from 1, stand for, transposed.
func (l *Linearization) mirrored(i int) blas64.General {
	w, dst := l.w, zeros(l.w.W[i].Cols, l.w.W[i].Rows)
	for j := range dst.Rows {
		for k := range dst.Cols {
			dst.Data[j*dst.Stride+k] = w.W[i].Data[k*w.W[i].Stride+j]
		}
	}
	if l.net.Feedback.Layerwise {
		return dst
	}
	for _, next := range w.W[i+1:] {
		product := zeros(dst.Rows, next.Rows)
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, dst, next, 0, product)
		dst = product
	}
	return dst
}

func zeros(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
}

// TrueAngle returns the angle between what a rule at level steady brings down to
// hidden layer i, counted from 1, and the gradient to its rates, averaged over the
// samples for which there is one.
func (l *Linearization) TrueAngle(i int, set models.Settings) (float64, error) {
	return l.errorAngle(set, func(own, bp tileErrors) (a, b blas64.General) { return own.m(i), bp.m(i) })
}

// LocalAngle is TrueAngle with what the transposed forward weights would make of
// the same errors of the layer above, for a chain of errors: the angle of
// B_i d_{i+1} to W_{i+1}^T d_{i+1}.
func (l *Linearization) LocalAngle(i int, set models.Settings) (float64, error) {
	return l.errorAngle(set, func(own, _ tileErrors) (a, b blas64.General) {
		d, b := own.d(i+1), zeros(own.rows, l.net.Sizes[i])
		d.Rows = own.rows
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, d, l.w.W[i], 0, b)
		return own.m(i), b
	})
}

// tileErrors are the errors of a tile under some rule.
type tileErrors struct {
	models.Presenter
	rows int
}

func (e tileErrors) m(i int) blas64.General { return e.reveal("m", i) }
func (e tileErrors) d(i int) blas64.General { return e.reveal("d", i) }

func (e tileErrors) reveal(kind string, i int) blas64.General {
	g, _ := e.Reveal(fmt.Sprint(kind, i))
	return g
}

// errorAngle presents the minibatch to the rule and to backpropagation and
// returns the mean angle between the rows that compared chooses.
func (l *Linearization) errorAngle(set models.Settings, compared func(own, bp tileErrors) (a, b blas64.General)) (float64, error) {
	set.Level = "steady"
	rule, err := models.NewPresenter(l.net, set)
	if err != nil {
		return 0, err
	}
	bp, sum, n := models.NewPathways(l.net, models.Backprop{}), 0.0, 0
	scratch := models.NewWeights(l.net)
	for _, t := range l.tiles {
		for _, p := range []models.Presenter{rule, bp} {
			if _, err := p.Present(scratch, l.w, t.batch); err != nil {
				return 0, err
			}
		}
		a, b := compared(tileErrors{rule, t.batch.N}, tileErrors{bp, t.batch.N})
		for k := range t.batch.N {
			if angle := Angle(row(a, k), row(b, k)); !math.IsNaN(angle) {
				sum, n = sum+angle, n+1
			}
		}
	}
	return sum / float64(n), nil
}
