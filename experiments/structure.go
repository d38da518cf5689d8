package experiments

import "credo/analysis"

// structure measures what record.theory names of distributions of weights: a
// number a layer.
func (r *run) structure() map[string][]float64 {
	values := map[string][]float64{}
	for i := range r.trainer.net.Depth() {
		s := analysis.StructureOf(r.trainer.w, i, nil)
		for name, value := range map[string]float64{
			"sparsity": s.Sparsity, "entropy": s.Entropy, "published-entropy": s.PublishedEntropy, "vip": s.VIP, "uip": s.UIP,
		} {
			values[name] = append(values[name], value)
		}
	}
	return values
}
