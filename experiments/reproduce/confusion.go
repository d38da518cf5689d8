package reproduce

// confusion counts loops by what Condition 3 says of them and what is true.
type confusion struct{ holdsStable, holdsUnstable, failsStable, failsUnstable int }

func (c *confusion) add(l *proxyLoop) {
	switch {
	case l.holds && l.isStable:
		c.holdsStable++
	case l.holds:
		c.holdsUnstable++
	case l.isStable:
		c.failsStable++
	default:
		c.failsUnstable++
	}
}

func (c confusion) loops() float64 {
	return float64(c.holdsStable + c.holdsUnstable + c.failsStable + c.failsUnstable)
}

// failing is the fraction of loops for which Condition 3 fails.
func (c confusion) failing() float64 {
	return float64(c.failsStable+c.failsUnstable) / c.loops()
}

// agreement is the fraction of loops of which Condition 3 tells the truth.
func (c confusion) agreement() float64 {
	return float64(c.holdsStable+c.failsUnstable) / c.loops()
}

// broken is the fraction that is unstable of the loops for which Condition 3 holds.
func (c confusion) broken() float64 {
	return float64(c.holdsUnstable) / float64(c.holdsStable+c.holdsUnstable)
}

// denied is the fraction that is stable of the loops for which it fails.
func (c confusion) denied() float64 {
	return float64(c.failsStable) / float64(c.failsStable+c.failsUnstable)
}

// tally is the table of the loops that are asked for.
func tally(loops []proxyLoop, wanted func(l *proxyLoop) bool) confusion {
	var c confusion
	for k := range loops {
		if wanted(&loops[k]) {
			c.add(&loops[k])
		}
	}
	return c
}
