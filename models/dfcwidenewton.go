package models

// newton solves one sample by Newton's iteration with F' at every iterate and
// step halving, and reports whether it has come to rest.
func (p *Wide) newton(b int) bool {
	const iterations, halvings = 40, 20
	p.active = append(p.active[:0], b)
	defer func() { p.active = p.active[:0] }()
	z, start, step := row(p.z, b), row(p.accel.x, b), row(p.fp, 0)
	clear(z)
	p.sweepHidden()
	for range iterations {
		size, zero := p.residual(0, b)
		if size <= zero {
			return true
		}
		if p.linear {
			p.loop.linearize(p.w, p.ff.V, p.ff.R, b)
		} else {
			p.loop.linearize(p.w, p.s, p.r, 0)
		}
		clear(step)
		mulRowsAdd(p.fp, p.f, p.loop.precondition, 1)
		copy(start, z)
		if !p.descend(b, start, step, size, halvings) {
			return false
		}
	}
	return false
}

// descend moves z of sample b from start along step, halving until F(z) - z shrinks.
func (p *Wide) descend(b int, start, step []float64, size float64, halvings int) bool {
	z, length := row(p.z, b), 1.0
	for range halvings {
		copy(z, start)
		addScaled(z, length, step)
		p.sweeps++
		p.sweepHidden()
		if now, _ := p.residual(0, b); now < (1-0.1*length)*size {
			return true
		}
		length /= 2
	}
	return false
}
