package sde

// Path is a Brownian motion W of some dimension. It belongs to one goroutine.
type Path interface {
	// Increment writes W(t1) - W(t0) to dw, t0 < t1.
	Increment(dw []float64, t0, t1 float64)
}

// SpaceTime is a [Path] that knows its integrals over time, which steps of strong
// order above 1 need. It is found by type assertion.
type SpaceTime interface {
	Path
	// Increments writes W(t1) - W(t0) to dw, the same bits as Increment, and
	//
	//	I_(1,0) = int_t0^t1 (W(s) - W(t0)) ds
	//
	// to dz, t0 < t1. Over an interval h both are normal, with the covariance
	//
	//	( h       h^2/2 )
	//	( h^2/2   h^3/3 )
	//
	// and independent of what the path does elsewhere: Kloeden and Platen (1992),
	// eq. (10.4.3). Neighbouring intervals obey Chen's relation,
	//
	//	dz(a, c) = dz(a, b) + dz(b, c) + (c - b) dw(a, b)
	Increments(dw, dz []float64, t0, t1 float64)
}

// Checker is a [Path] that does not have every interval. It is found by type assertion.
type Checker interface {
	// Check reports, before the first step, why steps h from t0 to t1 cannot be had.
	Check(t0, t1, h float64) error
}
