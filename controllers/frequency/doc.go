// Package frequency analyses feedback loops of several channels by their loop
// transfer L(s), an n x n matrix: the loop closes as y = -L(s) y, and its poles are
// the zeros of det(I + L(s)).
//
// The main calls are [Loop.Margins], which tells how much gain, phase or delay in
// all channels the closed loop bears, and [Loop.Loci], the characteristic loci of
// MacFarlane and Postlethwaite (1977), Int. J. Control 25: the eigenvalues of
// L(i w), continuous in w, ready to be drawn. [Loop.UnstablePoles] counts the
// closed loop's poles in the right half plane by the argument principle alone.
//
//	// 1/(s (s + 1)) bears any gain, and a delay of 1.153 time units
//	l := frequency.Loop{
//		Channels: 1,
//		Corners:  []float64{1},
//		Transfer: func(dst []complex128, s complex128) { dst[0] = 1 / (s * (s + 1)) },
//	}
//	m, err := l.Margins()
//
// [Cascade.Closed] makes the loop of a chain of low-pass filters and a controller. The
// package knows nothing of networks.
package frequency
