package analysis

import (
	"fmt"
	"math"

	"credo/controllers"
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Measure is a number of every sample of a minibatch, and its mean.
type Measure struct {
	Sample []float64
	Mean   float64
}

// NormSpread measures Condition 1 of Meulemans et al. (2021), eq. (8): the
// standard deviation of the layer norms |r_0|..|r_{L-1}| over their mean. It is
// 0 where the condition holds, and NaN where all rates are 0.
//
// The standard deviation is that of the L norms themselves (divisor L). The
// program released with the paper divides by the square root of the mean
// instead, which depends on the unit of the rates.
func (l *Linearization) NormSpread() Measure {
	m, norms := Measure{}, make([]float64, l.net.Depth())
	for _, s := range l.samples {
		for i, r := range s.rates {
			norms[i] = floats.Norm(row(r, s.b), 2)
		}
		mean, std := stat.PopMeanStdDev(norms, nil)
		m.Sample = append(m.Sample, std/mean)
	}
	m.Mean = stat.Mean(m.Sample, nil)
	return m
}

// RowSpaceShare measures Condition 2 of Meulemans et al. (2021): how much of the
// feedback weights lies in the row space of a sample's Jacobian,
//
//	|P_J Q|_F / |Q|_F,   P_J = J^T (J J^T)^-1 J
//
// 1 where the condition holds. P_J is not formed: with K = JQ,
// |P_J Q|_F^2 = tr K^T (J J^T)^-1 K. The error wraps [ErrRankDeficient]; without
// feedback weights the share is NaN.
func (l *Linearization) RowSpaceShare() (Measure, error) {
	var m Measure
	for k, s := range l.samples {
		share, err := rowSpaceShare(s.jacobians(), l.w)
		if err != nil {
			return Measure{}, fmt.Errorf("analysis: Condition 2 of sample %d: %w", k, err)
		}
		m.Sample = append(m.Sample, share)
	}
	m.Mean = stat.Mean(m.Sample, nil)
	return m, nil
}

// MeanRowSpaceShare is [Linearization.RowSpaceShare] for the mean of the samples'
// Jacobians: one Q cannot serve the row spaces of all samples of a nonlinear
// network, but it can serve their mean's.
func (l *Linearization) MeanRowSpaceShare() (float64, error) {
	mean := make(blocks, l.net.Depth())
	for i := range mean {
		n := l.net.Sizes[i+1]
		mean[i] = blas64.General{Rows: l.net.Outputs(), Cols: n, Stride: n, Data: make([]float64, l.net.Outputs()*n)}
		for _, s := range l.samples {
			floats.AddScaled(mean[i].Data, 1/float64(len(l.samples)), s.jacobianOf(i).Data)
		}
	}
	share, err := rowSpaceShare(mean, l.w)
	if err != nil {
		return 0, fmt.Errorf("analysis: Condition 2 of the mean Jacobian: %w", err)
	}
	return share, nil
}

func rowSpaceShare(j blocks, w *models.Weights) (float64, error) {
	factors, err := factorDamped(j.gram(nil), 0)
	if err != nil {
		return 0, err
	}
	k := j.taps(w).Gain()
	var solved mat.Dense
	if err := factors.SolveTo(&solved, k); err != nil {
		return 0, fmt.Errorf("%w (%v)", ErrRankDeficient, err)
	}
	solved.MulElem(&solved, k)
	all := 0.0
	for _, q := range w.Q {
		all += floats.Dot(q.Data, q.Data)
	}
	return math.Sqrt(max(0, mat.Sum(&solved)) / all), nil
}

// ControlMargin measures Condition 3 of Meulemans et al. (2021) at the
// feedforward state: [Taps.ControlMargin] of every sample. At other states use
// [Loop.Taps].
func (l *Linearization) ControlMargin(c controllers.Controller) (Measure, error) {
	var m Measure
	for k := range l.samples {
		margin, err := l.Taps(k).ControlMargin(c)
		if err != nil {
			return Measure{}, fmt.Errorf("analysis: Condition 3 of sample %d: %w", k, err)
		}
		m.Sample = append(m.Sample, margin)
	}
	m.Mean = stat.Mean(m.Sample, nil)
	return m, nil
}

// ControlMargin returns min Re eig(JQ) + 1/g, with g the controller's DC gain:
// positive where Condition 3 of Meulemans et al. (2021) holds. For integral
// control, the only one that Proposition 5 speaks of, 1/g is alpha, and for
// tau_v << tau_u the loop's slowest mode decays at the margin over tau_u.
func (t Taps) ControlMargin(c controllers.Controller) (float64, error) {
	eigenvalues, err := Eigenvalues(t.Gain())
	if err != nil {
		return 0, err
	}
	margin := math.Inf(1)
	for _, l := range eigenvalues {
		margin = min(margin, real(l))
	}
	return margin + c.InverseDCGain(), nil
}
