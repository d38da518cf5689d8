package dataset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// mnistFiles are the four original files and their SHA-256.
var mnistFiles = []struct{ name, sha256 string }{
	{"train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
	{"train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
	{"t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
	{"t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
}

// readMNIST reads MNIST from the cache, fetching it first if need be.
func readMNIST(ctx context.Context, files hashes, log func(string)) (train, test *samples, err error) {
	dir, err := Fetch(ctx, "mnist", log)
	if err != nil {
		return nil, nil, err
	}
	return readIDX(dir, files)
}

// cacheDir is where a data set is kept: $CREDO_CACHE/NAME, or credo/NAME in the
// user's cache.
func cacheDir(name string) (string, error) {
	if dir := os.Getenv("CREDO_CACHE"); dir != "" {
		return filepath.Join(dir, name), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder to keep data in; set CREDO_CACHE to one: %w", err)
	}
	return filepath.Join(dir, "credo", name), nil
}

// errMissing says that a file is not there, rather than damaged.
var errMissing = errors.New("is not there")

// verify compares the files in dir with their SHA-256.
func verify(dir string) error {
	for _, f := range mnistFiles {
		path := filepath.Join(dir, f.name)
		sum, err := sha256File(path)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return fmt.Errorf("%s %w", path, errMissing)
		case err != nil:
			return err
		case sum != f.sha256:
			return fmt.Errorf("%s is corrupted: its SHA-256 is %s, not %s", path, sum, f.sha256)
		}
	}
	return nil
}
