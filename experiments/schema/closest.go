package schema

import (
	"slices"
	"strings"
)

// closest is the path that the user of an unknown one may have meant, "" if there is none: the same name in another table,
// the outermost first, else the nearest spelling in the same table.
func closest(path string) string {
	all := paths()
	siblings := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return parent(p) != parent(path) })
	same := func(p string) bool { return strings.EqualFold(leaf(p), leaf(path)) }
	for _, group := range [][]string{siblings, all} {
		if i := slices.IndexFunc(group, same); i >= 0 {
			return group[i]
		}
	}
	return nearest(path, siblings)
}

// nearest is the path, or word, whose last part is spelt nearest to that of the given one, "" if none is near: a third of
// its letters may be wrong.
func nearest(path string, paths []string) string {
	name := strings.ToLower(leaf(path))
	best, least := "", max(1, len([]rune(name))/3)+1
	for _, p := range paths {
		if d := distance(name, strings.ToLower(leaf(p))); d < least {
			best, least = p, d
		}
	}
	return best
}

// Nearest is the word of words that is spelt nearest to the given one, "" if none is near.
func Nearest(word string, words []string) string { return nearest(word, words) }

// distance is the number of letters to insert, delete, replace or swap with their neighbour that lie between a and b (the
// optimal string alignment distance); a name and a longer one that begins with it are 1 apart.
func distance(a, b string) int {
	if a != b && min(len(a), len(b)) > 2 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)) {
		return 1
	}
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1) // d[i][j]: between the first i letters of x and the first j of y
	for i := range d {
		d[i] = make([]int, len(y)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case x[i-1] == y[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j], d[i][j-1], d[i-1][j-1])
			}
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
