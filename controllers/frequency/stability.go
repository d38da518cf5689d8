package frequency

import "math"

// UnstablePoles returns the number of poles of the closed loop in the open right
// half plane, by the argument principle: as s runs from 0 up the imaginary axis,
// around a pole of L at 0,
//
//	arg det(I + L(s)) grows by pi (P - Z)
//
// with P = Unstable poles of L and Z of the closed loop there, each as often as it
// counts. The determinant turns Channels times as fast as one locus: the way is
// refined until it is known by how much, beyond what all channels do alike. The error is [ErrMarginal] where
// a pole is on the axis.
func (l Loop) UnstablePoles() (int, error) {
	w, err := newWalk(l, false)
	if err != nil {
		return 0, err
	}
	return w.unstablePoles(), nil
}

// unstablePoles closes the walk at infinity, where det(I + L) is 1.
func (w *walk) unstablePoles() int {
	last := w.points[len(w.points)-1]
	return w.loop.Unstable - int(math.Round((last.turned-last.argument)/math.Pi))
}
