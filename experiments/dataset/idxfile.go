package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// byteArray is an array of unsigned bytes, last index fastest.
type byteArray struct {
	shape []int
	items []byte
}

// parseIDX reads the content of an idx file, which may be gzipped.
func parseIDX(content []byte) (byteArray, error) {
	if !bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		return decodeIDX(bytes.NewReader(content))
	}
	r, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return byteArray{}, broken(err)
	}
	return decodeIDX(r)
}

// decodeIDX reads the bytes 0 0 8 d, then d sizes as big-endian 32-bit integers,
// then the items, to the end of r. The memory it takes is bounded by what r holds.
func decodeIDX(r io.Reader) (byteArray, error) {
	var magic [4]byte
	if _, err := io.ReadFull(r, magic[:]); err != nil {
		return byteArray{}, broken(err)
	}
	if magic[0] != 0 || magic[1] != 0 || magic[2] != 8 || magic[3] == 0 {
		return byteArray{}, fmt.Errorf("not an idx file of unsigned bytes: it begins with % x, not with 00 00 08 and the number of dimensions", magic)
	}
	sizes := make([]uint32, magic[3])
	if err := binary.Read(r, binary.BigEndian, sizes); err != nil {
		return byteArray{}, broken(err)
	}
	shape, n, err := shapeOf(sizes)
	if err != nil {
		return byteArray{}, err
	}
	var items bytes.Buffer
	if _, err := io.Copy(&items, io.LimitReader(r, n+1)); err != nil {
		return byteArray{}, broken(err)
	}
	switch found := int64(items.Len()); {
	case found < n:
		return byteArray{}, fmt.Errorf("truncated: the sizes %v need %d bytes, and there are %d", shape, n, found)
	case found > n:
		return byteArray{}, fmt.Errorf("there is more behind the %d bytes that the sizes %v need", n, shape)
	}
	return byteArray{shape, items.Bytes()}, nil
}

// shapeOf returns the sizes as ints and their product.
func shapeOf(sizes []uint32) (shape []int, n int64, err error) {
	const most = 1 << 40
	n = 1
	for _, size := range sizes {
		if size > 0 && n > most/int64(size) {
			return nil, 0, fmt.Errorf("the sizes %v are absurd", sizes)
		}
		n *= int64(size)
		shape = append(shape, int(size))
	}
	return shape, n, nil
}

// broken says what an error in the middle of a file means.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("truncated")
	}
	return fmt.Errorf("corrupted: %w", err)
}
