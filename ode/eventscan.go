package ode

import (
	"cmp"
	"math"
	"slices"
)

// scan finds the events of row k in its step and leaves them in hits, up to the first that ends the step. It returns the part of the
// step to which that is cut, 0 if it is not, and the event whose g is not a number, or -1.
func (w *watch) scan(s *Step, k int) (cut float64, flawed int) {
	w.s, w.k = s, k
	id := s.ID[k]
	w.sample()
	g := w.g[id*len(w.events) : (id+1)*len(w.events)]
	w.hits[id] = w.hits[id][:0]
	for e := range w.events {
		w.e = e
		w.lay(g[e])
		w.probe()
		for i := range w.nodes {
			if math.IsNaN(w.nodes[i].g) || i > 0 && !w.cross(w.nodes[i-1], w.nodes[i]) {
				return 0, e
			}
		}
		g[e] = w.points[e*eventPoints+eventPoints-1]
	}
	return w.order(id), -1
}

// sample evaluates every g at equal parts of the step.
func (w *watch) sample() {
	for i := range eventPoints {
		theta := float64(i+1) / eventPoints
		w.s.InterpolateRow(w.state, w.k, theta)
		t := w.s.time(w.k, theta)
		for e, event := range w.events {
			w.points[e*eventPoints+i] = event.G(w.s.ID[w.k], t, w.state)
		}
	}
}

// value is g of the event searched for at a part of the step.
func (w *watch) value(theta float64) float64 {
	w.s.InterpolateRow(w.state, w.k, theta)
	return w.events[w.e].G(w.s.ID[w.k], w.s.time(w.k, theta), w.state)
}

// lay sets the nodes to the points of the event, with g0 at the start. One that is not armed is looked at soon: it arms there.
func (w *watch) lay(g0 float64) {
	w.nodes = append(w.nodes[:0], node{0, g0})
	if g0 == 0 {
		w.nodes = append(w.nodes, node{departure, w.value(departure)})
	}
	for i := range eventPoints {
		w.nodes = append(w.nodes, node{float64(i+1) / eventPoints, w.points[w.e*eventPoints+i]})
	}
}

// probe adds nodes where three neighbours of one sign say that g comes close to 0.
func (w *watch) probe() {
	for i, probes := 1, 0; i+1 < len(w.nodes) && probes < maxProbes; {
		theta, ok := dip(w.nodes[i-1], w.nodes[i], w.nodes[i+1])
		if !ok {
			i++
			continue
		}
		at := i
		if theta > w.nodes[i].theta {
			at++
		}
		w.nodes = slices.Insert(w.nodes, at, node{theta, w.value(theta)})
		probes++
		i = max(1, at-1)
	}
}

// dip is where the parabola through three nodes of one sign comes closest to 0, if that is much closer than the nodes are.
func dip(a, b, c node) (theta float64, ok bool) {
	if a.g*b.g <= 0 || b.g*c.g <= 0 {
		return 0, false
	}
	first := (b.g - a.g) / (b.theta - a.theta)
	second := ((c.g-b.g)/(c.theta-b.theta) - first) / (c.theta - a.theta)
	if !(second*b.g > 0) {
		return 0, false
	}
	theta = (a.theta+b.theta)/2 - first/(2*second)
	if theta-a.theta < together || math.Abs(theta-b.theta) < together || c.theta-theta < together {
		return 0, false
	}
	lowest := a.g + (theta-a.theta)*(first+second*(theta-b.theta))
	nearest := min(math.Abs(a.g), math.Abs(b.g), math.Abs(c.g))
	return theta, math.Copysign(1, b.g)*lowest < nearest/4
}

// cross locates the sign change between neighbouring nodes, if there is one that counts. It reports whether g was a number throughout.
func (w *watch) cross(from, to node) bool {
	if from.g == 0 || math.IsNaN(to.g) || to.g != 0 && (to.g < 0) == (from.g < 0) || !w.events[w.e].Direction.wants(from.g) {
		return true
	}
	b := bracket{from.theta, to.theta, from.g, to.g}
	b.narrow(w.ask, max(0x1p-51, 2*w.s.spacing(w.k)))
	id := w.s.ID[w.k]
	w.hits[id] = append(w.hits[id], hit{w.e, b.right, w.s.time(w.k, b.right), max(math.Abs(b.fl), math.Abs(b.fr))})
	return !math.IsNaN(b.fr)
}

// order sorts the events of a step, moves those that cannot be told apart to the last of them, and drops what comes after the first that ends
// the step.
func (w *watch) order(id int) (cut float64) {
	hits, apart := w.hits[id], max(together, 4*w.s.spacing(w.k))
	slices.SortFunc(hits, hit.compare)
	for i := 0; i < len(hits); {
		last := i
		for last+1 < len(hits) && hits[last+1].theta-hits[i].theta <= apart {
			last++
		}
		for ; i < last; i++ {
			hits[i].theta, hits[i].t = hits[last].theta, hits[last].t
		}
		i++
	}
	slices.SortFunc(hits, hit.compare)
	for i, h := range hits {
		if cut > 0 && h.theta > cut {
			w.hits[id] = hits[:i]
			break
		}
		if w.events[h.event].Effect != Passes {
			cut = h.theta
		}
	}
	return cut
}

func (h hit) compare(other hit) int {
	return cmp.Or(cmp.Compare(h.theta, other.theta), cmp.Compare(h.event, other.event))
}
