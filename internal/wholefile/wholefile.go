// Package wholefile writes files that appear whole or not at all.
//
//	err := wholefile.Write("metrics.csv", func(w io.Writer) error {
//		_, err := io.WriteString(w, "epoch,loss\n")
//		return err
//	})
package wholefile

import (
	"bufio"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Write replaces path with what fill writes: to a temporary file in the same
// folder, which is flushed to disk and then renamed. After an error path is as
// it was and nothing else is left behind.
func Write(path string, fill func(w io.Writer) error) error {
	// Not os.CreateTemp, whose files only their owner reads: this one gets what the umask allows.
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer os.Remove(temp) // it is there only if something went wrong
	if err := errors.Join(fillAndSync(f, fill), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func fillAndSync(f *os.File, fill func(w io.Writer) error) error {
	buffer := bufio.NewWriterSize(f, 1<<20)
	if err := fill(buffer); err != nil {
		return err
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// syncFolder makes a rename last. Where folders cannot be synced, the system
// does so in its own time.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	_ = f.Sync()
	return nil
}
