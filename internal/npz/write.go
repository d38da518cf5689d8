package npz

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"credo/internal/wholefile"
)

// Array is a named array, row-major.
type Array struct {
	Name  string
	Shape []int
	Data  []float64

	// Integer says that the numbers were integers or booleans in the file.
	Integer bool

	// Bytes holds the items of an array of unsigned bytes, in place of Data.
	Bytes []byte
}

// Numbers returns Data, or Bytes as numbers.
func (a Array) Numbers() []float64 {
	if a.Data != nil {
		return a.Data
	}
	numbers := make([]float64, len(a.Bytes))
	for k, x := range a.Bytes {
		numbers[k] = float64(x)
	}
	return numbers
}

// Write replaces path with an uncompressed archive of arrays. The file appears
// whole or not at all.
func Write(path string, arrays []Array) error {
	return wholefile.Write(path, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		for _, a := range arrays {
			entry, err := archive.CreateHeader(&zip.FileHeader{Name: a.Name + ".npy", Method: zip.Store})
			if err != nil {
				return err
			}
			if err := a.write(entry); err != nil {
				return fmt.Errorf("%s: %s: %w", path, a.Name, err)
			}
		}
		return archive.Close()
	})
}

// write writes a as .npy, version 1.0.
func (a Array) write(w io.Writer) error {
	kind, n := "<f8", len(a.Data)
	if a.Bytes != nil {
		kind, n = "|u1", len(a.Bytes)
	}
	if size, ok := product(a.Shape); !ok || size != n {
		return fmt.Errorf("%d numbers do not have the shape %v", n, a.Shape)
	}
	if _, err := w.Write(header(kind, a.Shape)); err != nil {
		return err
	}
	if a.Bytes != nil {
		_, err := w.Write(a.Bytes)
		return err
	}
	buffer := make([]byte, 0, 1<<16)
	for _, x := range a.Data {
		if len(buffer)+8 > cap(buffer) {
			if _, err := w.Write(buffer); err != nil {
				return err
			}
			buffer = buffer[:0]
		}
		buffer = binary.LittleEndian.AppendUint64(buffer, math.Float64bits(x))
	}
	_, err := w.Write(buffer)
	return err
}
