package dataset

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
)

// writeCIFAR writes files of two records each: record r of file f has label f + r
// and bytes f + r + their place.
func writeCIFAR(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for f, name := range append(cifarTrain, cifarTest...) {
		var content []byte
		for r := range 2 {
			content = append(content, byte(f+r))
			for k := range cifarPixels {
				content = append(content, byte(f+r+k))
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCIFAR10IsReadInItsBinaryVersion(t *testing.T) {
	data, err := Load(context.Background(), Spec{Source: "cifar10", Path: writeCIFAR(t), Target: "label", Scaling: "unit", Train: -1, Test: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if data.Train.Len() != 10 || data.Test.Len() != 2 || data.Classes != 10 || data.Train.Dim() != 3072 || len(data.Hashes) != 6 {
		t.Fatalf("%d to train, %d to test, %d classes, %d inputs, %d files", data.Train.Len(), data.Test.Len(), data.Classes, data.Train.Dim(), len(data.Hashes))
	}
	image := blas64.General{Rows: 1, Cols: 3072, Stride: 3072, Data: make([]float64, 3072)}
	for _, set := range []*Set{data.Train, data.Test} {
		for k, label := range set.Labels() {
			set.Inputs(image, []int{k})
			for j := range image.Data {
				if want := float64(byte(label+j)) / 255; math.Abs(image.Data[j]-want) > 1e-15 {
					t.Fatalf("image of label %d: number %d is %g, want %g", label, j, image.Data[j], want)
				}
			}
		}
	}
}

func TestFaultsOfCIFAR10HaveAPlace(t *testing.T) {
	for name, spoil := range map[string]struct {
		content []byte
		want    string
	}{
		"cut":   {make([]byte, 3000), "data_batch_3.bin: it has 3000 bytes, which are no whole number of records of 3073"},
		"label": {append([]byte{10}, make([]byte, 3072)...), "data_batch_3.bin: record 0: 10 is not a label"},
	} {
		dir := writeCIFAR(t)
		if err := os.WriteFile(filepath.Join(dir, "data_batch_3.bin"), spoil.content, 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Load(context.Background(), Spec{Source: "cifar10", Path: dir, Target: "label", Scaling: "unit", Train: -1, Test: -1}, nil)
		if err == nil || !strings.Contains(err.Error(), spoil.want) || !strings.HasPrefix(err.Error(), "data.path: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(context.Background(), Spec{Source: "cifar10", Path: t.TempDir(), Train: -1, Test: -1}, nil); err == nil || !strings.Contains(err.Error(), "data_batch_1.bin: no such file or directory: the folder must hold data_batch_1.bin to data_batch_5.bin and test_batch.bin") {
		t.Errorf("an empty folder: %v", err)
	}
}
