package spectra

import "math"

// Growth is the largest transient growth max_t |exp(Mt)| over t >= 0.
type Growth struct {
	Factor    float64   // +Inf where an eigenvalue has a real part >= 0
	Time      float64   // when it is reached
	Direction []float64 // of unit length: what grows most, the optimal perturbation
}

// MaxGrowth returns the largest growth. It is 1 at t = 0 where the numerical abscissa is
// not positive. Otherwise |exp(Mt)| is sampled at times in a ratio of sqrt 2 until it is
// below 1 (from then on, as |E^(k+1)| <= |E|^k |E|, nothing exceeds what came before), and
// the largest sample improved to a zero of its logarithmic derivative,
//
//	d log |exp(Mt)| / dt = v^T M v,   exp(Mt) u = |exp(Mt)| v
//
// So a peak that is higher but narrower than the samples are apart may be missed.
func (h *HalfPlane) MaxGrowth() (Growth, error) {
	if h.Abscissa >= 0 {
		return Growth{Factor: math.Inf(1), Time: math.Inf(1)}, nil
	}
	if h.Omega <= 0 {
		return Growth{Factor: 1}, nil
	}
	s := &growthSearch{op: h.op, probe: newProbe(h.op)}
	first, err := s.start(0.1 / h.Omega)
	if err != nil || first.sigma <= 1 {
		return Growth{Factor: 1}, err
	}
	best, err := s.summit(first)
	if err != nil {
		return Growth{}, err
	}
	g := Growth{best.sigma, best.t, make([]float64, h.op.Dim())}
	for k, c := range best.from {
		g.Direction[k] = real(c)
	}
	return g, nil
}

// growthSearch samples |exp(Mt)|, each t from the last one's direction on.
type growthSearch struct {
	op    Full
	probe *probe
}

// moment is exp(Mt) from = sigma to, the largest sigma at one t.
type moment struct {
	direction
	t     float64
	slope float64 // d log sigma / dt
}

func (s *growthSearch) at(t float64) (moment, error) {
	e, err := newEvolution(s.op, t)
	if err != nil {
		return moment{}, err
	}
	d, err := s.probe.largest(e, 1e-5)
	if err == nil {
		err = e.err
	}
	if err != nil {
		return moment{}, err
	}
	s.probe.follow(d.from)
	n := s.op.Dim()
	v, mv := make([]float64, n), make([]float64, n)
	for k, c := range d.to {
		v[k] = real(c)
	}
	s.op.Apply(mv, v)
	m := moment{direction: d, t: t}
	for k, x := range v {
		m.slope += x * mv[k]
	}
	return m, nil
}

// start returns |exp(Mt)| at t, or at an earlier time if it is not growing any more by
// then. Growth that is over at 1e-6 t is none.
func (s *growthSearch) start(t float64) (moment, error) {
	m, err := s.at(t)
	for earlier := t / 8; err == nil && (m.sigma <= 1 || m.slope < 0) && earlier > 1e-6*t; earlier /= 8 {
		m, err = s.at(earlier)
	}
	return m, err
}

const growthStride = math.Sqrt2

// summit samples from the moment first on and returns the largest growth.
func (s *growthSearch) summit(first moment) (moment, error) {
	all, top := []moment{first}, 0
	for m := first; m.sigma >= 1; {
		var err error
		if m, err = s.at(m.t * growthStride); err != nil {
			return m, err
		}
		all = append(all, m)
		if m.sigma > all[top].sigma {
			top = len(all) - 1
		}
	}
	best, other := all[top], top+1
	if best.slope < 0 && top > 0 {
		other = top - 1
	}
	if all[other].slope*best.slope >= 0 {
		return best, nil
	}
	s.probe.follow(best.from)
	slope := func(t float64) (float64, error) {
		m, err := s.at(t)
		if err == nil && m.sigma > best.sigma {
			best = m
		}
		return m.slope, err
	}
	a, b := best, all[other]
	err := illinois(slope, a.t, a.slope, b.t, b.slope, 1e-4*a.t, 1e-6*math.Abs(a.slope))
	return best, err
}
