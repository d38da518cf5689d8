package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// long takes a second or so: presentations of 50 samples are integrated in
// time, so that a signal comes in the middle of one.
var long = strings.NewReplacer(
	"train = 100", "train = 1000",
	`rule = "dfc"`, `rule = "dfc"`+"\nlevel = \"buffered\"",
	"epochs = 2", "epochs = 6",
).Replace(small) + "[timescales]\npresentation = 5\n[record]\npresentations = 3\narrays = [\"u\", \"dW1\"]\n"

// begun waits until a run has completed an epoch.
func begun(t testing.TB, dir string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		metrics, _ := os.ReadFile(filepath.Join(dir, "metrics.csv"))
		_, err := os.Stat(filepath.Join(dir, "checkpoint", "checkpoint.npz"))
		if err == nil && strings.Count(string(metrics), "\n") > 1 {
			return
		}
	}
	t.Fatal("no epoch in 30 seconds")
}

func TestStoppedRunIsResumedToTheSameBits(t *testing.T) {
	dir := folder(t, "long.toml", long)
	whole := filepath.Join(dir, "whole")
	credo(t, dir, "run", "long.toml", "--out", "whole", "--workers", "1").expect(t, exitDone)
	for _, c := range []struct {
		name   string
		signal os.Signal
		code   int
		status string
	}{
		{"SIGINT", os.Interrupt, exitInterrupted, "interrupted"},
		{"SIGTERM", syscall.SIGTERM, exitInterrupted, "interrupted"},
		{"SIGHUP", syscall.SIGHUP, exitInterrupted, "interrupted"},
		{"kill -9", os.Kill, -1, "running"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := filepath.Join(dir, c.name)
			got := wait(t, command(context.Background(), dir, "run", "long.toml", "--out", c.name, "--json"), func(p *os.Process) {
				begun(t, run)
				time.Sleep(10 * time.Millisecond) // into the next epoch
				if err := p.Signal(c.signal); err != nil {
					t.Fatal(err)
				}
			}).expect(t, c.code)
			if m := manifest(t, run); m.Status != c.status {
				t.Fatalf("status %q, want %q", m.Status, c.status)
			}
			if c.code == exitInterrupted {
				var value result
				got.value(t, &value)
				if value.Status != "interrupted" || value.Epochs < 1 || value.Epochs > 5 {
					t.Errorf("%+v", value)
				}
				if !strings.Contains(got.stderr, "a second signal ends credo at once") || !strings.Contains(got.stderr, "checkpoint is saved") {
					t.Errorf("stderr does not say what happens:\n%s", got.stderr)
				}
			}
			var value result
			credo(t, dir, "resume", c.name, "--json", "--workers", "2").expect(t, exitDone).value(t, &value)
			if value.Status != "done" || value.Epochs != 6 || value.Out != c.name {
				t.Errorf("%+v", value)
			}
			sameBits(t, whole, run)
		})
	}
}

// Ctrl-C in "credo run 2>&1 | tee log" ends tee too: that nobody listens any
// more costs no checkpoint.
func TestNobodyListeningCostsNoCheckpoint(t *testing.T) {
	dir := folder(t, "long.toml", long)
	cmd := command(context.Background(), dir, "run", "long.toml", "--out", "run")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	begun(t, filepath.Join(dir, "run"))
	reader.Close()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if cmd.Wait(); cmd.ProcessState.ExitCode() != exitInterrupted || manifest(t, filepath.Join(dir, "run")).Status != "interrupted" {
		t.Errorf("%v, manifest %+v", cmd.ProcessState, manifest(t, filepath.Join(dir, "run")))
	}
}

// A simulation that learns nothing is interrupted and resumed like a run that
// learns.
func TestStoppedSimulationIsResumedToTheSameBits(t *testing.T) {
	dir := folder(t, "long.toml", long)
	args := []string{"run", "long.toml", "--set", "training.epochs=0", "--set", "record.presentations=20", "--set", "timescales.presentation=20"}
	credo(t, dir, append(args, "--out", "whole")...).expect(t, exitDone)
	run := filepath.Join(dir, "stopped")
	wait(t, command(context.Background(), dir, append(args, "--out", "stopped")...), func(p *os.Process) {
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if _, err := os.Stat(filepath.Join(run, "metrics.csv")); err == nil {
				break
			}
		}
		if err := p.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}).expect(t, exitInterrupted)
	credo(t, dir, "resume", "stopped").expect(t, exitDone)
	sameBits(t, filepath.Join(dir, "whole"), run)
}

// A second signal does not wait for the minibatch under way.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	dir := folder(t, "long.toml", long)
	run := filepath.Join(dir, "run")
	start := time.Now()
	got := wait(t, command(context.Background(), dir, "run", "long.toml", "--out", "run", "--set", "timescales.tau_v=1e-6"), func(p *os.Process) {
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if _, err := os.Stat(filepath.Join(run, "metrics.csv")); err == nil {
				break
			}
		}
		for range 2 {
			if err := p.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	if took := time.Since(start); got.code == exitDone || took > 10*time.Second {
		t.Errorf("exit code %d after %v", got.code, took)
	}
}

// To resume a run that has come to its end does no harm: it reports the result
// again and changes nothing.
func TestResumingAFinishedRunReportsItsResult(t *testing.T) {
	for _, c := range []struct{ name, set string }{
		{"trained", "training.epochs=2"},
		{"simulated", "training.epochs=0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folder(t, "good.toml", small)
			first := credo(t, dir, "run", "good.toml", "--out", "run", "--json", "--set", c.set).expect(t, exitDone)
			before := contents(t, dir)
			again := credo(t, dir, "resume", "run", "--json").expect(t, exitDone)
			if first.stdout != again.stdout {
				t.Errorf("first\n%s\nagain\n%s", first.stdout, again.stdout)
			}
			if !maps.Equal(before, contents(t, dir)) {
				t.Error("files were written, changed or removed")
			}
		})
	}
}

// A checkpoint that does not fit is refused, and nothing is changed.
func TestForeignCheckpointIsRefused(t *testing.T) {
	dir := folder(t, "good.toml", small)
	credo(t, dir, "run", "good.toml", "--out", "run").expect(t, exitDone)
	credo(t, dir, "run", "good.toml", "--out", "wide", "--set", "network.layers=[5, 9, 3]").expect(t, exitDone)
	foreign := read(t, dir, "wide", "checkpoint", "checkpoint.npz")
	for _, c := range []struct{ name, checkpoint string }{
		{"of another network", foreign},
		{"truncated", foreign[:len(foreign)/2]},
		{"empty", ""},
		{"not one at all", "hello"},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(t, filepath.Join(dir, "run", "checkpoint", "checkpoint.npz"), c.checkpoint)
			// As if it had been stopped, so that it cannot be reported as done.
			status := read(t, dir, "run", "manifest.json")
			write(t, filepath.Join(dir, "run", "manifest.json"), strings.Replace(status, `"done"`, `"interrupted"`, 1))
			before := contents(t, dir)
			got := credo(t, dir, "resume", "run")
			if got.code != exitFailed && got.code != exitInput || got.stdout != "" || !strings.Contains(got.stderr, "checkpoint.npz") {
				t.Errorf("%+v", got)
			}
			if !maps.Equal(before, contents(t, dir)) {
				t.Error("files were written, changed or removed")
			}
		})
	}
}
