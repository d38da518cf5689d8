package experiments

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
)

// Columns are the columns of a run's metrics.csv or theory.csv by name, a value
// an epoch: NaN where the cell is empty.
type Columns map[string][]float64

// ReadColumns reads metrics.csv or theory.csv of a run directory.
func ReadColumns(path string) (Columns, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s: no header", path)
	}
	columns := Columns{}
	for line, record := range records[1:] {
		for k, name := range records[0] {
			value := math.NaN()
			if record[k] != "" {
				if value, err = strconv.ParseFloat(record[k], 64); err != nil {
					return nil, fmt.Errorf("%s:%d: %s: %q is not a number", path, line+2, name, record[k])
				}
			}
			columns[name] = append(columns[name], value)
		}
	}
	return columns, nil
}
