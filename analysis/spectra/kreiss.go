package spectra

// Kreiss is a constant of M with respect to the left half plane,
//
//	K(M) = sup_{Re z > 0} Re z |(zI - M)^-1|
//
// which bounds transient growth from below, K <= sup_t |exp(Mt)| <= e n K: Kreiss's
// matrix theorem, Trefethen and Embree (2005), section 18.
type Kreiss struct {
	Constant float64    // +Inf where an eigenvalue has a positive real part
	At       complex128 // where it is reached, Im >= 0
}
