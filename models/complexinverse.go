package models

import "math"

// panel is how many columns, or rows, are worked on one by one; what is wider is
// halved, so that nearly all of the work is in products.
const panel = 16

// invert sets x = m^-1 and destroys m; both are n x n. It reports whether m was
// regular; swapped is scratch of length n.
//
// With partial pivoting P m = L U, and m^-1 = (U^-1 L^-1) P. LAPACK would do it,
// but gonum's is for real matrices alone.
func (m complexMatrix) invert(x complexMatrix, swapped []int) bool {
	if !m.factor(swapped) {
		return false
	}
	x.setIdentity()
	m.solveLower(x, 0)
	m.solveUpper(x)
	for k := len(swapped) - 1; k >= 0; k-- {
		if swapped[k] != k {
			x.swapColumns(k, swapped[k])
		}
	}
	return true
}

// factor replaces m, of at least as many rows as columns, with L below the
// diagonal, whose own is 1, and U. Row k was exchanged with row swapped[k].
func (m complexMatrix) factor(swapped []int) bool {
	rows, n := m.re.Rows, m.re.Cols
	if n <= panel {
		return m.factorPanel(swapped)
	}
	h := half(n)
	left, right := m.block(0, 0, rows, h), m.block(0, h, rows, n-h)
	if !left.factor(swapped[:h]) {
		return false
	}
	for k, with := range swapped[:h] {
		right.swapRows(k, with)
	}
	top, bottom := right.block(0, 0, h, n-h), right.block(h, 0, rows-h, n-h)
	m.block(0, 0, h, h).solveLower(top, n)
	bottom.subtractProduct(left.block(h, 0, rows-h, h), top)
	if !bottom.factor(swapped[h:]) {
		return false
	}
	for k := h; k < n; k++ {
		swapped[k] += h
		left.swapRows(k, swapped[k])
	}
	return true
}

// factorPanel is factor, column by column.
func (m complexMatrix) factorPanel(swapped []int) bool {
	for k := range swapped {
		swapped[k] = m.pivot(k)
		m.swapRows(k, swapped[k])
		top := m.at(k, k)
		if top == 0 {
			return false
		}
		inverse := 1 / top
		for i := k + 1; i < m.re.Rows; i++ {
			factor := m.at(i, k) * inverse
			m.set(i, k, factor)
			m.subtractShort(i, k, factor)
		}
	}
	return true
}

// subtractShort is subtractRow of the columns after k, too few for a call.
func (m complexMatrix) subtractShort(i, k int, factor complex128) {
	re, im, kRe, kIm := row(m.re, i), row(m.im, i), row(m.re, k), row(m.im, k)
	a, b := real(factor), imag(factor)
	for j := k + 1; j < len(re); j++ {
		re[j] -= a*kRe[j] - b*kIm[j]
		im[j] -= a*kIm[j] + b*kRe[j]
	}
}

// pivot returns the row at or below k with the largest entry in column k.
func (m complexMatrix) pivot(k int) int {
	best, size := k, 0.0
	for i := k; i < m.re.Rows; i++ {
		if s := math.Abs(m.re.Data[i*m.re.Stride+k]) + math.Abs(m.im.Data[i*m.im.Stride+k]); s > size {
			best, size = i, s
		}
	}
	return best
}

// solveLower replaces x with L^-1 x, where only the first full + k + 1 entries
// of row k of x, as far as there are, need not be zero.
func (m complexMatrix) solveLower(x complexMatrix, full int) {
	n, cols := m.re.Rows, x.re.Cols
	if n <= panel {
		for i := range n {
			for k := range i {
				x.subtractRow(i, k, m.at(i, k), 0, min(full+k+1, cols))
			}
		}
		return
	}
	h := half(n)
	used := min(full+h, cols)
	m.block(0, 0, h, h).solveLower(x.block(0, 0, h, cols), full)
	x.block(h, 0, n-h, used).subtractProduct(m.block(h, 0, n-h, h), x.block(0, 0, h, used))
	m.block(h, h, n-h, n-h).solveLower(x.block(h, 0, n-h, cols), used)
}

// solveUpper replaces x with U^-1 x.
func (m complexMatrix) solveUpper(x complexMatrix) {
	n, cols := m.re.Rows, x.re.Cols
	if n <= panel {
		for i := n - 1; i >= 0; i-- {
			for k := i + 1; k < n; k++ {
				x.subtractRow(i, k, m.at(i, k), 0, cols)
			}
			x.scaleRow(i, 1/m.at(i, i), cols)
		}
		return
	}
	h := half(n)
	lower := x.block(h, 0, n-h, cols)
	m.block(h, h, n-h, n-h).solveUpper(lower)
	x.block(0, 0, h, cols).subtractProduct(m.block(0, h, h, n-h), lower)
	m.block(0, 0, h, h).solveUpper(x.block(0, 0, h, cols))
}

// half returns about half of n, in whole panels.
func half(n int) int { return (n/2 + panel - 1) / panel * panel }
