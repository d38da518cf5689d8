package schema

import (
	"maps"
	"slices"

	"github.com/BurntSushi/toml"
)

// correct reports what is in table, whose path is given, and should not be. A misspelt name is then read as the one it was
// meant to be, so that its value is checked too and what it stands for is not reported missing.
func (d *document) correct(table map[string]any, path string) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		key := join(path, name)
		if !isKey(key) && !isTable(key) {
			d.correctName(table, path, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if key := join(path, name); isTable(key) {
			d.correctTable(table[name], key)
		}
	}
}

// correctTable corrects what is found where a table must be.
func (d *document) correctTable(v any, key string) {
	below, ok := v.(map[string]any)
	if !ok {
		d.report(key, "must be a table, ["+key+"], not "+describe(v), "")
		return
	}
	d.correct(below, key)
}

func (d *document) correctName(table map[string]any, path, name string) {
	key, v := join(path, name), table[name]
	what := "unknown key"
	if _, ok := v.(map[string]any); ok {
		what = "unknown table"
	}
	meant := closest(key)
	if parent(meant) != path {
		d.report(key, what, meant)
		return
	}
	d.report(key, what, leaf(meant))
	if _, taken := table[leaf(meant)]; meant != "" && !taken {
		table[leaf(meant)] = v
		d.places.move(d.inside+key, d.inside+meant)
	}
}

// join is the path of a name in the table at path.
func join(path, name string) string {
	name = toml.Key{name}.String()
	if path == "" {
		return name
	}
	return path + "." + name
}
