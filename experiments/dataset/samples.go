package dataset

import (
	"errors"
	"fmt"
	"math"
)

// samples are all samples of one source, unscaled: inputs as bytes or as
// numbers, targets as labels or as numbers, or none for an autoencoder.
type samples struct {
	dim     int
	bytes   []byte    // n x dim, or
	numbers []float64 // n x dim

	labels    []int // of n samples, 0..classes-1, or
	classes   int
	targets   []float64 // n x targetDim
	targetDim int
}

func (s *samples) len() int { return max(len(s.bytes), len(s.numbers)) / s.dim }

// input and target view the numbers of sample k.
func (s *samples) input(k int) []float64  { return s.numbers[k*s.dim : (k+1)*s.dim] }
func (s *samples) target(k int) []float64 { return s.targets[k*s.targetDim : (k+1)*s.targetDim] }

// mostClasses keeps a number that is no label from becoming a one-hot target.
const mostClasses = 1 << 16

// addLabel appends the label of the next sample.
func (s *samples) addLabel(x float64) error {
	if !(x >= 0 && x < mostClasses) || x != math.Trunc(x) {
		return fmt.Errorf("%g is not a label: classes are the integers from 0 on", x)
	}
	s.labels = append(s.labels, int(x))
	s.classes = max(s.classes, int(x)+1)
	return nil
}

// agree makes train and test have the same classes, and refuses those that
// differ in kind.
func agree(train, test *samples) error {
	if train.dim != test.dim {
		return fmt.Errorf("training samples have %d inputs, but test samples %d", train.dim, test.dim)
	}
	if train.targetDim != test.targetDim {
		return fmt.Errorf("training targets have %d numbers, but test targets %d", train.targetDim, test.targetDim)
	}
	if (train.labels == nil) != (test.labels == nil) {
		return errors.New("of training and test samples, one has labels and the other has none")
	}
	classes := max(train.classes, test.classes)
	train.classes, test.classes = classes, classes
	return nil
}

// checkFinite names the first of the numbers, width a sample, that is not finite.
func checkFinite(numbers []float64, width int) error {
	for k, x := range numbers {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("sample %d, column %d is %g: all numbers must be finite", k/width, k%width, x)
		}
	}
	return nil
}
