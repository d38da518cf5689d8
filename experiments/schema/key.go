package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Key is one key of a scenario: what there is to say of it stands here and nowhere else.
type Key struct {
	Name    string // dotted, "controller.k_p"
	Default string // in TOML, or in words where it is required or follows from other keys
	Meaning string // one sentence

	kind     kind
	more     func() string       // what else Explain says, in lines; nil: nothing
	computed func(*Scenario) any // the default, where other keys decide it
}

// Wants says what values the key takes: "a number >= 0".
func (k Key) Wants() string { return k.kind.wants }

// Values are the words the key may be, nil if it is not one of a few words.
func (k Key) Values() []string { return k.kind.values }

// fallback is the TOML value of the key when a scenario does not have it; the keys before it have been read.
func (k Key) fallback(s *Scenario) any {
	if k.computed != nil {
		return k.computed(s)
	}
	v, err := tomlValue(k.Default)
	if err != nil {
		panic("schema: default of " + k.Name + ": " + err.Error())
	}
	return v
}

// Keys returns all keys in the order of the reference.
func Keys() []Key { return slices.Clone(keys) }

// Explain returns what a user should know of a key, or of each key of a table.
func Explain(key string) (string, error) {
	if _, ok := below(sweepTable, key); ok {
		return sweepMeaning, nil
	}
	var b strings.Builder
	for _, k := range keys {
		if k.Name == key || strings.HasPrefix(k.Name, key+".") {
			fmt.Fprintf(&b, "%s\n    %s\n    %s; default: %s\n", k.Name, k.Meaning, k.Wants(), k.Default)
			if k.more != nil {
				b.WriteString("\n" + indent(k.more()))
			}
		}
	}
	if b.Len() == 0 {
		return "", unknown(key, closest(key))
	}
	return b.String(), nil
}

// indent moves lines to the right, to where a key's meaning stands.
func indent(lines string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(lines, "\n"), "\n", "\n    ") + "\n"
}

func unknown(key, suggestion string) error {
	if suggestion == "" {
		return fmt.Errorf("unknown key %q", key)
	}
	return fmt.Errorf("unknown key %q (did you mean %q?)", key, suggestion)
}

// paths are the paths of all keys and tables, the outermost first.
func paths() []string {
	all := []string{sweepTable}
	for _, k := range keys {
		for path := k.Name; path != ""; path = parent(path) {
			if !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return strings.Count(a, ".") - strings.Count(b, ".") })
	return all
}

// isKey says whether path is a key.
func isKey(path string) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return k.Name == path })
}

// isTable says whether there are keys below path.
func isTable(path string) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return strings.HasPrefix(k.Name, path+".") })
}
