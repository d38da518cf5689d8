package spectra

import (
	"math"
	"slices"
)

// sample is sigma_min at x + iy, with its derivative along y.
type sample struct {
	y, sigma, slope float64
	gradient        float64 // along x
}

// vertical is a search for the smallest sigma_min on the line Re z = x, Im z >= 0;
// M is real, so that the other half is the same.
//
// It is Piyavskii's and Shubert's: sigma_min changes by at most 1 per unit of z, so on
// an interval of length l it is nowhere below (sigma_a + sigma_b - l)/2. Intervals are
// halved until none can hold less than a share slack below the smallest seen. Above the
// numerical range, Im z > height, sigma_min is at least Im z - height.
type vertical struct {
	h       *HalfPlane
	x       float64
	samples []sample // by y
}

const slack = 0.1

// lowest returns the smallest sigma_min at Re z = x: the smallest of the local minima
// in which samples within slack of the smallest lie.
func (h *HalfPlane) lowest(x float64) (lowest, error) {
	v := &vertical{h: h, x: x}
	h.probe.restart()
	if err := v.cover(); err != nil {
		return lowest{}, err
	}
	best := v.best()
	candidates := slices.Clone(v.samples)
	for i, s := range candidates {
		left, right := i == 0 || candidates[i-1].sigma >= s.sigma, i+1 == len(candidates) || candidates[i+1].sigma > s.sigma
		if left && right && s.sigma*(1-slack) <= best.sigma {
			refined, err := v.refine(s)
			if err != nil {
				return lowest{}, err
			}
			if refined.sigma < best.sigma {
				best = refined
			}
		}
	}
	return v.result(best), nil
}

// near returns the local minimum on the line Re z = x next to the height y.
func (h *HalfPlane) near(x, y float64) (lowest, error) {
	v := &vertical{h: h, x: x}
	s, err := v.look(y)
	if err != nil {
		return lowest{}, err
	}
	s, err = v.refine(s)
	return v.result(s), err
}

func (v *vertical) result(s sample) lowest {
	return lowest{complex(v.x, s.y), s.sigma, s.gradient}
}

func (v *vertical) look(y float64) (sample, error) {
	s, err := v.h.probe.at(complex(v.x, y), 1e-6)
	if err != nil {
		return sample{}, err
	}
	result := sample{y: y, sigma: s.Sigma}
	if s.Left != nil {
		result.gradient, result.slope = s.Gradient()
	}
	if y == 0 {
		result.slope = 0 // by symmetry
	}
	at, _ := slices.BinarySearchFunc(v.samples, y, func(s sample, y float64) int {
		if s.y < y {
			return -1
		}
		return 1
	})
	v.samples = slices.Insert(v.samples, at, result)
	return result, nil
}

func (v *vertical) best() sample {
	best := v.samples[0]
	for _, s := range v.samples {
		if s.sigma < best.sigma {
			best = s
		}
	}
	return best
}

// cover samples until the whole line is known within slack.
func (v *vertical) cover() error {
	for k := range 9 { // enough that the first bounds mean something
		if _, err := v.look(v.h.height * float64(k) / 8); err != nil {
			return err
		}
	}
	if top := v.h.height + v.best().sigma; top > v.h.height {
		if _, err := v.look(top); err != nil {
			return err
		}
	}
	for i := 0; i+1 < len(v.samples); {
		a, b := v.samples[i], v.samples[i+1]
		if (a.sigma+b.sigma-(b.y-a.y))/2 >= (1-slack)*v.best().sigma || b.y-a.y < 1e-12*(1+b.y) {
			i++
			continue
		}
		if _, err := v.look((a.y + b.y) / 2); err != nil {
			return err
		}
	}
	return nil
}

// refine goes from s to the local minimum beside it, a zero of the slope.
func (v *vertical) refine(s sample) (sample, error) {
	if s.slope == 0 {
		return s, nil
	}
	other, err := v.beyond(s)
	if err != nil || other.slope*s.slope > 0 {
		return s, err
	}
	best := smaller(s, other)
	slope := func(y float64) (float64, error) {
		at, err := v.look(y)
		best = smaller(best, at)
		return at.slope, err
	}
	err = illinois(slope, s.y, s.slope, other.y, other.slope, 1e-6*s.sigma, 1e-5)
	return best, err
}

// beyond steps downhill from s, by ever longer steps, until the slope turns.
func (v *vertical) beyond(s sample) (sample, error) {
	step := -math.Copysign(s.sigma/8, s.slope)
	for range 40 {
		next, err := v.look(max(s.y+step, 0))
		if err != nil || next.slope*s.slope <= 0 {
			return next, err
		}
		s, step = next, 2*step
	}
	return s, nil
}

func smaller(a, b sample) sample {
	if b.sigma < a.sigma {
		return b
	}
	return a
}
