package dataset

import "math"

// scaling is x -> (x - shift) / scale, with a table for bytes.
type scaling struct {
	shift, scale float64
	table        [256]float64
}

// newScaling returns the map that spec names. For MNIST "standard" uses the
// customary mean and deviation of its pixels, 0.1307 and 0.3081 of 255; elsewhere
// those of all inputs of the training set together.
func newScaling(spec Spec, train *Set) (*scaling, error) {
	s := &scaling{scale: 1}
	switch {
	case spec.Scaling == "none":
	case spec.Scaling == "unit":
		s.scale = 255
	case spec.Scaling == "standard" && spec.Source == "mnist":
		s.shift, s.scale = 0.1307*255, 0.3081*255
	case spec.Scaling == "standard":
		if s.shift, s.scale = train.moments(); s.scale == 0 {
			return nil, keyErrorf("data.scaling", "the training inputs are all %g: they have no deviation to scale by", s.shift)
		}
	default:
		return nil, keyErrorf("data.scaling", "no scaling %q (known: none, unit, standard)", spec.Scaling)
	}
	for x := range s.table {
		s.table[x] = (float64(x) - s.shift) / s.scale
	}
	return s, nil
}

func (s *scaling) bytes(dst []float64, x []byte) {
	for j, x := range x {
		dst[j] = s.table[x]
	}
}

func (s *scaling) numbers(dst, x []float64) {
	for j, x := range x {
		dst[j] = (x - s.shift) / s.scale
	}
}

// moments returns mean and standard deviation of all unscaled inputs of s.
func (s *Set) moments() (mean, deviation float64) {
	n := float64(s.Len() * s.Dim())
	sum, squares := 0.0, 0.0
	s.each(func(x float64) { sum += x })
	mean = sum / n
	s.each(func(x float64) { squares += (x - mean) * (x - mean) })
	return mean, math.Sqrt(squares / n)
}

// each calls see for every unscaled input.
func (s *Set) each(see func(x float64)) {
	dim := s.Dim()
	for _, k := range s.index {
		if s.samples.bytes != nil {
			for _, x := range s.samples.bytes[k*dim : (k+1)*dim] {
				see(float64(x))
			}
			continue
		}
		for _, x := range s.samples.numbers[k*dim : (k+1)*dim] {
			see(x)
		}
	}
}
