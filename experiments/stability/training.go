package stability

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"credo/experiments/report"
	"gonum.org/v1/gonum/stat"
)

// Epoch is the same samples under the weights that a run had after an epoch: how the
// margin moves as W and Q learn.
type Epoch struct {
	Epoch          int            `json:"epoch"`
	StableFraction StableFraction `json:"stable_fraction"`
	Abscissa       Spread         `json:"abscissa"` // at rest
	Condition3     Spread         `json:"condition3"`
	Gain           Spread         `json:"gain"` // margins
	Phase          Spread         `json:"phase"`
	Delay          Spread         `json:"delay"`
}

// Spread is a number over the samples that have it.
type Spread struct {
	Least   Number `json:"least"`
	Median  Number `json:"median"`
	Largest Number `json:"largest"`
}

// spread is that of a quantity.
func spread(samples []Sample, of func(Sample) float64) Spread {
	values := existing(samples, of)
	if len(values) == 0 {
		nan := Number(math.NaN())
		return Spread{nan, nan, nan}
	}
	return Spread{Number(values[0]), Number(stat.Quantile(0.5, stat.Empirical, values, nil)), Number(values[len(values)-1])}
}

// existing are the values of a quantity, ascending, of the samples that have it.
func existing(samples []Sample, of func(Sample) float64) []float64 {
	var values []float64
	for _, sample := range samples {
		if x := of(sample); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	slices.Sort(values)
	return values
}

// followTraining takes the samples apart under all weights that were kept.
func (s *Study) followTraining(ctx context.Context) error {
	for _, kept := range s.subject.Kept {
		start, err := s.start.With(kept.Path)
		if err != nil {
			return err
		}
		s.say(fmt.Sprintf("weights after epoch %d", kept.Epoch))
		samples, _, err := s.analyse(ctx, start)
		if err != nil {
			return err
		}
		s.Epochs = append(s.Epochs, Epoch{
			Epoch: kept.Epoch, StableFraction: stableFraction(samples),
			Abscissa:   spread(samples, atRest(func(p *Point) float64 { return p.Abscissa })),
			Condition3: spread(samples, atRest(func(p *Point) float64 { return p.Condition3 })),
			Gain:       spread(samples, func(x Sample) float64 { return float64(x.Margins.Gain) }),
			Phase:      spread(samples, func(x Sample) float64 { return float64(x.Margins.Phase) }),
			Delay:      spread(samples, func(x Sample) float64 { return float64(x.Margins.Delay) }),
		})
	}
	return nil
}

// writeTraining writes a line an epoch.
func (s *Study) writeTraining(w io.Writer) {
	if len(s.Epochs) == 0 {
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nafter epoch\tstable at rest\tabscissa, median\tworst\tCondition 3, least\tphase, least\tdelay, least")
	for _, e := range s.Epochs {
		fmt.Fprintf(table, "%d\t%.3g %%\t%.3g\t%.3g\t%.3g\t%.3g\t%.3g\n",
			e.Epoch, 100*e.StableFraction.Rest, e.Abscissa.Median, e.Abscissa.Largest, e.Condition3.Least, e.Phase.Least, e.Delay.Least)
	}
	table.Flush()
}

// drawTraining shows margins over epochs.
func (s *Study) drawTraining(dir string) error {
	if len(s.Epochs) < 2 {
		return nil
	}
	panel := func(label string, of func(Epoch) Spread, worst string, end func(Spread) Number) report.Plane {
		p := report.Plane{XLabel: "epoch", YLabel: label}
		for k, line := range []struct {
			label string
			of    func(Spread) Number
		}{{"median sample", func(x Spread) Number { return x.Median }}, {worst, end}} {
			l := report.Line{Label: line.label, Component: k}
			for _, e := range s.Epochs {
				l.X, l.Y = append(l.X, float64(e.Epoch)), append(l.Y, float64(line.of(of(e))))
			}
			p.Lines = append(p.Lines, l)
		}
		return p
	}
	least, largest := func(x Spread) Number { return x.Least }, func(x Spread) Number { return x.Largest }
	panels := []report.Plane{
		panel("spectral abscissa at rest "+rateUnit, func(e Epoch) Spread { return e.Abscissa }, "worst sample", largest),
		panel("min Re eig(JQ) + 1/g at rest", func(e Epoch) Spread { return e.Condition3 }, "worst sample", least),
		panel("phase margin (degrees)", func(e Epoch) Spread { return e.Phase }, "worst sample", least),
		panel("delay margin (time)", func(e Epoch) Spread { return e.Delay }, "worst sample", least),
	}
	return report.Sheet{Title: s.title(), Columns: 2, Width: 7.5, Height: 6.2, Panels: panels}.Write(dir, "training")
}
