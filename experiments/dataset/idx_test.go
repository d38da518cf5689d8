package dataset

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Images of 1 x 2 pixels, and their labels.
const (
	images2 = "\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02" + "\x00\x33\xff\x01"
	labels2 = "\x00\x00\x08\x01\x00\x00\x00\x02" + "\x02\x00"
)

func zipped(content string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return b.String()
}

// idxFolder is a folder of four files of two images, spelt in several ways.
func idxFolder(t *testing.T) string {
	dir := t.TempDir()
	write(t, dir, "train-images-idx3-ubyte.gz", zipped(images2))
	write(t, dir, "train-labels-idx1-ubyte", labels2)
	write(t, dir, "t10k-images.idx3-ubyte", images2)
	write(t, dir, "t10k-labels.idx1-ubyte.gz", zipped(labels2))
	return dir
}

func idxSpec(t *testing.T) Spec {
	return Spec{Source: "idx", Path: idxFolder(t), Scaling: "unit", Train: -1, Test: -1}
}

func TestIDXFoldersAreRead(t *testing.T) {
	spec := idxSpec(t)
	data := load(t, spec)
	if d := cmp.Diff([]float64{0, 0.2, 1, 1 / 255.0}, inputs(data.Test)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{0, 0, 1, 1, 0, 0}, targets(data.Test)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{2, 0}, data.Test.Labels()); d != "" || data.Classes != 3 || len(data.Hashes) != 4 {
		t.Errorf("%d classes, hashes %v, labels %s", data.Classes, data.Hashes, d)
	}
}

func TestImagesMayHaveAnyShape(t *testing.T) {
	dir := t.TempDir()
	for _, split := range []string{"train", "t10k"} {
		write(t, dir, split+"-images-idx4-ubyte", "\x00\x00\x08\x04\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x03"+"abcdef")
		write(t, dir, split+"-labels-idx1-ubyte", labels2)
	}
	if got := load(t, Spec{Source: "idx", Path: dir, Scaling: "none", Train: -1, Test: -1}).Train.Dim(); got != 3 {
		t.Errorf("%d inputs", got)
	}
}

func TestFaultyIDXFilesAreNamed(t *testing.T) {
	damaged := []byte(zipped(images2))
	damaged[len(damaged)-8] ^= 1 // of the checksum
	for _, c := range []struct{ name, file, content, want string }{
		{"empty", "train-labels-idx1-ubyte", "", "truncated"},
		{"cut header", "train-labels-idx1-ubyte", labels2[:6], "truncated"},
		{"cut", "train-labels-idx1-ubyte", labels2[:9], "need 2 bytes, and there are 1"},
		{"trailing", "train-labels-idx1-ubyte", labels2 + "x", "there is more behind the 2 bytes"},
		{"floats", "train-labels-idx1-ubyte", "\x00\x00\x0d\x01\x00\x00\x00\x00", "00 00 0d 01"},
		{"no dimensions", "train-labels-idx1-ubyte", "\x00\x00\x08\x00", "00 00 08 00"},
		{"absurd", "train-images-idx3-ubyte.gz", "\x00\x00\x08\x03" + strings.Repeat("\xff", 12), "absurd"},
		{"large", "train-images-idx3-ubyte.gz", "\x00\x00\x08\x01\xff\xff\xff\xff", "need 4294967295 bytes, and there are 0"},
		{"cut gzip", "train-images-idx3-ubyte.gz", zipped(images2)[:20], "truncated"},
		{"damaged gzip", "train-images-idx3-ubyte.gz", string(damaged), "corrupted: gzip: invalid checksum"},
		{"behind gzip", "train-images-idx3-ubyte.gz", zipped(images2) + "and something else", "corrupted"},
		{"few labels", "train-labels-idx1-ubyte", "\x00\x00\x08\x01\x00\x00\x00\x01\x07", "1 labels"},
		{"square labels", "train-labels-idx1-ubyte", images2, "one dimension"},
		{"no images", "train-images-idx3-ubyte.gz", "\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x00", "no pixels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := idxFolder(t)
			path := write(t, dir, c.file, c.content)
			wantFault(t, Spec{Source: "idx", Path: dir}, "data.path", path, c.want)
		})
	}
	dir := t.TempDir()
	wantFault(t, Spec{Source: "idx", Path: dir}, "data.path", dir, "train-images")
}

func TestTestImagesMustBeLikeTrainingImages(t *testing.T) {
	dir := idxFolder(t)
	write(t, dir, "t10k-images.idx3-ubyte", "\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x01ab")
	wantFault(t, Spec{Source: "idx", Path: dir}, "data.path", "2 inputs", "test samples 1")
}

func FuzzParseIDX(f *testing.F) {
	for _, seed := range []string{images2, labels2, zipped(images2), "\x00\x00\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := parseIDX(content)
		if err != nil {
			return
		}
		n := 1
		for _, size := range a.shape {
			n *= size
		}
		if n != len(a.items) {
			t.Errorf("%d bytes of sizes %v", len(a.items), a.shape)
		}
	})
}
