package frequency

import "math"

// Crossing is a change that takes the closed loop to the edge of stability, and the
// frequency, in radians per unit of time, at which it oscillates there.
type Crossing struct{ Value, Frequency float64 }

// Peak is the largest value of a gain, and its frequency.
type Peak struct{ Value, Frequency float64 }

// Margins tell how far a stable closed loop is from instability. Of a loop that is not
// stable all values and frequencies are NaN.
type Margins struct {
	// Unstable is the number of poles of the closed loop in the right half plane.
	Unstable int

	// GainBelow and GainAbove bound the gains k, around 1, at which I + k L is stable:
	// -1/k is an eigenvalue of L(i w). They are -Inf and +Inf, at frequency NaN, where
	// there is no bound, or none within 10^4; GainBelow is 0 where a pole of L at 0 waits.
	GainBelow, GainAbove Crossing

	// Phase is the least theta > 0, in radians, such that the lag exp(-i theta) or the
	// lead exp(i theta) in all channels takes a pole to i w, w > 0. +Inf: none does.
	Phase Crossing

	// Delay is the least tau > 0 with det(I + exp(-i w tau) L(i w)) = 0 for a w: exactly,
	// where |lambda| = 1 on a locus, tau = (pi + arg lambda)/w. It comes on top of the
	// loop's own Delay. +Inf: the loop bears any delay.
	Delay Crossing

	// Sensitivity is the maximum over w of the largest singular value of (I + L)^-1, and
	// Complementary that of (I + L)^-1 L. Where the first is nowhere above 1 it is 1, which is
	// its limit, at frequency +Inf.
	Sensitivity, Complementary Peak
}

// Margins returns the margins of the closed loop. Crossings are located to rounding
// and peaks to the rounding of their value.
func (l Loop) Margins() (Margins, error) {
	w, err := newWalk(l, true)
	if err != nil {
		return Margins{}, err
	}
	m := noMargins()
	if m.Unstable = w.unstablePoles(); m.Unstable > 0 {
		return m, nil
	}
	if err := w.gainMargins(&m); err != nil {
		return Margins{}, err
	}
	if err := w.delayMargins(&m); err != nil {
		return Margins{}, err
	}
	if m.Sensitivity, err = w.peak(false); err != nil {
		return Margins{}, err
	}
	if m.Complementary, err = w.peak(true); err != nil {
		return Margins{}, err
	}
	return m, nil
}

// noMargins are all NaN.
func noMargins() Margins {
	c, p := Crossing{math.NaN(), math.NaN()}, Peak{math.NaN(), math.NaN()}
	return Margins{GainBelow: c, GainAbove: c, Phase: c, Delay: c, Sensitivity: p, Complementary: p}
}

func (w *walk) gainMargins(m *Margins) error {
	crossings, err := w.crossings(realAxis)
	m.GainBelow, m.GainAbove = Crossing{math.Inf(-1), math.NaN()}, Crossing{math.Inf(1), math.NaN()}
	if w.around > 0 {
		m.GainBelow = Crossing{0, 0}
	}
	for _, c := range crossings {
		switch k := -1 / real(c.lambda); {
		case math.Abs(k) > 1/farthest:
		case k > 1 && k < m.GainAbove.Value:
			m.GainAbove = Crossing{k, c.omega}
		case k < 1 && k > m.GainBelow.Value:
			m.GainBelow = Crossing{k, c.omega}
		}
	}
	return err
}

func (w *walk) delayMargins(m *Margins) error {
	crossings, err := w.crossings(unitCircle)
	m.Phase, m.Delay = Crossing{math.Inf(1), math.NaN()}, Crossing{math.Inf(1), math.NaN()}
	for _, c := range crossings {
		angle := math.Atan2(imag(c.lambda), real(c.lambda))
		lag, lead := math.Pi+angle, math.Pi-angle
		if theta := min(lag, lead); theta < m.Phase.Value {
			m.Phase = Crossing{theta, c.omega}
		}
		if tau := lag / c.omega; tau < m.Delay.Value {
			m.Delay = Crossing{tau, c.omega}
		}
	}
	return err
}
