package npz

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// File is an archive whose arrays are read when they are asked for.
type File struct {
	path    string
	archive *zip.ReadCloser
	entries map[string]*zip.File
}

// Open opens the archive at path.
func Open(path string) (*File, error) {
	archive, err := zip.OpenReader(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%s: not a .npz file: %w", path, err)
	}
	f := &File{path, archive, map[string]*zip.File{}}
	for _, entry := range archive.File {
		if name, ok := strings.CutSuffix(entry.Name, ".npy"); ok {
			f.entries[name] = entry
		}
	}
	return f, nil
}

// Close closes the archive.
func (f *File) Close() error { return f.archive.Close() }

// Names returns the names of the arrays, sorted.
func (f *File) Names() []string {
	names := make([]string, 0, len(f.entries))
	for name := range f.entries {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Has reports whether there is an array of this name.
func (f *File) Has(name string) bool { return f.entries[name] != nil }

// Array reads one array. It takes real, integer and boolean arrays of any byte
// order, in C or Fortran order, compressed or not; others are refused. An array
// of unsigned bytes has Bytes and no Data.
func (f *File) Array(name string) (Array, error) {
	entry, ok := f.entries[name]
	if !ok {
		return Array{}, fmt.Errorf("%s: no array %s (there are: %s)", f.path, name, strings.Join(f.Names(), ", "))
	}
	r, err := entry.Open()
	if err != nil {
		return Array{}, fmt.Errorf("%s: %s: %w", f.path, name, err)
	}
	defer r.Close()
	a, err := readArray(r)
	if err != nil {
		return Array{}, fmt.Errorf("%s: %s: %w", f.path, name, err)
	}
	a.Name = name
	return a, nil
}

// Read reads all arrays of the archive at path, by name, as [File.Array] does,
// but Data is there for unsigned bytes too.
func Read(path string) (map[string]Array, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	arrays := map[string]Array{}
	for name := range f.entries {
		a, err := f.Array(name)
		if err != nil {
			return nil, err
		}
		a.Data = a.Numbers()
		arrays[name] = a
	}
	return arrays, nil
}
