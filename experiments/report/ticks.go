package report

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// linearTicks are at multiples of 1, 2 or 5 times a power of ten.
type linearTicks struct {
	most     int  // labels
	integers bool // at whole numbers only
}

// Ticks implements [plot.Ticker].
func (l linearTicks) Ticks(lowest, highest float64) []plot.Tick {
	step := niceStep((highest - lowest) / float64(l.most))
	if l.integers {
		step = max(1, step)
	}
	var ticks []plot.Tick
	for k := math.Ceil(lowest/step - 1e-9); k*step <= highest+1e-9*step; k++ {
		ticks = append(ticks, plot.Tick{Value: k * step, Label: label(k*step, step)})
	}
	return ticks
}

// niceStep is the least of 1, 2, 5 times a power of ten that is not below x > 0.
func niceStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// label writes a multiple of step with as many digits as the step needs.
func label(value, step float64) string {
	if math.Abs(value) < step/2 {
		return "0"
	}
	exponent := int(math.Floor(math.Log10(step) + 1e-9))
	if largest := math.Abs(value); largest >= 1e5 || exponent < -4 {
		digits := int(math.Floor(math.Log10(largest)+1e-9)) - exponent
		return strconv.FormatFloat(value, 'g', max(1, digits+1), 64)
	}
	return strconv.FormatFloat(value, 'f', max(0, -exponent), 64)
}

// logTicks are at 1 to 9 times the powers of ten, on an axis of decimal logarithms. The powers
// have labels, and 2 and 5 times them where there are fewer than three powers.
type logTicks struct{}

// Ticks implements [plot.Ticker].
func (logTicks) Ticks(lowest, highest float64) []plot.Tick {
	powers := math.Floor(highest) - math.Ceil(lowest) + 1
	every := math.Ceil(powers / 8)
	var ticks []plot.Tick
	for e := math.Floor(lowest); e <= highest; e++ {
		for m := 1.0; m < 10; m++ {
			tick := plot.Tick{Value: e + math.Log10(m)}
			if tick.Value < lowest || tick.Value > highest {
				continue // it would take up room outside the axis
			}
			if m == 1 && math.Mod(e, every) == 0 || powers < 3 && (m == 2 || m == 5) {
				tick.Label = strconv.FormatFloat(m*math.Pow(10, e), 'g', 3, 64)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// hideLabels leaves an axis the ticks alone: its labels stand below another panel.
func hideLabels(axis *plot.Axis) {
	axis.Tick.Marker = withoutLabels{axis.Tick.Marker}
	axis.Tick.Label.Font.Size = 1
}

type withoutLabels struct{ plot.Ticker }

// Ticks implements [plot.Ticker].
func (w withoutLabels) Ticks(lowest, highest float64) []plot.Tick {
	ticks := w.Ticker.Ticks(lowest, highest)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = " " // an empty label would make it a minor tick, without a grid line
		}
	}
	return ticks
}

// pad widens the axis by a twentieth on either side, so that points do not touch the frame.
func pad(axis *plot.Axis) {
	widenEmpty(axis)
	margin := (axis.Max - axis.Min) / 20
	axis.Min, axis.Max = axis.Min-margin, axis.Max+margin
}

// padValues is pad for values, which if none is negative do not have room below 0.
func padValues(axis *plot.Axis) {
	lowest := axis.Min
	if pad(axis); lowest >= 0 {
		axis.Min = max(0, axis.Min)
	}
}

// widenEmpty gives an axis with a single value, or with values that only rounding
// tells apart, a range.
func widenEmpty(axis *plot.Axis) {
	if middle := (axis.Min + axis.Max) / 2; axis.Max-axis.Min <= 1e-12*math.Abs(middle) {
		half := math.Abs(middle) / 10
		if half == 0 {
			half = 0.5
		}
		axis.Min, axis.Max = middle-half, middle+half
	}
}
