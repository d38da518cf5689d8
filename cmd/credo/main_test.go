package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is credo as users have it: built once, then run as a process, since
// exit codes, streams and signals are what these tests are about.
var program string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "credo-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "credo")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// outcome is what a process left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// command is credo in the folder dir, without anybody's data and without a go
// command to fetch them with.
func command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "CREDO_CACHE=" + filepath.Join(dir, "no-cache"), "PATH="}
	return cmd
}

// credo runs the program to its end.
func credo(t testing.TB, dir string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return wait(t, command(ctx, dir, args...), nil)
}

// wait runs cmd to its end; meanwhile is called when it has started.
func wait(t testing.TB, cmd *exec.Cmd, meanwhile func(*os.Process)) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if meanwhile != nil {
		meanwhile(cmd.Process)
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	got := outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	if strings.Contains(got.stderr, "goroutine ") {
		t.Fatalf("%v: a panic:\n%s", cmd.Args[1:], got.stderr)
	}
	return got
}

// expect fails unless the program ended with code.
func (o outcome) expect(t testing.TB, code int) outcome {
	t.Helper()
	if o.code != code {
		t.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", o.code, code, o.stdout, o.stderr)
	}
	return o
}

// value decodes stdout, which must be one JSON value and nothing else.
func (o outcome) value(t testing.TB, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(o.stdout))
	if err := d.Decode(into); err != nil {
		t.Fatalf("stdout is no JSON: %v\nstdout: %s\nstderr: %s", err, o.stdout, o.stderr)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		t.Fatalf("there is more than one JSON value on stdout: %s", o.stdout)
	}
}

// small is a student of a small teacher: an epoch takes milliseconds.
const small = `
seed = 3
[data]
source = "teacher"
train = 100
validation = 20
test = 20
batch = 50
[data.teacher]
layers = [5, 9, 3]
[network]
layers = [5, 8, 3]
[method]
rule = "dfc"
[controller]
k_p = 1.0
alpha = 0.01
[training]
epochs = 2
optimizer = "adam"
lr = 0.01
`

// folder returns a new folder with files: name, content, name, content ...
func folder(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for k := 0; k < len(files); k += 2 {
		write(t, filepath.Join(dir, files[k]), files[k+1])
	}
	return dir
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// contents returns every file below dir by its path.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path] = read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
