package dataset

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
)

// Set is one split of a data set: a choice of its samples.
type Set struct {
	samples     *samples
	index       []int // sample k of the set is index[k] of samples
	scaling     *scaling
	autoencoder bool
	copies      int // outputs a class
}

// newSet returns the set of all samples, not yet scaled.
func newSet(all *samples, spec Spec) *Set {
	index := make([]int, all.len())
	for k := range index {
		index[k] = k
	}
	return &Set{samples: all, index: index, autoencoder: spec.Target == "input", copies: max(1, spec.Copies)}
}

// Len returns the number of samples.
func (s *Set) Len() int { return len(s.index) }

// Dim returns the length of an input.
func (s *Set) Dim() int { return s.samples.dim }

// TargetDim returns the length of a target: for labels, that of the outputs of all
// classes.
func (s *Set) TargetDim() int {
	switch {
	case s.autoencoder:
		return s.samples.dim
	case s.samples.labels != nil:
		return s.samples.classes * s.copies
	}
	return s.samples.targetDim
}

// Classes returns the number of classes, 0 for regression.
func (s *Set) Classes() int {
	if s.autoencoder {
		return 0
	}
	return s.samples.classes
}

// Labels returns the class of every sample, nil for regression.
func (s *Set) Labels() []int {
	if s.Classes() == 0 {
		return nil
	}
	labels := make([]int, len(s.index))
	for k, i := range s.index {
		labels[k] = s.samples.labels[i]
	}
	return labels
}

// Subset returns the set of the samples index of s. Samples are not copied.
func (s *Set) Subset(index []int) *Set {
	subset := *s
	subset.index = make([]int, len(index))
	for k, i := range index {
		subset.index[k] = s.index[i]
	}
	return &subset
}

// Inputs sets row k of dst (len(index) x Dim) to the scaled input of sample
// index[k]. It allocates nothing, and panics if dst has another shape.
func (s *Set) Inputs(dst blas64.General, index []int) {
	dim := s.Dim()
	checkShape(dst, len(index), dim)
	for k, i := range index {
		from := s.index[i] * dim
		row := dst.Data[k*dst.Stride : k*dst.Stride+dim]
		if s.samples.bytes != nil {
			s.scaling.bytes(row, s.samples.bytes[from:from+dim])
		} else {
			s.scaling.numbers(row, s.samples.numbers[from:from+dim])
		}
	}
}

// Targets sets row k of dst (len(index) x TargetDim) to the target of sample
// index[k]: one for the outputs of its label, the scaled input for an autoencoder, else the
// numbers of the data. It allocates nothing, and panics if dst has another shape.
func (s *Set) Targets(dst blas64.General, index []int) {
	if s.autoencoder {
		s.Inputs(dst, index)
		return
	}
	n := s.TargetDim()
	checkShape(dst, len(index), n)
	for k, i := range index {
		row := dst.Data[k*dst.Stride : k*dst.Stride+n]
		if s.samples.labels != nil {
			clear(row)
			first := s.samples.labels[s.index[i]] * s.copies
			for j := range s.copies {
				row[first+j] = 1
			}
		} else {
			copy(row, s.samples.targets[s.index[i]*n:])
		}
	}
}

func checkShape(dst blas64.General, rows, cols int) {
	if dst.Rows != rows || dst.Cols != cols {
		panic(fmt.Sprintf("dataset: dst is %d x %d, want %d x %d", dst.Rows, dst.Cols, rows, cols))
	}
}
