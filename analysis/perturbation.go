package analysis

import (
	"math/rand/v2"

	"credo/models"
)

// Perturbation is a way to change weights of a layer, Li and Huang (2020), fig. 4a.
type Perturbation int

const (
	// OffVIP switches off (pi := 1) a fraction of the layer's VIPs.
	OffVIP Perturbation = iota
	// OffAny switches off as many weights, drawn among all, without replacement.
	OffAny
	// RandomUIP replaces a fraction of the UIPs by draws of a standard normal.
	RandomUIP
)

// Perturb changes the fraction f of what the perturbation is about in layer i of
// w, counted from 0, as rng draws it. It returns how many weights it changed;
// w.Compose must follow before w learns.
func Perturb(w *models.Weights, i int, how Perturbation, f float64, rng *rand.Rand) int {
	var vip, uip, all []int
	for k := range w.W[i].Data {
		p := w.Weight(i, k)
		all = append(all, k)
		if VIP(p) {
			vip = append(vip, k)
		}
		if UIP(p) {
			uip = append(uip, k)
		}
	}
	n, among := int(f*float64(len(vip))+0.5), vip
	switch how {
	case OffAny:
		among = all
	case RandomUIP:
		n, among = int(f*float64(len(uip))+0.5), uip
	}
	for _, at := range rng.Perm(len(among))[:n] {
		k := among[at]
		if how == RandomUIP {
			w.W[i].Data[k], w.Pi[i].Data[k], w.Xi[i].Data[k] = rng.NormFloat64(), 0, 0
			continue
		}
		w.Pi[i].Data[k] = 1
	}
	return n
}
