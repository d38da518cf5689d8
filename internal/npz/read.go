package npz

import (
	"errors"
	"fmt"
	"io"
)

// readArray reads one .npy file to its end. The memory it takes is bounded by
// what the file holds, not by what its header says.
func readArray(r io.Reader) (Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return Array{}, err
	}
	a := Array{Shape: h.shape, Integer: h.kind.integer}
	if h.code == "u1" {
		a.Bytes, err = readAll(r, h, func(b []byte) byte { return b[0] })
	} else {
		a.Data, err = readAll(r, h, func(b []byte) float64 { return h.kind.decode(h.order, b) })
	}
	return a, err
}

// readAll reads and decodes the items that h announces, in C order, and makes
// sure that nothing follows them.
func readAll[T any](r io.Reader, h npyHeader, decode func(b []byte) T) ([]T, error) {
	const chunk = 1 << 13
	size, n := h.kind.size, h.items
	raw, items := make([]byte, min(n, chunk)*size), make([]T, 0, min(n, chunk))
	for len(items) < n {
		found, err := io.ReadFull(r, raw[:min(n-len(items), chunk)*size])
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("truncated: %s of shape %v needs %d bytes, and there are %d", h.descr, h.shape, n*size, len(items)*size+found)
		}
		if err != nil {
			return nil, err
		}
		for b := raw[:found]; len(b) > 0; b = b[size:] {
			items = append(items, decode(b))
		}
	}
	// The end must be reached: there the archive's checksum is compared.
	switch more, err := io.CopyN(io.Discard, r, 1); {
	case more > 0:
		return nil, fmt.Errorf("%s of shape %v needs %d bytes, and there are more", h.descr, h.shape, n*size)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	if h.fortran {
		items = rowMajor(items, h.shape)
	}
	return items, nil
}

// rowMajor turns column-major items into row-major.
func rowMajor[T any](items []T, shape []int) []T {
	out := make([]T, len(items))
	index := make([]int, len(shape))
	for k := range items {
		to := 0
		for d, i := range index {
			to = to*shape[d] + i
		}
		out[to] = items[k]
		for d := range index {
			if index[d]++; index[d] < shape[d] {
				break
			}
			index[d] = 0
		}
	}
	return out
}
