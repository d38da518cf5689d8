package models

// NodePerturbation is learning from noise alone: hidden layers follow the
// estimate lambda_i of the gradient that a noisy twin of the network gives, one
// scalar and each neuron's own noise,
//
//	m_i = -lambda_i = -(l~ - l) xi_i / c^2,   d_i = phi_i'(v_i) * m_i     i < L
//
// or d_i = -lambda_i itself where the noise is on voltages, so that lambda_i
// estimates dl/dv_i: Lillicrap et al. (2016), Methods, "fast" reinforcement
// learning. The output layer learns from its error. Activities and updates are
// those of the network without noise, whichever loss l~ is compared with.
type NodePerturbation struct {
	*Pathways
	twin *noisyTwin
}

// NewNodePerturbation returns the rule for net; s gives its noise.
func NewNodePerturbation(net *Network, s Settings) *NodePerturbation {
	return &NodePerturbation{NewPathways(net, Shallow{}), newNoisyTwin(net, s.Noise, s.Seed)}
}

// Present adds the update, summed over the samples of batch, to dst.
func (p *NodePerturbation) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	o, last := p.Run(w, batch), p.net.Depth()-1
	p.twin.run(w, p.Feedforward, batch)
	p.errors.Rows = batch.N
	p.outputError(p.errors.M[last], batch)
	for i, m := range p.errors.M {
		if i < last {
			p.twin.descend(m, i, batch.N)
		}
		for b := range batch.N {
			d := row(p.errors.D[i], b)
			if i < last && p.twin.Voltage {
				copy(d, row(m, b))
				continue
			}
			p.net.Phi[i].Slope(d, row(p.V[i], b), row(p.R[i], b))
			multiply(d, row(m, b))
		}
	}
	dst.AddOuter(p.errors.D, p.before, batch.N)
	return o, nil
}

func (p *NodePerturbation) noise() *noisyTwin { return p.twin }
