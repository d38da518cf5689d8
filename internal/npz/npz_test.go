package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 4).Draw(t, "shape")
		n, _ := product(shape)
		numbers := rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "numbers")
		raw := rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "raw")
		if err := Write(path, []Array{{Name: "W1", Shape: shape, Data: numbers}, {Name: "raw", Shape: shape, Bytes: raw}}); err != nil {
			t.Fatal(err)
		}
		got, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]Array{
			"W1":  {Name: "W1", Shape: shape, Data: numbers},
			"raw": {Name: "raw", Shape: shape, Data: Array{Bytes: raw}.Numbers(), Integer: true, Bytes: raw},
		}
		if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	})
}

// More numbers than are read or written at a time.
func TestLongArraysAreReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	long := make([]float64, 100_003)
	for k := range long {
		long[k] = float64(k)
	}
	if err := Write(path, []Array{{Name: "x", Shape: []int{len(long)}, Data: long}}); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil || !cmp.Equal(got["x"].Data, long) {
		t.Errorf("%d numbers, %v", len(got["x"].Data), err)
	}
}

func TestEqualArraysMakeEqualFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	var files [2][]byte
	for k := range files {
		if err := Write(path, []Array{{Name: "x", Shape: []int{2}, Data: []float64{1, math.NaN()}}}); err != nil {
			t.Fatal(err)
		}
		files[k], _ = os.ReadFile(path)
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two files differ")
	}
}

