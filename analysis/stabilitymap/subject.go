package stabilitymap

// Point is a point of the grid: its place along the axes, and their values there.
type Point struct {
	I, J int
	X, Y float64
}

// Subject is what a map is of: samples, each stable or not at every point. Judges of
// different samples work at the same time.
type Subject interface {
	Samples() int

	// Judge returns what answers for one sample. It is used by one goroutine, for
	// point after point, neighbours mostly, and not kept when the sample is done: it
	// may remember what other points can use, as long as no answer depends on which
	// were asked for before.
	Judge(sample int) (Judge, error)
}

// Judge answers for one sample.
type Judge interface {
	Stable(Point) (bool, error)

	// Abscissa returns the largest real part of an eigenvalue; +Inf where there is no
	// state whose stability could be asked for.
	Abscissa(Point) (float64, error)
}
