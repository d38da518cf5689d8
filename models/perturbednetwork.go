package models

import "gonum.org/v1/gonum/blas/blas64"

// perturbedNetwork is the state of one of the networks of [PerturbedFeedback],
// with noise or without, for the learner at hand.
type perturbedNetwork struct {
	net    *Network
	v      [][]float64      // v_i: views of the state
	phi, r []blas64.General // 1 x n_i: phi_i(v_i), and with the noise r_i
	drive  []float64        // of the widest layer
}

func newPerturbedNetwork(net *Network) *perturbedNetwork {
	n := &perturbedNetwork{net: net, v: make([][]float64, net.Depth()), drive: make([]float64, widest(net))}
	for _, size := range net.Sizes[1:] {
		n.phi, n.r = append(n.phi, newMatrix(1, size)), append(n.r, newMatrix(1, size))
	}
	return n
}

// read takes v from the state x, where at says, and adds noise to the hidden
// rates, where there is any.
func (n *perturbedNetwork) read(x []float64, at, noiseAt []int) {
	for i, size := range n.net.Sizes[1:] {
		n.v[i] = x[at[i] : at[i]+size]
		phi, r := n.phi[i].Data, n.r[i].Data
		n.net.Phi[i].Apply(phi, n.v[i])
		copy(r, phi)
		if i < len(noiseAt) {
			for j, z := range x[noiseAt[i] : noiseAt[i]+size] {
				r[j] += z
			}
		}
	}
}

// output returns r_L.
func (n *perturbedNetwork) output() []float64 { return n.r[len(n.r)-1].Data }

// before returns r_{i-1} of layer i, counted from 0.
func (n *perturbedNetwork) before(i int, input []float64) []float64 {
	if i == 0 {
		return input
	}
	return n.r[i-1].Data
}

// deriv sets dv_i = (-v_i + W_i r_{i-1} + b_i)/tau_v in dx.
func (n *perturbedNetwork) deriv(dx []float64, at []int, w *slowWeights, input []float64, tauV float64) {
	for i, v := range n.v {
		drive := n.drive[:len(v)]
		clear(drive)
		if w.b[i] != nil {
			copy(drive, w.b[i])
		}
		mulAdd(drive, w.w[i], n.before(i, input))
		relax(dx[at[i]:at[i]+len(v)], v, drive, 1/tauV)
	}
}

// slowWeights view the weights of one learner: in its state if they move, else
// those that all share.
type slowWeights struct {
	w, link []blas64.General // links of the hidden layers
	b       [][]float64
}

func newSlowWeights(net *Network) slowWeights {
	w := NewWeights(net)
	return slowWeights{w: w.W, link: w.Link[:net.Depth()-1], b: w.B}
}

// share views weights that hold still.
func (s *slowWeights) share(w *Weights) {
	copy(s.w, w.W)
	copy(s.b, w.B)
	copy(s.link, w.Link)
}

// viewForward views W and b at the beginning of x, laid out as in Weights.
func (s *slowWeights) viewForward(x []float64) {
	for i := range s.w {
		n := s.w[i].Rows * s.w[i].Cols
		s.w[i].Data, x = x[:n], x[n:]
		if s.b[i] != nil {
			s.b[i], x = x[:len(s.b[i])], x[len(s.b[i]):]
		}
	}
}

// viewFeedback views the links in the state x, where at says.
func (s *slowWeights) viewFeedback(x []float64, at []int) {
	for i, from := range at {
		s.link[i].Data = x[from : from+s.link[i].Rows*s.link[i].Cols]
	}
}
