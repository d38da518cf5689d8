package analysis

import (
	"credo/analysis/spectra"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// Resolvent returns (zI - M)^-1 at the price of a sweep through the layers. Without
// control, e = 0, the rows of v and f are solved from the first layer on, with
// F = 1/(tau_v z + 1) and F_p = 1/(tau_path z + 1):
//
//	v_i = F (tau_v b_i + W_i D_{i-1} v_{i-1}) = v_i^0
//
// and control adds E_i u, E_i = sum_{j<=i} F^(i-j+1) F_p^k_j P_ij (n_i x n_L), where
// P_ij = W_i D_{i-1} .. W_{j+1} D_j Q_j does not depend on z. What remains are
// n_L (n_c + 1) equations for the controller, G = D_L E_L = sum_i A_i F^(L-i+1) F_p^k_i,
//
//	z x - A x - B e = b_x,   e + G (C x + D e) = -D_L v_L^0
//
// which are regular wherever zI - M is, at poles of the controller too, and F and
// F_p finite. The adjoint goes the same way backward, where control adds
// -tau_v F^(L-i+1) J_i^T h to layer i.
func (m *LoopOperator) Resolvent(z complex128) (spectra.Resolvent, error) {
	if m.resolvent == nil {
		m.resolvent = newLoopResolvent(m)
	}
	if err := m.resolvent.shift(z); err != nil {
		return nil, err
	}
	return m.resolvent, nil
}

// loopResolvent is the resolvent of m at one z, and its memory.
type loopResolvent struct {
	m        *LoopOperator
	jacobian blocks             // J_i
	reach    [][]blas64.General // P_ij, j <= i

	f, fp   complex128     // F, F_p
	respond []planarMatrix // E_i
	control *controlLoop

	state, sent planar // of all coordinates
	u           planar // n_L
	small       planar // n_L (n_c + 1): x, then e
}

func newLoopResolvent(m *LoopOperator) *loopResolvent {
	nL, n := len(m.u), m.Dim()
	r := &loopResolvent{
		m: m, jacobian: m.loop.jacobians(m.slopes), control: newControlLoop(m.loop.Controller, nL),
		state: newPlanar(n), sent: newPlanar(n), u: newPlanar(nL), small: newPlanar(m.x.end - m.x.at + nL),
	}
	for i, layer := range m.layers {
		reach := make([]blas64.General, i+1)
		reach[i] = m.q[i]
		for j := range i {
			reach[j] = newGeneral(layer.end-layer.at, nL)
			w := scaledColumns(m.loop.W.W[i], m.layers[i-1].of(m.slopes))
			blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, w, r.reach[i-1][j], 0, reach[j])
		}
		r.reach = append(r.reach, reach)
		r.respond = append(r.respond, newPlanarMatrix(layer.end-layer.at, nL))
	}
	return r
}

// shift prepares the resolvent at z.
func (r *loopResolvent) shift(z complex128) error {
	if !r.filter(z) {
		return &spectra.SingularError{Z: z}
	}
	for i, e := range r.respond {
		e.clear()
		for j, p := range r.reach[i] {
			e.addScaled(power(r.f, i-j+1)*power(r.fp, r.m.stages[j]), p)
		}
	}
	last := len(r.respond) - 1
	if !r.control.close(z, r.respond[last], r.m.layers[last].of(r.m.slopes)) {
		return &spectra.SingularError{Z: z}
	}
	return nil
}

// filter sets F and F_p at z and reports whether both are finite.
func (r *loopResolvent) filter(z complex128) bool {
	tau, tauPath := complex(r.m.loop.TauV, 0), complex(r.m.loop.Net.Feedback.Tau, 0)
	r.f, r.fp = 1/(tau*z+1), 1/(tauPath*z+1)
	return tau*z != -1 && tauPath*z != -1
}

func power(x complex128, k int) complex128 {
	p := complex(1, 0)
	for range k {
		p *= x
	}
	return p
}

// Solve sets x = (zI - M)^-1 b.
func (r *loopResolvent) Solve(x, b []complex128) {
	r.state.read(b)
	r.u.clear()
	r.pathForward()
	r.layersForward()
	states, e := r.parts()
	states.set(r.state.of(r.m.x))
	e.set(r.sent.of(r.output()))
	e.scale(-1)
	r.control.solve(blas.NoTrans, r.small)
	r.state.of(r.m.x).set(states)
	r.m.loop.Controller.Signal(r.u.re, states.re, e.re)
	r.m.loop.Controller.Signal(r.u.im, states.im, e.im)
	for i, layer := range r.m.layers {
		r.respond[i].mulAdd(r.state.of(layer), r.u)
	}
	for _, f := range r.m.path {
		r.state.of(f).readFrom(b, f)
	}
	r.pathForward()
	r.state.write(x)
}

// SolveAdjoint sets x = (zI - M)^-* b, which is the transposed problem's solution
// conjugated.
func (r *loopResolvent) SolveAdjoint(x, b []complex128) {
	r.state.read(b)
	r.state.conjugate()
	r.layersBackward()
	r.pathBackward()
	states, h := r.parts()
	r.control.fed(r.small, r.state.of(r.m.x), r.u)
	r.control.solve(blas.Trans, r.small)
	r.state.of(r.m.x).set(states)
	for i, layer := range r.m.layers {
		scale := complex(-r.m.loop.TauV, 0) * power(r.f, len(r.m.layers)-i)
		r.state.of(layer).addScaledTrans(scale, r.jacobian[i], h)
	}
	for _, f := range r.m.path {
		r.state.of(f).readFrom(b, f)
		r.state.of(f).conjugate()
	}
	r.pathBackward()
	r.state.conjugate()
	r.state.write(x)
}

func (r *loopResolvent) output() stretch { return r.m.layers[len(r.m.layers)-1] }

// parts are the two parts of the small system's vector.
func (r *loopResolvent) parts() (states, e planar) {
	n := r.m.x.end - r.m.x.at
	return r.small.of(stretch{0, n}), r.small.of(stretch{n, len(r.small.re)})
}
