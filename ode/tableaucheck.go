package ode

import (
	"fmt"
	"math"
	"slices"
)

// checkTolerance bounds the residual of a condition: coefficients of size 10 in double precision, multiplied up to four deep.
const checkTolerance = 1e-12

// Check reports the first claim of the tableau that its coefficients do not keep: its shape, C_i = sum_j A_ij, the conditions of
// order Order for B, ErrorOrder for B - E, CrudeOrder for B - Crude and DenseOrder for Dense, and that Dense ends in B.
func (t *Tableau) Check() error {
	if err := t.checkShape(); err != nil {
		return err
	}
	for i, row := range t.A {
		if c := sum(row); math.Abs(c-t.C[i]) > checkTolerance {
			return t.fault("row %d of A sums to %g and not to C = %g", i, c, t.C[i])
		}
	}
	if err := t.checkOrder("B", t.B, t.Order, 1); err != nil {
		return err
	}
	if err := t.checkOrder("B - E", t.embedded(t.E), t.ErrorOrder, 1); err != nil {
		return err
	}
	if err := t.checkOrder("B - Crude", t.embedded(t.Crude), t.CrudeOrder, 1); err != nil {
		return err
	}
	return t.checkDense()
}

// embedded returns B - e, the weights of the solution that estimates the error.
func (t *Tableau) embedded(e []float64) []float64 {
	b := slices.Clone(t.B)
	for i, v := range e {
		b[i] -= v
	}
	return b
}

func (t *Tableau) fault(format string, args ...any) error {
	return fmt.Errorf("ode: tableau %q: %s", t.Name, fmt.Sprintf(format, args...))
}

func (t *Tableau) checkShape() error {
	s := len(t.B)
	switch {
	case s == 0 || len(t.A) < s || len(t.C) != len(t.A):
		return t.fault("A, B and C are of %d, %d and %d stages", len(t.A), s, len(t.C))
	case len(t.A) > s && t.Dense == nil:
		return t.fault("A has %d stages after those of B, which only Dense could use", len(t.A)-s)
	case t.Order < 1:
		return t.fault("Order is %d: want at least 1", t.Order)
	case (t.E == nil) != (t.ErrorOrder == 0) || t.E != nil && len(t.E) != s:
		return t.fault("E has %d weights for %d stages and ErrorOrder %d", len(t.E), s, t.ErrorOrder)
	case (t.Crude == nil) != (t.CrudeOrder == 0) || t.Crude != nil && len(t.Crude) != s:
		return t.fault("Crude has %d weights for %d stages and CrudeOrder %d", len(t.Crude), s, t.CrudeOrder)
	case t.Crude != nil && t.CrudeOrder >= t.ErrorOrder:
		return t.fault("CrudeOrder is %d: want less than ErrorOrder %d", t.CrudeOrder, t.ErrorOrder)
	case (t.Dense == nil) != (t.DenseOrder == 0) || t.Dense != nil && len(t.Dense) != len(t.A):
		return t.fault("Dense has %d polynomials for %d stages and DenseOrder %d", len(t.Dense), len(t.A), t.DenseOrder)
	}
	for i, row := range t.A {
		if len(row) != i {
			return t.fault("row %d of A has %d entries: want %d, because the method is explicit", i, len(row), i)
		}
	}
	return nil
}

// checkOrder checks that weights b integrate from 0 to theta with the given order: for every rooted tree of at most so many nodes,
//
//	sum_i b_i phi_i(tree) = theta^|tree| / gamma(tree)
//
// Hairer, Norsett and Wanner (1993), II.2, theorem 2.13, and II.6.
func (t *Tableau) checkOrder(name string, b []float64, order int, theta float64) error {
	for _, tree := range rootedTrees(order) {
		want := math.Pow(theta, float64(tree.nodes)) / tree.gamma
		if got := dot(b, tree.stageWeights(t.A)); !(math.Abs(got-want) <= checkTolerance) {
			return t.fault("%s misses a condition of order %d at theta = %g by %g", name, tree.nodes, theta, got-want)
		}
	}
	return nil
}

func (t *Tableau) checkDense() error {
	b := make([]float64, len(t.A))
	for _, theta := range []float64{0.2, 0.5, 0.7, 1} {
		for i, p := range t.Dense {
			b[i] = polynomial(p, theta)
		}
		if err := t.checkOrder("Dense", b, t.DenseOrder, theta); err != nil {
			return err
		}
	}
	for i := range t.Dense {
		want := 0.0
		if i < len(t.B) {
			want = t.B[i]
		}
		if math.Abs(b[i]-want) > checkTolerance {
			return t.fault("Dense ends in %g and not in B = %g at stage %d", b[i], want, i)
		}
	}
	return nil
}

// rootedTree is a root with subtrees.
type rootedTree struct {
	subtrees []*rootedTree
	nodes    int
	gamma    float64 // nodes times the gammas of the subtrees
}

// rootedTrees returns the trees of at most order nodes, the smallest first.
func rootedTrees(order int) []*rootedTree {
	var trees []*rootedTree
	for n := 1; n <= order; n++ {
		forests(trees, n-1, nil, func(subtrees []*rootedTree) {
			tree := &rootedTree{subtrees: slices.Clone(subtrees), nodes: n, gamma: float64(n)}
			for _, s := range subtrees {
				tree.gamma *= s.gamma
			}
			trees = append(trees, tree)
		})
	}
	return trees
}

// forests calls visit once with every multiset of trees that adds n nodes to forest. A tree is never followed by one that comes
// after it in the list.
func forests(trees []*rootedTree, n int, forest []*rootedTree, visit func([]*rootedTree)) {
	if n == 0 {
		visit(forest)
		return
	}
	for i, tree := range trees {
		if tree.nodes <= n {
			forests(trees[:i+1], n-tree.nodes, append(forest, tree), visit)
		}
	}
}

// stageWeights returns phi_i(tree) = prod over subtrees of sum_j a_ij phi_j(subtree).
func (tree *rootedTree) stageWeights(a [][]float64) []float64 {
	phi := make([]float64, len(a))
	for i := range phi {
		phi[i] = 1
	}
	for _, s := range tree.subtrees {
		inner := s.stageWeights(a)
		for i, row := range a {
			phi[i] *= dot(row, inner)
		}
	}
	return phi
}

// dot is sum_i a_i b_i over the length of a.
func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

func sum(a []float64) float64 {
	s := 0.0
	for _, v := range a {
		s += v
	}
	return s
}
