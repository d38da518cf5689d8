package spectra

import "math"

// illinois closes in on a zero of g between a and b, where ga and gb, its values there,
// have different signs, until the interval is shorter than width or |g| below small: the
// regula falsi with the Illinois rule, Dowell and Jarratt (1971), BIT 11. What is wanted
// of the points visited g keeps itself.
func illinois(g func(float64) (float64, error), a, ga, b, gb, width, small float64) error {
	for range 40 {
		if math.Abs(b-a) < width || ga == gb {
			return nil
		}
		c := b - gb*(b-a)/(gb-ga)
		gc, err := g(c)
		if err != nil || math.Abs(gc) < small {
			return err
		}
		if gc*gb < 0 {
			a, ga = b, gb
		} else {
			ga /= 2
		}
		b, gb = c, gc
	}
	return nil
}