// testdata/numpy.npz was written by NumPy 1.24.2:
//
//	np.savez_compressed("numpy.npz", f4=np.array([[1.5, -2]], "<f4"), big=np.array([1, 2], ">i4"),
//	    fortran=np.asfortranarray(np.arange(6.).reshape(2, 3)), flags=np.array([True, False]),
//	    scalar=np.float64(3), labels=np.array([7, 250], "u1"))
func TestReadsWhatNumPyWrites(t *testing.T) {
	got, err := Read("testdata/numpy.npz")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Array{
		"f4":      {Name: "f4", Shape: []int{1, 2}, Data: []float64{1.5, -2}},
		"big":     {Name: "big", Shape: []int{2}, Data: []float64{1, 2}, Integer: true},
		"fortran": {Name: "fortran", Shape: []int{2, 3}, Data: []float64{0, 1, 2, 3, 4, 5}},
		"flags":   {Name: "flags", Shape: []int{2}, Data: []float64{1, 0}, Integer: true},
		"scalar":  {Name: "scalar", Shape: []int{}, Data: []float64{3}},
		"labels":  {Name: "labels", Shape: []int{2}, Data: []float64{7, 250}, Integer: true, Bytes: []byte{7, 250}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestArraysAreReadOneByOne(t *testing.T) {
	f, err := Open("testdata/numpy.npz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.Names(), " "); got != "big f4 flags fortran labels scalar" || !f.Has("big") || f.Has("none") {
		t.Errorf("names %s", got)
	}
	a, err := f.Array("labels")
	if want := (Array{Name: "labels", Shape: []int{2}, Integer: true, Bytes: []byte{7, 250}}); err != nil || !cmp.Equal(a, want) {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := f.Array("W9"); err == nil || !strings.Contains(err.Error(), "numpy.npz: no array W9 (there are: big, f4") {
		t.Errorf("error %v", err)
	}
}

// npy is a .npy file of version 1.0 with the given type, shape and content.
func npy(descr, shape, content string) string {
	dict := "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }"
	return magic + "\x01\x00" + string([]byte{byte(len(dict)), 0}) + dict + content
}

func TestEveryTypeOfNumberIsRead(t *testing.T) {
	for _, c := range []struct {
		descr, content string
		want           float64
	}{
		{"<f8", "\x00\x00\x00\x00\x00\x00\xf8\xbf", -1.5}, {">f8", "\xbf\xf8\x00\x00\x00\x00\x00\x00", -1.5},
		{"<f4", "\x00\x00\xc0\xbf", -1.5}, {">f4", "\xbf\xc0\x00\x00", -1.5},
		{"<i8", "\xfe\xff\xff\xff\xff\xff\xff\xff", -2}, {">i8", "\xff\xff\xff\xff\xff\xff\xff\xfe", -2},
		{"<i4", "\xfe\xff\xff\xff", -2}, {"<i2", "\xfe\xff", -2}, {">i2", "\xff\xfe", -2}, {"|i1", "\xfe", -2},
		{"<u8", "\x02\x01\x00\x00\x00\x00\x00\x00", 258}, {"<u4", "\x02\x01\x00\x00", 258}, {">u2", "\x01\x02", 258},
		{"|b1", "\x01", 1},
	} {
		a, err := readArray(strings.NewReader(npy(c.descr, "()", c.content)))
		if err != nil || len(a.Data) != 1 || a.Data[0] != c.want || a.Integer == strings.Contains(c.descr, "f") {
			t.Errorf("%s: %+v, %v; want %g", c.descr, a, err, c.want)
		}
	}
}

func TestHeadersOfEveryVersionAreRead(t *testing.T) {
	v1 := npy("|u1", "(3,)", "abc")
	for _, version := range []string{"\x02\x00", "\x03\x00"} {
		wide := magic + version + v1[8:10] + "\x00\x00" + v1[10:]
		if a, err := readArray(strings.NewReader(wide)); err != nil || string(a.Bytes) != "abc" {
			t.Errorf("version %q: %+v, %v", version, a, err)
		}
	}
}

func TestFaultsAreNamed(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"not npy", "hello, world", "not a .npy file"},
		{"unknown version", magic + "\x04\x00", "version 4.0"},
		{"truncated header", magic + "\x01\x00\x40\x00{'des", "truncated in the header"},
		{"objects", npy("|O", "(2,)", ""), `"|O"`},
		{"complex", npy("<c16", "(2,)", ""), `"<c16"`},
		{"record", magic + "\x01\x00\x18\x00{'descr': [('a', '<f8')]}", "not an array of numbers"},
		{"too short", npy("<f8", "(2,)", "12345678"), "<f8 of shape [2] needs 16 bytes, and there are 8"},
		{"no number", npy("<f8", "(2,)", ""), "needs 16 bytes, and there are 0"},
		{"cut number", npy("<f4", "(2,)", "12345"), "needs 8 bytes, and there are 5"},
		{"too long", npy("|u1", "(2,)", "123"), "there are more"},
		{"absurd", npy("<f8", "(9999999999, 9999999999)", ""), "absurd"},
		{"absurd size", npy("<f8", "(99999999999999999999,)", ""), "absurd"},
		{"large", npy("<f8", "(1000000000, 1000000)", "1234"), "and there are 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(archived(t, c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "bad.npz: X: ") {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

// archived returns the path of an archive with one stored file, X.npy.
func archived(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	entry, err1 := archive.CreateHeader(&zip.FileHeader{Name: "X.npy", Method: zip.Store})
	_, err2 := entry.Write([]byte(content))
	path := filepath.Join(t.TempDir(), "bad.npz")
	if err := errors.Join(err1, err2, archive.Close(), os.WriteFile(path, b.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestADamagedByteIsFound(t *testing.T) {
	path := archived(t, npy("|u1", "(7,)", "numbers"))
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file = bytes.Replace(file, []byte("numbers"), []byte("Numbers"), 1)
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); !errors.Is(err, zip.ErrChecksum) {
		t.Errorf("error %v", err)
	}
}

func TestWhatIsNoArchiveIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.npz")
	if _, err := Read(path); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(path, []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "not a .npz file") {
		t.Errorf("text: %v", err)
	}
}

func TestArraysMustHaveTheirShape(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	for _, a := range []Array{
		{Name: "W", Shape: []int{3}, Data: []float64{1}},
		{Name: "W", Shape: []int{-1, -1}, Data: []float64{1}},
		{Name: "W", Shape: []int{2}, Bytes: []byte{1}},
	} {
		if err := Write(path, []Array{a}); err == nil || !strings.Contains(err.Error(), "a.npz: W: ") {
			t.Errorf("%+v: error %v", a, err)
		}
	}
}

func FuzzReadArray(f *testing.F) {
	f.Add([]byte(npy("<f8", "(1, 2)", "0123456789abcdef")))
	f.Add(append(header("|u1", []int{3}), 1, 2, 3))
	f.Add([]byte(npy(">i2", "(1000000000,)", "x")))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := readArray(bytes.NewReader(file))
		if err != nil {
			return
		}
		if n, ok := product(a.Shape); !ok || n != len(a.Data)+len(a.Bytes) {
			t.Errorf("%d numbers and %d bytes of shape %v", len(a.Data), len(a.Bytes), a.Shape)
		}
	})
}
