// Package stabilitymap maps where many systems are stable over two parameters.
//
// A [Subject] holds the systems, its samples, and answers for one of them at one
// point of the plane whether it is stable. A [Map] holds how many samples are stable
// at every point of a grid, quantiles of their spectral abscissas, and the curves
// that bound the regions, for drawing. Nothing here knows what the systems are.
//
// The grid is not filled point by point. Every sample's region is outlined by itself
// from a grid of coarse cells: a cell is quartered where the points known on its
// rim, those that finer neighbours have judged included, disagree, down to
// single points, and so along the boundary only. Of the other cells the
// inside is taken to be as the rim. Boundaries are followed wherever they go,
// along a thin tongue to its tip too. The picture is that of the dense grid (a Stride
// of 1) but for what touches neither a point of the coarse grid nor a boundary that
// was found: an island, or a strait, that fits between the coarse points. So the
// Stride bounds what can be missed, and a map with half of it tells whether
// anything was.
//
//	x, y := stabilitymap.Logarithmic(0.01, 100, 100), stabilitymap.Linear(0, 1, 100)
//	m, err := stabilitymap.Plan{X: x, Y: y, Stride: 8, Workers: 2}.Map(ctx, subject)
//	for _, boundary := range m.Contours(0.5) {
//		draw(boundary.X, boundary.Y)
//	}
package stabilitymap
