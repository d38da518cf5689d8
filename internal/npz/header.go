package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

const magic = "\x93NUMPY"

// npyHeader is what a .npy file says of itself.
type npyHeader struct {
	descr   string // such as <f8
	code    string // descr without the byte order
	kind    numberKind
	order   binary.ByteOrder
	fortran bool
	shape   []int
	items   int // the product of shape
}

// numberKind is a type of number in a file.
type numberKind struct {
	size    int
	integer bool
	decode  func(o binary.ByteOrder, b []byte) float64
}

var kinds = map[string]numberKind{
	"f8": {8, false, func(o binary.ByteOrder, b []byte) float64 { return math.Float64frombits(o.Uint64(b)) }},
	"f4": {4, false, func(o binary.ByteOrder, b []byte) float64 { return float64(math.Float32frombits(o.Uint32(b))) }},
	"i8": {8, true, func(o binary.ByteOrder, b []byte) float64 { return float64(int64(o.Uint64(b))) }},
	"i4": {4, true, func(o binary.ByteOrder, b []byte) float64 { return float64(int32(o.Uint32(b))) }},
	"i2": {2, true, func(o binary.ByteOrder, b []byte) float64 { return float64(int16(o.Uint16(b))) }},
	"i1": {1, true, func(_ binary.ByteOrder, b []byte) float64 { return float64(int8(b[0])) }},
	"u8": {8, true, func(o binary.ByteOrder, b []byte) float64 { return float64(o.Uint64(b)) }},
	"u4": {4, true, func(o binary.ByteOrder, b []byte) float64 { return float64(o.Uint32(b)) }},
	"u2": {2, true, func(o binary.ByteOrder, b []byte) float64 { return float64(o.Uint16(b)) }},
	"u1": {1, true, func(_ binary.ByteOrder, b []byte) float64 { return float64(b[0]) }},
	"b1": {1, true, func(_ binary.ByteOrder, b []byte) float64 { return float64(min(b[0], 1)) }},
}

var (
	descrPattern   = regexp.MustCompile(`'descr':\s*'([<>|=])([a-zA-Z][0-9]*)'`)
	fortranPattern = regexp.MustCompile(`'fortran_order':\s*(True|False)`)
	shapePattern   = regexp.MustCompile(`'shape':\s*\(([0-9L, ]*)\)`)
)

// readHeader reads all that precedes the numbers.
func readHeader(r io.Reader) (h npyHeader, err error) {
	text, err := headerText(r)
	if err != nil {
		return h, err
	}
	descr, fortran, shape := descrPattern.FindStringSubmatch(text), fortranPattern.FindStringSubmatch(text), shapePattern.FindStringSubmatch(text)
	if descr == nil || fortran == nil || shape == nil {
		return h, fmt.Errorf("not an array of numbers: its header is %q", strings.TrimSpace(text))
	}
	h.code, h.descr, h.fortran, h.order = descr[2], descr[1]+descr[2], fortran[1] == "True", binary.LittleEndian
	if descr[1] == ">" {
		h.order = binary.BigEndian
	}
	var known bool
	if h.kind, known = kinds[h.code]; !known {
		return h, fmt.Errorf("items of type %q are not numbers that can be read: save them as float64", h.descr)
	}
	return h, h.setShape(shape[1])
}

// setShape reads the inside of the shape's parentheses.
func (h *npyHeader) setShape(text string) error {
	h.shape = []int{}
	for _, size := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(", L", c) }) {
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("the shape (%s) is absurd", text)
		}
		h.shape = append(h.shape, n)
	}
	var ok bool
	if h.items, ok = product(h.shape); !ok || h.items > math.MaxInt/8 {
		return fmt.Errorf("the shape %v is absurd", h.shape)
	}
	return nil
}

// headerText reads magic, version and length, and returns the dictionary.
func headerText(r io.Reader) (string, error) {
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil || string(start[:6]) != magic {
		return "", errors.New("not a .npy file")
	}
	if start[6] < 1 || start[6] > 3 {
		return "", fmt.Errorf(".npy version %d.%d is not known", start[6], start[7])
	}
	size := make([]byte, 2)
	if start[6] > 1 {
		size = make([]byte, 4)
	}
	if _, err := io.ReadFull(r, size); err != nil {
		return "", errors.New("truncated in the header")
	}
	n := binary.LittleEndian.Uint32(append(size, 0, 0))
	if n > 1<<20 {
		return "", fmt.Errorf("a header of %d bytes is absurd", n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", errors.New("truncated in the header")
	}
	return string(text), nil
}

// header returns magic, version 1.0, length and dictionary, padded so that the
// numbers begin at a multiple of 64 bytes.
func header(descr string, shape []int) []byte {
	sizes := ""
	for _, n := range shape {
		sizes += fmt.Sprintf("%d, ", n)
	}
	if len(shape) > 1 {
		sizes = strings.TrimSuffix(sizes, ", ")
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, sizes)
	const fixed = len(magic) + 4
	text += strings.Repeat(" ", 63-(fixed+len(text))%64) + "\n"
	out := append([]byte(magic), 1, 0)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(text)))
	return append(out, text...)
}

// product returns the number of items of a shape, if it fits an int.
func product(shape []int) (int, bool) {
	n := 1
	for _, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}
