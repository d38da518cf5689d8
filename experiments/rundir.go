package experiments

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"credo/internal/wholefile"
	"credo/models"
)

// Version is credo's.
const Version = "0.1.0"

// Manifest says what a run directory holds and where it came from.
type Manifest struct {
	Schema   int               `json:"schema"`
	Version  string            `json:"credo"`
	Revision string            `json:"revision"`
	Title    string            `json:"title"`
	Seed     uint64            `json:"seed"`
	BLAS     string            `json:"blas"`
	CPU      string            `json:"cpu"`
	Workers  int               `json:"workers"`
	Scenario string            `json:"scenario"` // SHA-256 of scenario.toml as written
	Start    time.Time         `json:"start"`
	End      *time.Time        `json:"end,omitempty"`
	Status   string            `json:"status"` // running, done, interrupted, failed
	Error    string            `json:"error,omitempty"`
	Final    *Result           `json:"final,omitempty"`
	Data     map[string]string `json:"data"` // SHA-256 of every file read
}

// ReadManifest reads the manifest of a run directory.
func ReadManifest(dir string) (Manifest, error) {
	var m Manifest
	err := readJSON(filepath.Join(dir, "manifest.json"), &m)
	return m, err
}

// Revision returns the commit that credo was built from, as far as the build
// knows it.
func Revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, modified := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	return revision + modified
}

// CPU names the processor, where the system tells.
func CPU() string {
	name := runtime.GOARCH
	f, err := os.Open("/proc/cpuinfo")
	if err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d threads", name, runtime.NumCPU())
}

// InputError is a fault of what the user gave, beside those of the scenario: a
// folder that cannot be used, data that have changed.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }
func (e *InputError) Unwrap() error { return e.Err }

func inputErrorf(format string, args ...any) error {
	return &InputError{fmt.Errorf(format, args...)}
}

// refuseFull refuses a folder that already holds something.
func refuseFull(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return inputErrorf("%s is not empty: name another folder with --out, or go on with the run in it by credo resume %s", dir, dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// newRunDir makes dir, or a fresh one under runs/ if dir is empty.
func newRunDir(dir string, s *Scenario) (string, error) {
	if dir != "" {
		return dir, os.MkdirAll(dir, 0o777)
	}
	return FreshDir(strings.TrimSuffix(filepath.Base(s.File), filepath.Ext(s.File)))
}

// FreshDir makes a folder under runs/ that is called name and after the time.
func FreshDir(name string) (string, error) {
	if err := os.MkdirAll("runs", 0o777); err != nil {
		return "", err
	}
	stem := filepath.Join("runs", name+"-"+time.Now().Format("20060102-150405"))
	dir := stem
	for k := 2; ; k++ { // another may have begun in the same second
		if err := os.Mkdir(dir, 0o777); !errors.Is(err, fs.ErrExist) {
			return dir, err
		}
		dir = fmt.Sprintf("%s-%d", stem, k)
	}
}

func writeJSON(path string, value any) error {
	return wholefile.Write(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(value)
	})
}

func readJSON(path string, value any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// metricsHeader names the columns of metrics.csv, feedbackHeader those more
// where feedback weights are learned asleep, and alignmentHeader those of a
// recurrent network with feedback weights.
const (
	metricsHeader  = "epoch,lr,train_loss,train_error,validation_loss,validation_error,test_loss,test_error,unstable_samples"
	feedbackHeader = ",condition2,feedback_skipped"

	alignmentHeader = ",feedback_angle,feedback_error"
)

// writeMetrics writes metrics.csv anew, as at the start and on resuming.
func writeMetrics(dir string, s *Scenario, history []Metrics) error {
	header := metricsHeader
	if s.Feedback.Learn {
		header += feedbackHeader
	}
	if s.Network.Recurrent && s.HasFeedback() {
		header += alignmentHeader
	}
	return wholefile.Write(filepath.Join(dir, "metrics.csv"), func(w io.Writer) error {
		if _, err := io.WriteString(w, header+"\n"); err != nil {
			return err
		}
		for _, m := range history {
			if _, err := io.WriteString(w, m.csv()); err != nil {
				return err
			}
		}
		return nil
	})
}

// appendLine adds one line to a log of the run directory.
func appendLine(path, line string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(line); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func (m Metrics) csv() string {
	cells := []string{strconv.Itoa(m.Epoch), strconv.FormatFloat(m.LearningRate, 'g', -1, 64)}
	for _, s := range []Score{m.Train, m.Validation, m.Test} {
		cells = append(cells, cell(s.Loss), cell(s.Error))
	}
	cells = append(cells, strconv.Itoa(m.Unstable))
	if m.FeedbackSkipped != nil {
		cells = append(cells, cell(m.Condition2), strconv.Itoa(*m.FeedbackSkipped))
	}
	if m.FeedbackError != nil {
		cells = append(cells, cell(m.FeedbackAngle), cell(m.FeedbackError))
	}
	return strings.Join(cells, ",") + "\n"
}

func cell(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}

// event is one line of log.jsonl.
type event struct {
	Time    time.Time `json:"time"`
	Event   string    `json:"event"` // start, resume, epoch, warning, interrupted, failed, done
	Message string    `json:"message,omitempty"`
	Metrics *Metrics  `json:"metrics,omitempty"`
	Rate    float64   `json:"samples_per_second,omitempty"`
}

func logEvent(dir string, e event) error {
	e.Time = time.Now()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return appendLine(filepath.Join(dir, "log.jsonl"), string(line)+"\n")
}

func fileHash(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

func newManifest(s *Scenario, workers int, hashes map[string]string) Manifest {
	return Manifest{
		Schema: s.Schema, Version: Version, Revision: Revision(), Title: s.Title, Seed: s.Seed, BLAS: models.BLAS(),
		CPU: CPU(), Workers: workers, Scenario: fileHash(s.Encode()), Start: time.Now(), Status: "running", Data: hashes,
	}
}
