package dataset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// readCSV reads a file, or a folder with train.csv and test.csv.
func readCSV(spec Spec, files hashes) (train, test *samples, err error) {
	info, err := os.Stat(spec.Path)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		train, err = readTable(spec.Path, spec, files)
		return train, nil, err
	}
	if train, err = readTable(filepath.Join(spec.Path, "train.csv"), spec, files); err != nil {
		return nil, nil, err
	}
	test, err = readTable(filepath.Join(spec.Path, "test.csv"), spec, files)
	return train, test, err
}

func readTable(path string, spec Spec, files hashes) (*samples, error) {
	content, err := files.read(path)
	if err != nil {
		return nil, err
	}
	s, err := parseCSV(content, spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// parseCSV reads one sample a line.
func parseCSV(content []byte, spec Spec) (*samples, error) {
	const byteOrderMark = "\xef\xbb\xbf" // spreadsheets begin with it
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte(byteOrderMark))))
	r.TrimLeadingSpace, r.ReuseRecord, r.Comment = true, true, '#'
	s := &samples{dim: spec.Inputs}
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && (!first || !isHeader(record)) {
			err = s.addRecord(r, record, spec)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(s.numbers) == 0 {
		return nil, errors.New("there are no samples")
	}
	return s, nil
}

// isHeader reports whether no field is a number.
func isHeader(record []string) bool {
	for _, field := range record {
		if _, err := number(field); err == nil {
			return false
		}
	}
	return true
}

func number(field string) (float64, error) {
	return strconv.ParseFloat(strings.TrimSpace(field), 64)
}

// addRecord appends the sample of one line.
func (s *samples) addRecord(r *csv.Reader, record []string, spec Spec) error {
	kind, err := columns(len(record), spec)
	if err != nil {
		line, _ := r.FieldPos(0)
		return fmt.Errorf("line %d: %w", line, err)
	}
	for k, field := range record {
		x, err := number(field)
		switch {
		case err != nil || math.IsNaN(x) || math.IsInf(x, 0):
			err = fmt.Errorf("%q is not a finite number", field)
		case k < spec.Inputs:
			s.numbers = append(s.numbers, x)
		case kind == labelColumn:
			err = s.addLabel(x)
		case kind == targetColumns:
			s.targets, s.targetDim = append(s.targets, x), spec.Outputs
		}
		if err != nil {
			line, column := r.FieldPos(k)
			return fmt.Errorf("line %d, column %d: %w", line, column, err)
		}
	}
	return nil
}

// lastColumns is what follows the inputs on a line.
type lastColumns int

const (
	unusedColumns lastColumns = iota
	labelColumn
	targetColumns
)

// columns says what lines of n columns have behind their inputs.
func columns(n int, spec Spec) (lastColumns, error) {
	in, out := spec.Inputs, spec.Outputs
	switch {
	case spec.Target == "input":
		if n == in || n == in+1 {
			return unusedColumns, nil
		}
		return 0, fmt.Errorf("%d columns, but the first layer has %d neurons: %d inputs are wanted and perhaps a label", n, in, in)
	case n == in+out:
		return targetColumns, nil
	case n == in+1:
		return labelColumn, nil
	}
	return 0, fmt.Errorf("%d columns, but the first layer has %d neurons and the last %d: %d columns are wanted or, with a label, %d", n, in, out, in+out, in+1)
}
