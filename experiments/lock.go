package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps a second credo out of a run directory while this one writes it.
// What a killed process left behind is taken over.
func lock(dir string) (release func(), err error) {
	path := filepath.Join(dir, "lock")
	host, _ := os.Hostname()
	for range 2 {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err == nil {
			_, err = fmt.Fprintf(f, "%d %s\n", os.Getpid(), host)
			return func() { os.Remove(path) }, errors.Join(err, f.Close())
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var pid int
		var owner string
		fmt.Sscan(string(text), &pid, &owner)
		if owner != host || alive(pid) {
			return nil, inputErrorf("process %d on %s is at work in %s; if that is not so, remove %s", pid, owner, dir, path)
		}
		os.Remove(path)
	}
	return nil, inputErrorf("%s comes and goes: another credo is at work in %s", path, dir)
}

// alive reports whether there is a process of this number, other than this one.
func alive(pid int) bool {
	if pid == os.Getpid() {
		return false
	}
	process, err := os.FindProcess(pid)
	return err == nil && pid > 0 && process.Signal(syscall.Signal(0)) == nil
}
