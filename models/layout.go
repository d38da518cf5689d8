package models

import "fmt"

// Block names a stretch of a flat state: Len numbers from Offset on.
type Block struct {
	Name   string
	Offset int
	Len    int
}

// Layout names the stretches of one sample's state ("v1", "x"): what a
// scenario asks to record and what an error message says.
type Layout struct {
	blocks []Block
	width  int
}

// add appends a block of n numbers and returns its offset.
func (l *Layout) add(name string, n int) int {
	offset := l.width
	l.blocks = append(l.blocks, Block{name, offset, n})
	l.width += n
	return offset
}

// bands are a block of every layer in one sample's state, that of layer i at i-1:
// v1, v2, .. or m1, m2, ..
type bands struct {
	layout *Layout
	blocks []Block
}

// addBands appends a block called kind and its number for every layer, of the
// given sizes.
func (l *Layout) addBands(kind string, sizes []int) bands {
	b := bands{layout: l}
	for i, n := range sizes {
		name := fmt.Sprint(kind, i+1)
		b.blocks = append(b.blocks, Block{name, l.add(name, n), n})
	}
	return b
}

// at returns the offset of the band of index i.
func (b bands) at(i int) int { return b.blocks[i].Offset }

// of views the band of index i in row k of x.
func (b bands) of(x []float64, k, i int) []float64 {
	from := k*b.layout.width + b.at(i)
	return x[from : from+b.blocks[i].Len]
}

// Width returns the length of one sample's state.
func (l *Layout) Width() int { return l.width }

// Blocks returns the blocks in order; the slice must not be changed.
func (l *Layout) Blocks() []Block { return l.blocks }

// Block finds a block by its name.
func (l *Layout) Block(name string) (Block, bool) {
	for _, b := range l.blocks {
		if b.Name == name {
			return b, true
		}
	}
	return Block{}, false
}

// take copies the block called name of a sample's state x to dst, if there is one.
func (l *Layout) take(dst []float64, name string, x []float64) bool {
	b, ok := l.Block(name)
	if ok {
		copy(dst, x[b.Offset:b.Offset+b.Len])
	}
	return ok
}

// Locate says in words which number of a sample's state component is, for
// instance "v2[sample 17, neuron 3]".
func (l *Layout) Locate(sample, component int) string {
	for _, b := range l.blocks {
		if component >= b.Offset && component < b.Offset+b.Len {
			return fmt.Sprintf("%s[sample %d, neuron %d]", b.Name, sample, component-b.Offset)
		}
	}
	return fmt.Sprintf("component %d of sample %d", component, sample)
}
