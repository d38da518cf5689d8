package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// The binary version of CIFAR-10, Krizhevsky (2009): records of a label and 32 x 32
// bytes of red, green and blue each.
const (
	cifarPixels  = 3 * 32 * 32
	cifarClasses = 10
)

var (
	cifarTrain = []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"}
	cifarTest  = []string{"test_batch.bin"}
)

// readCIFAR10 reads the five training files and the test file from a folder.
func readCIFAR10(dir string, files hashes) (train, test *samples, err error) {
	if train, err = readCIFAR(dir, cifarTrain, files); err != nil {
		return nil, nil, err
	}
	test, err = readCIFAR(dir, cifarTest, files)
	return train, test, err
}

// readCIFAR appends the records of files of dir.
func readCIFAR(dir string, names []string, files hashes) (*samples, error) {
	s := &samples{dim: cifarPixels}
	for _, name := range names {
		path := filepath.Join(dir, name)
		content, err := files.read(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: the folder must hold data_batch_1.bin to data_batch_5.bin and test_batch.bin, "+
				"CIFAR-10's binary version as www.cs.toronto.edu/~kriz/cifar.html offers it", err)
		}
		if err != nil {
			return nil, err
		}
		if err := s.addCIFAR(content); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	s.classes = cifarClasses
	return s, nil
}

func (s *samples) addCIFAR(content []byte) error {
	const record = 1 + cifarPixels
	if len(content) == 0 || len(content)%record != 0 {
		return fmt.Errorf("it has %d bytes, which are no whole number of records of %d, a label and %d bytes of an image: is the file complete? The published one has %d", len(content), record, cifarPixels, 10000*record)
	}
	for k := 0; k < len(content); k += record {
		if label := content[k]; label >= cifarClasses {
			return fmt.Errorf("record %d: %d is not a label: classes are 0 to %d", k/record, label, cifarClasses-1)
		}
		s.labels = append(s.labels, int(content[k]))
		s.bytes = append(s.bytes, content[k+1:k+record]...)
	}
	return nil
}
