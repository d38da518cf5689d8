package dataset

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// readIDX reads a folder with the four files of an MNIST-like set.
func readIDX(dir string, files hashes) (train, test *samples, err error) {
	if train, err = readLabelled(dir, "train", files); err != nil {
		return nil, nil, err
	}
	test, err = readLabelled(dir, "t10k", files)
	return train, test, err
}

// readLabelled reads the images and the labels of train or t10k.
func readLabelled(dir, split string, files hashes) (*samples, error) {
	images, from, err := readByteArray(dir, split+"-images", files)
	if err != nil {
		return nil, err
	}
	labels, labelsFrom, err := readByteArray(dir, split+"-labels", files)
	if err != nil {
		return nil, err
	}
	n := images.shape[0]
	switch {
	case len(labels.shape) != 1:
		return nil, fmt.Errorf("%s: labels have the sizes %v; one dimension is wanted", labelsFrom, labels.shape)
	case len(images.items) == 0:
		return nil, fmt.Errorf("%s: there are no pixels in images of the sizes %v", from, images.shape)
	case len(labels.items) != n:
		return nil, fmt.Errorf("%s has %d images, but %s %d labels", from, n, labelsFrom, len(labels.items))
	}
	s := &samples{dim: len(images.items) / n, bytes: images.items}
	for _, label := range labels.items {
		if err := s.addLabel(float64(label)); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// readByteArray finds and reads one file, and returns its path too: NAME-idxD-ubyte
// for some number D of dimensions, gzipped or not; some copies have a dot in
// front of idx. A gzipped file goes first.
func readByteArray(dir, name string, files hashes) (a byteArray, path string, err error) {
	folder, pattern := os.DirFS(dir), name+"[.\\-]idx[1-9]-ubyte"
	zipped, _ := fs.Glob(folder, pattern+".gz") // an error would be one of the pattern
	plain, _ := fs.Glob(folder, pattern)
	found := slices.Concat(zipped, plain)
	if len(found) == 0 {
		return a, "", fmt.Errorf("%s: no file %s-idx*-ubyte or %s-idx*-ubyte.gz", dir, name, name)
	}
	path = filepath.Join(dir, found[0])
	content, err := files.read(path)
	if err != nil {
		return a, path, err
	}
	if a, err = parseIDX(content); err != nil {
		return a, path, fmt.Errorf("%s: %w", path, err)
	}
	return a, path, nil
}
