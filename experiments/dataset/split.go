package dataset

import "credo/internal/stream"

// split cuts a permutation of the training samples: first the training set,
// last the validation set, and between them the test set if there are no
// samples of its own.
func split(train, test *samples, spec Spec) (*Data, error) {
	tested := 0
	if test == nil {
		tested = max(spec.Test, 0)
	}
	n := train.len()
	size, err := trainingSize(n, tested, spec)
	if err != nil {
		return nil, err
	}
	all, order, validate := newSet(train, spec), stream.New(spec.Seed, "split").Perm(n), n-spec.Validation
	data := &Data{
		Train:      all.Subset(order[:size]),
		Test:       all.Subset(order[validate-tested : validate]),
		Validation: all.Subset(order[validate:]),
		Classes:    all.Classes(),
	}
	if test != nil {
		if data.Test, err = testSet(test, spec); err != nil {
			return nil, err
		}
	}
	scaling, err := newScaling(spec, data.Train)
	for _, set := range []*Set{data.Train, data.Validation, data.Test} {
		set.scaling = scaling
	}
	return data, err
}

// trainingSize returns the size of the training set out of n samples, some of
// which validate and some of which test.
func trainingSize(n, tested int, spec Spec) (int, error) {
	left := n - spec.Validation - tested
	switch {
	case spec.Validation < 0 || spec.Validation > n:
		return 0, keyErrorf("data.validation", "asks for %d samples, but there are %d to train and validate with", spec.Validation, n)
	case left < 0:
		return 0, keyErrorf("data.test", "asks for %d samples, but validation leaves %d of %d", tested, n-spec.Validation, n)
	case left == 0:
		return 0, keyErrorf("data.train", "has no sample left: validation and test take %d of %d", n-left, n)
	case spec.Train == 0:
		return 0, keyErrorf("data.train", "asks for no sample, but there are %d", n)
	case spec.Train > left:
		return 0, keyErrorf("data.train", "asks for %d samples, but there are %d, of which %d are for validation and test", spec.Train, n, n-left)
	case spec.Train < 0:
		return left, nil
	}
	return spec.Train, nil
}

// testSet returns the first of the test samples.
func testSet(test *samples, spec Spec) (*Set, error) {
	all := newSet(test, spec)
	if spec.Test < 0 {
		return all, nil
	}
	if spec.Test > all.Len() {
		return nil, keyErrorf("data.test", "asks for %d samples, but the test set has %d", spec.Test, all.Len())
	}
	return all.Subset(all.index[:spec.Test]), nil
}
