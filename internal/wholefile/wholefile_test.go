package wholefile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func writeString(path, text string) error {
	return Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// wantOnly fails unless path is all there is in its folder and holds text.
func wantOnly(t *testing.T, path, text string) {
	t.Helper()
	if got, err := os.ReadFile(path); string(got) != text {
		t.Errorf("the file holds %q (%v), want %q", got, err, text)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files in the folder, want 1", len(entries))
	}
}

func TestFailedWriteLeavesTheOldFileAndNoLitter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result")
	if err := writeString(path, "old"); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := Write(path, func(w io.Writer) error {
		io.WriteString(w, strings.Repeat("half of the new", 1<<17)) // more than the buffer holds
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	wantOnly(t, path, "old")
}

func TestPanicLeavesTheOldFileAndNoLitter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result")
	if err := writeString(path, "old"); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		Write(path, func(io.Writer) error { panic("bug") })
	}()
	wantOnly(t, path, "old")
}

func TestWriteReplacesTheFileForEveryReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result")
	for _, text := range []string{"first", "second, longer", ""} {
		if err := writeString(path, text); err != nil {
			t.Fatal(err)
		}
		wantOnly(t, path, text)
	}
	// An ordinary file says what the umask leaves of 0644.
	ordinary := filepath.Join(t.TempDir(), "ordinary")
	if err := os.WriteFile(ordinary, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	got, err1 := os.Stat(path)
	want, err2 := os.Stat(ordinary)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if got.Mode() != want.Mode() {
		t.Errorf("mode %v, want %v", got.Mode(), want.Mode())
	}
}

func TestFoldersAreNotMade(t *testing.T) {
	if err := writeString(filepath.Join(t.TempDir(), "none", "result"), "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestConcurrentWritersLeaveOneWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result")
	var wait sync.WaitGroup
	for k := range 8 {
		wait.Go(func() {
			err := Write(path, func(w io.Writer) error {
				for range 1000 {
					fmt.Fprint(w, k)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	text, err := os.ReadFile(path)
	if err != nil || len(text) != 1000 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	wantOnly(t, path, strings.Repeat(string(text[:1]), 1000))
}
