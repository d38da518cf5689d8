package models

// The control signal may take a while on its way, with vfb_i = Q_i u(t - delay) in eq. (1)
// of Meulemans et al. (2021), and on other feedback paths u(t - delay) enters them. Before
// a presentation there is none.

// Signals returns the length of a sample's control signal, n_L.
func (d *DFC) Signals() int { return d.net.Outputs() }

// Signal sets u to the control signals of the states x, row k that of sample id[k].
func (d *DFC) Signal(u, x []float64, id []int) {
	d.control(x, id)
	for k := range id {
		copy(u[k*d.Signals():(k+1)*d.Signals()], row(d.u, k))
	}
}

// FastLate sets dx to the right side of eqs. (1) and (4) where the control signal u of
// a delay ago acts on the neurons.
func (d *DFC) FastLate(dx, x, u []float64, id []int) {
	d.control(x, id)
	for k := range id {
		copy(row(d.u, k), u[k*d.Signals():])
	}
	d.lead(x, len(id))
	d.flow(dx, x, id)
}

// setTeaching sets s[i] = v_i - v_i^ff of the rows of x. Without delay that is
// vfb_i - tau_v dv_i/dt by eq. (1), and no product but that with Q_i is needed; u(t - delay)
// is not at hand, so that v_i^ff = W_i r_{i-1} + b_i itself is formed.
func (d *DFC) setTeaching(i int, x, dx []float64, id []int) {
	if d.delay > 0 {
		d.setDrive(i, id)
		for k := range id {
			s := row(d.s[i], k)
			for j, v := range d.voltages.of(x, k, i) {
				s[j] = v - s[j]
			}
		}
		return
	}
	setRows(d.s[i], nil, len(id))
	d.addFeedback(d.s[i], d.u, i, len(id))
	for k := range id {
		s := row(d.s[i], k)
		for j, dv := range d.voltages.of(dx, k, i) {
			s[j] -= d.tauV * dv
		}
	}
}

// stable reports whether row b of gain is: by Condition 3, and where there is a delay
// by that too.
func (d *DFC) stable(b int) bool {
	return d.gain.stable(b) && (d.winding == nil || d.winding.isStable(d.gain, b))
}
