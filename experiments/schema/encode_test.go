package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// same says whether two scenarios say the same, wherever they were read.
func same(a, b *Scenario) bool {
	x, y := *a, *b
	x.File, y.File, x.places, y.places = "", "", nil, nil
	return reflect.DeepEqual(x, y)
}

func TestParseIsTheInverseOfEncode(t *testing.T) {
	for _, sets := range [][]string{
		nil,
		{"data.train=all", "data.test=7", "network.layers=[784,10]", "seed=9223372036854775807"},
		{`title="a \"b\" \\ \t ü \u0000"`, "data.source=npz", "data.path=x y.npz", "network.weights=../w.npz"},
		{"timescales.tau_w=1e300", "training.lr=1e-300", "integrator.max_steps=1e6"},
		{"method.level=buffered", "record.times=[0, 0.5, 20]", `record.arrays=["v1", "db2"]`, "record.presentations=1"},
		{"method.level=buffered", "record.times=all"},
		{`network.activation=["relu","linear"]`, "network.layers=[784,5,6,10]"},
	} {
		s, err := Parse("a/s.toml", []byte(valid), sets...)
		if err != nil {
			t.Errorf("%v: %v", sets, err)
			continue
		}
		again, err := Parse("elsewhere/b/s.toml", s.Encode())
		if err != nil || !same(s, again) {
			t.Errorf("%v: %v\n%s", sets, err, s.Encode())
		}
	}
}

func TestEncodeWritesEveryKey(t *testing.T) {
	s, err := Parse("s.toml", []byte(valid))
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDocument("s.toml", string(s.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range Keys() {
		if _, ok := lookup(d.tree, k.Name); !ok {
			t.Errorf("no %s in\n%s", k.Name, s.Encode())
		}
	}
}

func TestPathsStartAtTheScenario(t *testing.T) {
	folder := t.TempDir()
	text := strings.Replace(valid, `"mnist"`, "\"idx\"\npath = \"../images\"", 1)
	path := filepath.Join(folder, "s.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path, "network.weights=/w.npz")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(filepath.Dir(folder), "images"); s.Data.Path != want || s.Network.Weights != "/w.npz" {
		t.Errorf("%s and %s, want %s and /w.npz", s.Data.Path, s.Network.Weights, want)
	}
	if !bytes.Contains(s.Encode(), []byte(s.Data.Path)) {
		t.Errorf("no absolute path in\n%s", s.Encode())
	}
}

func TestDefaultsFollowOtherKeys(t *testing.T) {
	for _, c := range []struct {
		sets          []string
		scaling, loss string
	}{
		{nil, "standard", "cross-entropy"},
		{[]string{"data.source=idx", "data.path=x"}, "unit", "cross-entropy"},
		{[]string{"data.source=csv", "data.path=x", "network.output=tanh"}, "none", "squared-error"},
		{[]string{"data.scaling=unit"}, "unit", "cross-entropy"},
	} {
		s, err := Parse("s.toml", []byte(valid), c.sets...)
		if err != nil || s.Data.Scaling != c.scaling || s.Method.Loss != c.loss {
			t.Errorf("%v: %+v, %v", c.sets, s, err)
		}
	}
}

func TestOverridesReplaceWhatTheFileSays(t *testing.T) {
	s, err := Parse("s.toml", []byte(valid), "network.layers = [784, 3, 4, 10]", "title= a b # c", "title=last",
		"data.teacher={gain=2, layers=[3, 4]}", "integrator.max_steps=1e3", "timescales.tau_u=2")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Network.Layers) != 4 || len(s.Network.Activation) != 2 || s.Title != "last" || s.Data.Teacher.Gain != 2 ||
		s.Integrator.MaxSteps != 1000 || s.Timescales.TauU != 2 {
		t.Errorf("%+v", s)
	}
}
