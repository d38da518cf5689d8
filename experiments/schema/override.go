package schema

import "strings"

// override sets a key as the command line asks: "table.key=value". What it names is checked like what stands in the file.
func (d *document) override(assignment string) {
	path, text, ok := strings.Cut(assignment, "=")
	path = strings.TrimSpace(path)
	if !ok || path == "" {
		d.problems = append(d.problems, Problem{File: commandLine, Key: assignment, Message: "must be KEY=VALUE"})
		return
	}
	v, err := tomlValue(text)
	if err != nil {
		v = strings.TrimSpace(text)
	}
	if blocked := d.put(path, v, place{file: commandLine}); blocked != "" {
		d.problems = append(d.problems, Problem{File: commandLine, Key: path, Message: blocked + " is not a table"})
	}
}

// put gives the key at path a value that was written at a place; what stands where a table should be is returned and stays.
func (d *document) put(path string, v any, at place) (blocked string) {
	tables, name := splitLeaf(path)
	table, key, ok := d.tree, "", false
	for _, t := range tables {
		key = join(key, t)
		if table, ok = d.openTable(table, t, key); !ok {
			return key
		}
	}
	table[name] = v
	d.places.replace(join(key, name), at)
	return ""
}

// openTable returns the table of a name in table, which is made where it is absent; key is its path.
func (d *document) openTable(table map[string]any, name, key string) (map[string]any, bool) {
	if _, ok := table[name]; !ok {
		table[name] = map[string]any{}
		if !isTable(key) {
			d.places.add(key, place{file: commandLine})
		}
	}
	below, ok := table[name].(map[string]any)
	return below, ok
}

// splitLeaf parts a dotted path into the names of its tables and its last name.
func splitLeaf(path string) (tables []string, name string) {
	parts := strings.Split(path, ".")
	last := len(parts) - 1
	return parts[:last], parts[last]
}
