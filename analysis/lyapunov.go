package analysis

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// lyapunov solves
//
//	m S + S m^T + noise = 0
//
// as one linear system of all n^2 entries of S: the covariance at rest of dx = m x
// dt + g dW, noise = g g^T, if all eigenvalues of m have negative real parts.
// noise need not be symmetric. The error says that m has eigenvalues of sum 0.
func lyapunov(m, noise *mat.Dense) (*mat.Dense, error) {
	n, _ := m.Dims()
	kronecker, rhs := mat.NewDense(n*n, n*n, nil), mat.NewVecDense(n*n, nil)
	for i := range n {
		for j := range n {
			rhs.SetVec(i*n+j, -noise.At(i, j))
			for k := range n {
				kronecker.Set(i*n+j, k*n+j, kronecker.At(i*n+j, k*n+j)+m.At(i, k))
				kronecker.Set(i*n+j, i*n+k, kronecker.At(i*n+j, i*n+k)+m.At(j, k))
			}
		}
	}
	if err := rhs.SolveVec(kronecker, rhs); err != nil {
		return nil, fmt.Errorf("analysis: Lyapunov's equation has no solution: %w", err)
	}
	return mat.NewDense(n, n, rhs.RawVector().Data), nil
}
