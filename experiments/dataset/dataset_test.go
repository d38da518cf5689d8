package dataset

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
)

func silent(string) {}

// load loads what must be loadable.
func load(t *testing.T, spec Spec) *Data {
	t.Helper()
	data, err := Load(context.Background(), spec, silent)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wantFault fails unless Load reports a fault of key that says all of want.
func wantFault(t *testing.T, spec Spec, key string, want ...string) {
	t.Helper()
	_, err := Load(context.Background(), spec, silent)
	var fault *KeyError
	if !errors.As(err, &fault) || fault.Key != key {
		t.Fatalf("error %v, want a fault of %s", err, key)
	}
	for _, w := range want {
		if !strings.Contains(fault.Message, w) {
			t.Errorf("%q does not say %q", fault.Message, w)
		}
	}
}

// write puts a file into dir and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// inputs and targets return the numbers of all samples of s.
func inputs(s *Set) []float64 {
	dst := matrix(s.Len(), s.Dim())
	s.Inputs(dst, all(s))
	return dst.Data
}

func targets(s *Set) []float64 {
	dst := matrix(s.Len(), s.TargetDim())
	s.Targets(dst, all(s))
	return dst.Data
}

func matrix(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
}

func all(s *Set) []int {
	index := make([]int, s.Len())
	for k := range index {
		index[k] = k
	}
	return index
}

func TestUnknownWordsAreFaultsOfTheirKeys(t *testing.T) {
	path := write(t, t.TempDir(), "a.csv", "1,2\n3,4\n")
	wantFault(t, Spec{Source: "imagenet"}, "data.source", `"imagenet"`, "mnist")
	wantFault(t, Spec{Source: "csv", Path: path, Inputs: 1, Outputs: 1, Scaling: "whiten", Train: -1}, "data.scaling", `"whiten"`)
	for _, source := range []string{"idx", "npz", "csv"} {
		wantFault(t, Spec{Source: source, Path: path + "/none", Scaling: "none"}, "data.path", path)
	}
}
