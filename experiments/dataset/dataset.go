package dataset

import (
	"context"
	"errors"
	"fmt"
)

// Spec is what a scenario says of its data.
type Spec struct {
	Source  string // mnist, fashion-mnist, idx, npz, csv, cifar10, teacher, linear-map, quadratic
	Path    string // file or folder of idx, npz, csv, cifar10; a folder with the files of a known set
	Target  string // label, or input: the scaled inputs themselves
	Scaling string // none, unit (x/255), standard (zero mean, unit variance)
	Copies  int    // outputs a class; 0 is 1

	Train, Validation, Test int // samples; -1: all

	Teacher Teacher
	Fresh   bool // other training samples in every epoch
	Seed    uint64

	Inputs, Outputs int // neurons of the network's ends, which say how the columns of a csv divide
}

// Data are the three splits of a data set.
type Data struct {
	Train, Validation, Test *Set

	Classes int               // 0 for regression
	Hashes  map[string]string // SHA-256 of every file read, by its name without folder

	fresh func(epoch int) *Set // nil: Train is every epoch's
}

// KeyError is a fault of one key of the scenario.
type KeyError struct{ Key, Message string }

func (e *KeyError) Error() string { return e.Key + ": " + e.Message }

func keyErrorf(key, format string, args ...any) error {
	return &KeyError{key, fmt.Sprintf(format, args...)}
}

// Load reads the data that spec describes, and passes on to log what takes
// time. A [KeyError] says which key of a scenario asks for what cannot be had;
// a fault in the user's files is one of data.path.
func Load(ctx context.Context, spec Spec, log func(string)) (*Data, error) {
	if spec.Fresh {
		return loadFresh(spec)
	}
	files := hashes{}
	train, test, err := read(ctx, spec, files, log)
	if err == nil && test != nil {
		err = agree(train, test)
	}
	var fault *KeyError
	if err != nil && spec.Path != "" && !errors.As(err, &fault) {
		err = &KeyError{"data.path", err.Error()}
	}
	if err != nil {
		return nil, err
	}
	data, err := split(train, test, spec)
	if err != nil {
		return nil, err
	}
	data.Hashes = files
	return data, nil
}

// read returns all samples of a source: those to train and validate with, and
// those to test with, nil where the split has to find them among the former.
func read(ctx context.Context, spec Spec, files hashes, log func(string)) (train, test *samples, err error) {
	switch spec.Source {
	case "mnist", "fashion-mnist":
		if spec.Path != "" {
			return readIDX(spec.Path, files)
		}
		return readCollection(ctx, spec.Source, files, log)
	case "idx":
		return readIDX(spec.Path, files)
	case "npz":
		return readNPZ(spec, files)
	case "csv":
		return readCSV(spec, files)
	case "cifar10":
		return readCIFAR10(spec.Path, files)
	}
	if tasks[spec.Source] != nil {
		return drawn(spec)
	}
	return nil, nil, keyErrorf("data.source", "no source %q (known: mnist, fashion-mnist, idx, npz, csv, cifar10, teacher, linear-map, quadratic)", spec.Source)
}
