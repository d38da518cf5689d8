package dataset

import (
	"fmt"

	"credo/internal/npz"
)

// readNPZ reads X_train, Y_train, X_test, Y_test, or X and Y alone.
func readNPZ(spec Spec, files hashes) (train, test *samples, err error) {
	f, err := npz.Open(spec.Path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if err := files.add(spec.Path); err != nil {
		return nil, nil, err
	}
	if f.Has("X") && !f.Has("X_train") {
		train, err = readRows(f, "X", "Y", spec)
		return train, nil, err
	}
	if train, err = readRows(f, "X_train", "Y_train", spec); err != nil {
		return nil, nil, err
	}
	test, err = readRows(f, "X_test", "Y_test", spec)
	return train, test, err
}

// readRows reads samples from the rows of x and y.
func readRows(f *npz.File, x, y string, spec Spec) (*samples, error) {
	in, err := f.Array(x)
	if err != nil {
		return nil, err
	}
	s, err := inputsOf(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", spec.Path, x, err)
	}
	if spec.Target == "input" {
		return s, nil
	}
	out, err := f.Array(y)
	if err != nil {
		return nil, err
	}
	if err := s.setTargets(out); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", spec.Path, y, err)
	}
	return s, nil
}

func inputsOf(a npz.Array) (*samples, error) {
	if len(a.Data)+len(a.Bytes) == 0 || len(a.Shape) == 0 {
		return nil, fmt.Errorf("it has the shape %v; one row a sample is wanted", a.Shape)
	}
	s := &samples{dim: (len(a.Data) + len(a.Bytes)) / a.Shape[0], bytes: a.Bytes, numbers: a.Data}
	return s, checkFinite(a.Data, s.dim)
}

// setTargets takes integers of one dimension for labels, others for targets.
func (s *samples) setTargets(a npz.Array) error {
	n := s.len()
	if len(a.Shape) == 0 || a.Shape[0] != n {
		return fmt.Errorf("it has the shape %v; %d rows are wanted, one a sample", a.Shape, n)
	}
	numbers := a.Numbers()
	if !a.Integer || len(a.Shape) > 1 {
		s.targets, s.targetDim = numbers, len(numbers)/n
		return checkFinite(numbers, s.targetDim)
	}
	for k, x := range numbers {
		if err := s.addLabel(x); err != nil {
			return fmt.Errorf("sample %d: %w", k, err)
		}
	}
	return nil
}
