package spectra

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Pseudospectrum returns sigma_min(zI - M) on a grid, row i, column j at
// z = re[j] + i im[i], right to about 1e-8: its level curve epsilon bounds the
// epsilon-pseudospectrum. As M is real, a row is computed once for im and -im. Each row
// depends on itself alone, so that rows may be shared out, an operator each.
func Pseudospectrum(op Resolver, re, im []float64) (*mat.Dense, error) {
	grid, p := mat.NewDense(len(im), len(re), nil), newProbe(op)
	for i, y := range im {
		if k := slices.Index(im[:i], -y); k >= 0 {
			grid.SetRow(i, grid.RawRowView(k))
			continue
		}
		p.restart()
		for j, x := range re {
			s, err := p.at(complex(x, y), gridTol)
			if err != nil {
				return nil, err
			}
			grid.Set(i, j, s.Sigma)
		}
	}
	return grid, nil
}

// gridTol is the residual of singular vectors on a grid: the values, whose error is of
// its square, are right to 1e-8 or so.
const gridTol = 1e-4
