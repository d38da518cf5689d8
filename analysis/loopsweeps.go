package analysis

// layersForward turns the right-hand side b in state into
// v_i = F (tau_v b_i + W_i D_{i-1} v_{i-1} + Link_i S_k f_k), from the first layer on;
// of control only the feedback neurons with dynamics act, as pathForward left them.
func (r *loopResolvent) layersForward() {
	m := r.m
	for i, layer := range m.layers {
		v := r.state.of(layer)
		v.scale(complex(m.loop.TauV, 0))
		if i > 0 {
			v.mulAdd(m.loop.W.W[i], r.sent.of(m.layers[i-1]))
		}
		if k := m.stages[i]; k > 0 {
			v.mulAdd(m.read[i], r.sent.of(m.path[k-1]))
		}
		v.scale(r.f)
		r.sent.of(layer).setTimes(layer.of(m.slopes), v)
	}
}

// pathForward turns the right-hand side in state into
// f_k = F_p (tau_path b_k + R_k S_{k-1} f_{k-1}), where S_0 f_0 = u.
func (r *loopResolvent) pathForward() {
	m, before := r.m, r.u
	for k, stretch := range m.path {
		f := r.state.of(stretch)
		f.scale(complex(m.loop.Net.Feedback.Tau, 0))
		f.mulAdd(m.loop.W.R[k], before)
		f.scale(r.fp)
		before = r.sent.of(stretch)
		before.setTimes(m.bendOf(stretch), f)
	}
}

// layersBackward turns the right-hand side b in state into the transposed
// problem's w_i = F (tau_v b_i + D_i W_{i+1}^T w_{i+1}), from the last layer on.
func (r *loopResolvent) layersBackward() {
	m, last := r.m, len(r.m.layers)-1
	for i := last; i >= 0; i-- {
		layer := m.layers[i]
		w, sent := r.state.of(layer), r.sent.of(layer)
		w.scale(complex(m.loop.TauV, 0))
		if i < last {
			sent.clear()
			sent.mulTransAdd(m.loop.W.W[i+1], r.state.of(m.layers[i+1]))
			sent.setTimes(layer.of(m.slopes), sent)
			w.add(sent)
		}
		w.scale(r.f)
	}
}

// pathBackward sets u to g = sum_i Q_i^T w_i / tau_v, what the transposed problem
// sends to the controller. Feedback neurons with dynamics are on the way: it turns
// their right-hand side in state into
//
//	phi_k = F_p (tau_path b_k + S_k (R_{k+1}^T phi_{k+1} + (tau_path/tau_v) sum_i Link_i^T w_i))
//
// with the sum over the layers that they feed, and g has R_1^T phi_1 / tau_path.
func (r *loopResolvent) pathBackward() {
	m := r.m
	r.u.clear()
	for _, f := range m.path {
		r.sent.of(f).clear()
	}
	for i, layer := range m.layers {
		r.stage(m.stages[i]).mulTransAdd(m.read[i], r.state.of(layer))
	}
	tau := complex(m.loop.Net.Feedback.Tau, 0)
	for k := len(m.path) - 1; k >= 0; k-- {
		phi, sent := r.state.of(m.path[k]), r.sent.of(m.path[k])
		sent.setTimes(m.bendOf(m.path[k]), sent)
		phi.scale(complex(m.loop.TauV, 0)) // all in units of 1/tau_v, as the layers' sums
		phi.add(sent)
		phi.scale(tau * r.fp / complex(m.loop.TauV, 0))
		before := r.stage(k)
		before.addScaledTrans(complex(m.loop.TauV, 0)/tau, m.loop.W.R[k], phi)
	}
	r.u.scale(complex(1/m.loop.TauV, 0))
}

// stage is what is sent to feedback layer k; to u for k = 0.
func (r *loopResolvent) stage(k int) planar {
	if k == 0 {
		return r.u
	}
	return r.sent.of(r.m.path[k-1])
}
