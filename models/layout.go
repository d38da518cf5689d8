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
