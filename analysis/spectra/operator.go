package spectra

import "fmt"

// Operator is a real square matrix M, known by its products. It belongs to one
// goroutine.
type Operator interface {
	// Dim is the number of rows of M, at least 1.
	Dim() int
	// Apply sets y = M x. It must neither keep nor change x.
	Apply(y, x []float64)
}

// Transposer is an [Operator] that knows the products of its transpose.
type Transposer interface {
	Operator
	// ApplyTransposed sets y = M^T x. It must neither keep nor change x.
	ApplyTransposed(y, x []float64)
}

// Resolver is an [Operator] that knows its resolvent.
type Resolver interface {
	Operator
	// Resolvent returns (zI - M)^-1, which holds until the next call. The error
	// is a [*SingularError] where z is an eigenvalue to working precision.
	Resolvent(z complex128) (Resolvent, error)
}

// Resolvent is R = (zI - M)^-1 at one z.
type Resolvent interface {
	// Solve sets x = R b; x may be b.
	Solve(x, b []complex128)
	// SolveAdjoint sets x = R^* b; x may be b.
	SolveAdjoint(x, b []complex128)
}

// SingularError reports a z at which there is no resolvent.
type SingularError struct{ Z complex128 }

func (e *SingularError) Error() string {
	return fmt.Sprintf("spectra: zI - M is singular at z = %v: it is an eigenvalue", e.Z)
}
