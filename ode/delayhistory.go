package ode

import "sort"

// leastSignalNodes makes cubic interpolation no worse than it is.
const leastSignalNodes = 5

// signalNodes returns the number of points, equally spaced and both ends among them, at
// which the signal of a step is kept: the polynomial through them is of the order of the
// method's dense output.
func signalNodes(m Method) int { return max(m.DenseOrder()+1, leastSignalNodes) }

// signalHistory is the signal of one row over its accepted steps, the latest last.
type signalHistory struct {
	m       int       // length of the signal
	ends    []float64 // t0, t1 of every step
	z       []float64 // nodes x m of every step
	weights []float64 // scratch: of the nodes
}

func (s *signalHistory) reset() { s.ends, s.z = s.ends[:0], s.z[:0] }

// add returns room for the signal at the nodes of the step from t0 to t1, after
// forgetting steps that end before horizon once they are the greater part.
func (s *signalHistory) add(t0, t1, horizon float64) []float64 {
	steps, block := len(s.ends)/2, len(s.weights)*s.m
	old := sort.Search(steps, func(k int) bool { return s.ends[2*k+1] >= horizon })
	if old > steps/2 {
		s.ends = s.ends[:copy(s.ends, s.ends[2*old:])]
		s.z = s.z[:copy(s.z, s.z[block*old:])]
	}
	s.ends = append(s.ends, t0, t1)
	for range block {
		s.z = append(s.z, 0)
	}
	return s.z[len(s.z)-block:]
}

// at writes the signal at t, within the steps or an ulp or two outside, to z.
func (s *signalHistory) at(z []float64, t float64) {
	steps := len(s.ends) / 2
	k := min(sort.Search(steps, func(k int) bool { return s.ends[2*k+1] >= t }), steps-1)
	t0, t1 := s.ends[2*k], s.ends[2*k+1]
	lagrange(s.weights, (t-t0)/(t1-t0))
	from := s.z[k*len(s.weights)*s.m:]
	clear(z)
	for i, w := range s.weights {
		for j, x := range from[i*s.m : (i+1)*s.m] {
			z[j] += w * x
		}
	}
}

// lagrange sets the weights at theta of the polynomial through equally spaced nodes on
// [0, 1].
func lagrange(weights []float64, theta float64) {
	at := theta * float64(len(weights)-1)
	for i := range weights {
		weights[i] = 1
		for j := range weights {
			if j != i {
				weights[i] *= (at - float64(j)) / float64(i-j)
			}
		}
	}
}
