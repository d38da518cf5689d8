package reproduce

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"credo/experiments"
	"gonum.org/v1/gonum/stat"
)

// Ran is a cell whose training is done.
type Ran struct {
	Cell
	Dir    string // its run directory
	Result *experiments.Result
}

// Runs are the cells of a result that are done, in the order of its Cells.
type Runs []Ran

// Named returns those whose name matches the pattern of [path.Match].
func (r Runs) Named(pattern string) Runs {
	return slices.DeleteFunc(slices.Clone(r), func(ran Ran) bool {
		ok, err := path.Match(pattern, ran.Name)
		if err != nil {
			panic(err) // the patterns stand in this package
		}
		return !ok
	})
}

// each returns the value of every run that matches pattern.
func (r Runs) each(pattern string, value func(Ran) (float64, error)) ([]float64, error) {
	var values []float64
	for _, ran := range r.Named(pattern) {
		x, err := value(ran)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ran.Name, err)
		}
		values = append(values, x)
	}
	return values, nil
}

// theory returns a column of theory.csv.
func (r Ran) theory(name string) ([]float64, error) {
	columns, err := experiments.ReadColumns(filepath.Join(r.Dir, "theory.csv"))
	if err != nil {
		return nil, err
	}
	column, ok := columns[name]
	if !ok {
		return nil, fmt.Errorf("theory.csv has no column %q", name)
	}
	return column, nil
}

// meanTheory returns the mean of a column of theory.csv over the epochs.
func meanTheory(name string) func(Ran) (float64, error) {
	return func(r Ran) (float64, error) {
		column, err := r.theory(name)
		if err != nil {
			return 0, err
		}
		return stat.Mean(column, nil), nil
	}
}
