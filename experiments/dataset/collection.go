package dataset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// collection is a data set that credo knows by name: four files like MNIST's.
type collection struct {
	name  string
	title string
	files []pinned

	// origin returns a folder with the files, to be copied into the cache.
	origin func(ctx context.Context, log func(string)) (string, error)
	remedy string // what to do where there is no origin, beside copying files by hand
}

// pinned is a file and its SHA-256.
type pinned struct{ name, sha256 string }

var collections = []collection{
	{"mnist", "MNIST", mnistFiles, download, "with the go command and a network it is fetched by itself"},
	{"fashion-mnist", "Fashion-MNIST", fashionFiles, installed, "Debian has it: apt-get install dataset-fashion-mnist"},
}

// mnistFiles are the four original files.
var mnistFiles = []pinned{
	{"train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
	{"train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
	{"t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
	{"t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
}

// fashionFiles are those of Debian's package dataset-fashion-mnist.
var fashionFiles = []pinned{
	{"train-images-idx3-ubyte.gz", "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"},
	{"train-labels-idx1-ubyte.gz", "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"},
	{"t10k-images-idx3-ubyte.gz", "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"},
	{"t10k-labels-idx1-ubyte.gz", "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"},
}

// readCollection reads a known data set from the cache, fetching it first if
// need be.
func readCollection(ctx context.Context, name string, files hashes, log func(string)) (train, test *samples, err error) {
	dir, err := Fetch(ctx, name, log)
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
func (c collection) verify(dir string) error {
	for _, f := range c.files {
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
