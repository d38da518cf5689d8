package analysis

import (
	"math"

	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/stat/distuv"
)

// EntropyConvention says what the entropy of a spike and a slab is.
type EntropyConvention int

const (
	// MixtureEntropy is that of the mixture, a mass at 0 and a density besides:
	//
	//	S = -pi ln pi - (1-pi) ln(1-pi) + (1-pi)/2 ln(2 pi_c e Xi)
	MixtureEntropy EntropyConvention = iota

	// PublishedEntropy is Li and Huang (2020), eq. (8), which adds the slab's
	// density at 0 to the spike's mass; averaged over the slab in closed form:
	//
	//	S8 = -pi ln[pi + (1-pi) N(0|m, Xi)] + (1-pi) [1/2 ln(2 pi_c e Xi) - ln(1-pi)]
	PublishedEntropy
)

// surelyNarrow is the variance up to which a slab counts as a point, as in the
// authors' program: the entropy's limit as Xi -> 0 is -infinity.
const surelyNarrow = 1e-8

// Entropy returns the entropy of a weight in nats. Of a weight that is surely 0 it
// is 0; of a slab that is a point, that of pi, or 0 if the point is 0 too.
func Entropy(p models.SpikeSlab, c EntropyConvention) float64 {
	switch {
	case p.Pi == 1:
		return 0
	case p.Xi <= surelyNarrow && (p.M == 0 || p.Pi == 0):
		return 0
	case p.Xi <= surelyNarrow:
		return surprise(p.Pi) + surprise(1-p.Pi)
	}
	slab := (1 - p.Pi) * (math.Log(2*math.Pi*math.E*p.Xi)/2 - math.Log1p(-p.Pi))
	if c == MixtureEntropy || p.Pi == 0 {
		return surprise(p.Pi) + slab
	}
	zero := distuv.Normal{Mu: p.M, Sigma: math.Sqrt(p.Xi)}.Prob(0)
	return slab - p.Pi*math.Log(p.Pi+(1-p.Pi)*zero)
}

// surprise returns -p ln p.
func surprise(p float64) float64 {
	if p == 0 {
		return 0
	}
	return -p * math.Log(p)
}

// Structure is what a layer of random weights looks like.
type Structure struct {
	Sparsity float64 // mean pi
	VIP      float64 // fraction of very important weights, pi = 0 and Xi = 0 exactly
	UIP      float64 // fraction of unimportant weights, pi = 1 exactly
	Narrow   float64 // fraction with Xi <= 1e-8, whose entropy is one of convention

	Entropy, PublishedEntropy float64 // means
}

// StructureOf returns the structure of layer i, counted from 0. Where inputs is
// not nil it is that of the weights from inputs[k] alone, which are true.
func StructureOf(w *models.Weights, i int, inputs []bool) Structure {
	var s Structure
	n := 0.0
	for k := range w.W[i].Data {
		if inputs != nil && !inputs[k%w.W[i].Cols] {
			continue
		}
		n++
		p := w.Weight(i, k)
		s.Sparsity += p.Pi
		s.Entropy += Entropy(p, MixtureEntropy)
		s.PublishedEntropy += Entropy(p, PublishedEntropy)
		s.VIP += indicator(VIP(p))
		s.UIP += indicator(UIP(p))
		s.Narrow += indicator(p.Xi <= surelyNarrow)
	}
	for _, sum := range []*float64{&s.Sparsity, &s.VIP, &s.UIP, &s.Narrow, &s.Entropy, &s.PublishedEntropy} {
		*sum /= n
	}
	return s
}

// VIP says whether a weight is very important: pi = 0 and Xi = 0 exactly, as
// projection makes them. Li and Huang (2020), p. 4.
func VIP(p models.SpikeSlab) bool { return p.Pi == 0 && p.Xi == 0 }

// UIP says whether a weight is unimportant: it is surely 0.
func UIP(p models.SpikeSlab) bool { return p.Pi == 1 }

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// LiveInputs says of every input whether it is other than 0 in any row of a set.
// A dead input has no gradient: its weights stay as they begin.
func LiveInputs(rows blas64.General, live []bool) {
	for k := range rows.Rows {
		for j, x := range rows.Data[k*rows.Stride : k*rows.Stride+rows.Cols] {
			live[j] = live[j] || x != 0
		}
	}
}
