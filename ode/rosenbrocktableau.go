package ode

import (
	"fmt"
	"math"
)

// rosenbrockTableau is a Rosenbrock method of s stages as data, Hairer and Wanner (1996), IV.7, eq. (7.25), in the variables that need no product
// with J:
//
//	(I - h Gamma J) U_i = Gamma (h f(t + c_i h, y + sum_{j<i} A_ij U_j) + sum_{j<i} C_ij U_j + h^2 d_i df/dt)
//	y1  = y + sum_i M_i U_i
//	err =     sum_i E_i U_i
//	y(t + theta h) = (1 - theta) y + theta (y1 + (1 - theta) sum_m theta^m sum_i H_mi U_i)
//
// with J and df/dt at (t, y).
type rosenbrockTableau struct {
	name       string
	order      int
	errorOrder int
	denseOrder int
	gamma      float64
	a, c       [][]float64 // s rows, row i of length i
	nodes, d   []float64   // s
	m, e       []float64   // s
	h          [][]float64 // rows of s
}

// check reports the first claim that the coefficients do not keep: nodes and d follow from A and C, and for every rooted tree of at
// most so many nodes
//
//	sum_i b_i phi_i(tree) = theta^|tree| / gamma(tree)
//
// where an edge to an only child has the weight beta_ij = alpha_ij + gamma_ij, and to one of several alpha_ij: Hairer and Wanner (1996), IV.7,
// theorem 7.7. In the variables U, (gamma_ij) = (1/Gamma - C)^-1, (alpha_ij) = A (gamma_ij) and b = M (gamma_ij).
func (t *rosenbrockTableau) check() error {
	inner := t.inner()
	alpha := mulTriangular(t.a, inner)
	for i := range t.m {
		if c, d := sum(alpha[i]), sum(inner[i]); math.Abs(c-t.nodes[i]) > checkTolerance || math.Abs(d-t.d[i]) > checkTolerance {
			return fmt.Errorf("ode: %s: stage %d is at %g and not %g, with d = %g and not %g", t.name, i, c, t.nodes[i], d, t.d[i])
		}
	}
	embedded := make([]float64, len(t.m))
	for i, e := range t.e {
		embedded[i] = t.m[i] - e
	}
	if err := t.checkOrder("M", t.m, t.order, 1); err != nil {
		return err
	}
	if err := t.checkOrder("M - E", embedded, t.errorOrder, 1); err != nil {
		return err
	}
	weights := make([]float64, len(t.m))
	for _, theta := range []float64{0.2, 0.5, 0.7, 1} {
		for i := range weights {
			weights[i] = t.weight(i, theta)
		}
		if err := t.checkOrder("H", weights, t.denseOrder, theta); err != nil {
			return err
		}
	}
	return nil
}

// rosenbrockTolerance bounds the residual of a condition: coefficients of size 100 in double precision, multiplied up to five deep.
const rosenbrockTolerance = 1e-10

func (t *rosenbrockTableau) checkOrder(name string, m []float64, order int, theta float64) error {
	inner := t.inner()
	alpha := mulTriangular(t.a, inner)
	beta, b := make([][]float64, len(m)), make([]float64, len(m))
	for i := range m {
		beta[i] = make([]float64, len(m))
		for j := range m {
			beta[i][j] = alpha[i][j] + inner[i][j]
			b[j] += m[i] * inner[i][j]
		}
	}
	for _, tree := range rootedTrees(order) {
		want := math.Pow(theta, float64(tree.nodes)) / tree.gamma
		if got := dot(b, tree.linearlyImplicitWeights(alpha, beta)); !(math.Abs(got-want) <= rosenbrockTolerance) {
			return fmt.Errorf("ode: %s: %s misses a condition of order %d at theta = %g by %g", t.name, name, tree.nodes, theta, got-want)
		}
	}
	return nil
}

// inner returns (gamma_ij), s x s, by forward substitution in (1/Gamma - C) (gamma_ij) = 1.
func (t *rosenbrockTableau) inner() [][]float64 {
	s := len(t.m)
	inner := make([][]float64, s)
	for i := range inner {
		inner[i] = make([]float64, s)
		inner[i][i] = t.gamma
		for j, c := range t.c[i] {
			for k := range s {
				inner[i][k] += t.gamma * c * inner[j][k]
			}
		}
	}
	return inner
}

// mulTriangular returns a b, a with rows of length i.
func mulTriangular(a, b [][]float64) [][]float64 {
	ab := make([][]float64, len(a))
	for i, row := range a {
		ab[i] = make([]float64, len(b))
		for j, v := range row {
			for k := range ab[i] {
				ab[i][k] += v * b[j][k]
			}
		}
	}
	return ab
}

// linearlyImplicitWeights returns phi_i(tree) as check has it.
func (tree *rootedTree) linearlyImplicitWeights(alpha, beta [][]float64) []float64 {
	phi, a := make([]float64, len(alpha)), alpha
	for i := range phi {
		phi[i] = 1
	}
	if len(tree.subtrees) == 1 {
		a = beta
	}
	for _, s := range tree.subtrees {
		inner := s.linearlyImplicitWeights(alpha, beta)
		for i, row := range a {
			phi[i] *= dot(row, inner)
		}
	}
	return phi
}

// weight is that of U_i in y(t + theta h) - y.
func (t *rosenbrockTableau) weight(i int, theta float64) float64 {
	w := 0.0
	for m := len(t.h) - 1; m >= 0; m-- {
		w = w*theta + t.h[m][i]
	}
	return theta * (t.m[i] + (1-theta)*w)
}

// growth is R(z), the factor of one step of y' = lambda y with z = h lambda.
func (t *rosenbrockTableau) growth(z float64) float64 {
	u, r := make([]float64, len(t.m)), 1.0
	for i := range u {
		u[i] = t.gamma * (z*(1+dot(t.a[i], u)) + dot(t.c[i], u)) / (1 - t.gamma*z)
		r += t.m[i] * u[i]
	}
	return r
}
