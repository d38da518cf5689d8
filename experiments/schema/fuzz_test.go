package schema

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// FuzzParse: whatever a file holds, it is a scenario that survives writing and reading, or its problems stand inside it.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		valid, "", "\ufeff", "[data]\r\nsource = 'mnist'", "[[network]]\n[method.rule]\n", "[netwrok]\nlayers = [784, 'a']",
		"data = {source = 'teacher', teacher = {layers = [1, {}, nan]}, \"a.b\" = 1}", "seed = 0x10\ntitle = '''\n'''",
		"record.times = 'all'\n'' = 1\n\"\\u0000\".x = 2020-01-01", "data.data.data = inf\n[Data]\n[DATA]\n", "\"Ꮟ",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("f.toml", []byte(text))
		if err == nil {
			checkRoundTrip(t, s)
			return
		}
		if len(err.(Problems)) == 0 {
			t.Error("no scenario and no problem")
		}
		for _, p := range err.(Problems) {
			checkPlace(t, p, text)
		}
	})
}

func checkRoundTrip(t *testing.T, s *Scenario) {
	again, err := Parse("f.toml", s.Encode())
	if err != nil || !same(s, again) {
		t.Errorf("%v\n%s", err, s.Encode())
	}
}

func checkPlace(t *testing.T, p Problem, text string) {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	if p.File != "f.toml" || p.Line < 1 || p.Line > len(lines) {
		t.Errorf("%v: there are %d lines", p, len(lines))
	} else if n := utf8.RuneCountInString(lines[p.Line-1]); p.Column < 1 || p.Column > n+1 {
		t.Errorf("%v: the line has %d characters", p, n)
	}
}

// FuzzScan: every key that the TOML library finds has a place.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		valid, "a.'b c'.\"\\u00e9\" = [[1, {x = 2, y.z = '''\n'''}], # ]\n]\n", "[[a]]\nb = \"\"\"\\\"\"\"\"\"\"\n[a.c]\nd=07:32:00\n",
		"a = {\n # }\n b = 1,\n}\r\n[ x . y ]\r\n", "a = 1979-05-27 07:32:00 # t\nb = [\"]\", ']', 1_0, +inf]\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var tree map[string]any
		text = strings.TrimPrefix(text, "\ufeff")
		meta, err := toml.Decode(text, &tree)
		if err != nil {
			return
		}
		found := scan("f.toml", text)
		for _, key := range meta.Keys() {
			if _, ok := found[key.String()]; !ok {
				t.Errorf("no place of %s in\n%q", key, text)
			}
		}
	})
}

func FuzzOverride(f *testing.F) {
	for _, o := range []string{"seed=1", "a.b=c", "=", "..=", "data.teacher={layers=[1]}", "data=1\nseed=2", "'a'.b=[", "x=#"} {
		f.Add(o)
	}
	f.Fuzz(func(t *testing.T, override string) {
		s, err := Parse("f.toml", []byte(valid), override)
		if err == nil {
			checkRoundTrip(t, s)
		}
	})
}
