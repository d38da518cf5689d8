package schema

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
)

// Load reads the scenario in the file path. Overrides are "table.key=value", as of --set: the value is TOML, and what is no
// TOML is taken as a string. The error is Problems: all of them.
func Load(path string, overrides ...string) (*Scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		reason := err
		if e := (*fs.PathError)(nil); errors.As(err, &e) {
			reason = e.Err
		}
		return nil, Problems{{File: path, Message: "cannot be read: " + reason.Error()}}
	}
	return Parse(path, text, overrides...)
}

// Parse reads a scenario as Load does; name is the file it is said to be from, whose folder relative paths start at.
func Parse(name string, text []byte, overrides ...string) (*Scenario, error) {
	d, err := newDocument(name, strings.TrimPrefix(string(text), "\ufeff"))
	if err != nil {
		return nil, err
	}
	for _, o := range overrides {
		d.override(o)
	}
	d.correct(d.tree, "")
	s := d.scenario()
	d.checkRules(s)
	if len(d.problems) > 0 {
		d.problems.sort()
		return nil, d.problems
	}
	return s, nil
}

// document is a scenario on its way from text.
type document struct {
	file     string
	tree     map[string]any // as TOML has it
	places   places
	problems Problems
	faulty   map[string]bool // the keys and tables that have a problem
}

// newDocument parses text; its error is Problems, of which there is one: after it nothing is certain.
func newDocument(file, text string) (*document, error) {
	d := document{file: file, faulty: map[string]bool{}}
	if _, err := toml.Decode(text, &d.tree); err != nil {
		return nil, Problems{syntaxProblem(file, text, err)}
	}
	d.places = scan(file, text)
	return &d, nil
}

func syntaxProblem(file, text string, err error) Problem {
	p := Problem{File: file, Line: 1, Column: 1, Message: err.Error()}
	if e := (toml.ParseError{}); errors.As(err, &e) {
		at := placeAt(file, text, e.Position.Start)
		p.Line, p.Column, p.Message = at.line, at.column, e.Message
	}
	return p
}

// report notes a problem of key at its place.
func (d *document) report(key, message, suggestion string) {
	at := d.places.nearest(d.file, key)
	d.problems = append(d.problems, Problem{at.file, at.line, at.column, key, message, suggestion})
	d.faulty[key] = true
}

// scenario reads all keys in the order of the table.
func (d *document) scenario() *Scenario {
	s := &Scenario{File: d.file, places: d.places}
	for _, k := range keys {
		v, ok := lookup(d.tree, k.Name)
		switch {
		case !ok && k.Default == required:
			d.reportMissing(k)
			continue
		case !ok:
			if !k.kind.read(s, k.fallback(s)) {
				d.faulty[k.Name] = true // it follows from a key that has its own problem
			}
			continue
		}
		if !k.kind.read(s, v) {
			word, _ := v.(string)
			d.report(k.Name, "must be "+k.Wants()+", not "+describe(v), nearest(word, k.Values()))
		}
	}
	return s
}

// reportMissing notes that a required key is absent, unless its table is wrong as a whole.
func (d *document) reportMissing(k Key) {
	if !d.faulty[parent(k.Name)] {
		d.report(k.Name, "is required: "+k.Wants(), "")
	}
	d.faulty[k.Name] = true
}

// lookup finds the value at a dotted path.
func lookup(tree map[string]any, path string) (any, bool) {
	table, rest, nested := strings.Cut(path, ".")
	if !nested {
		v, ok := tree[path]
		return v, ok
	}
	below, ok := tree[table].(map[string]any)
	if !ok {
		return nil, false
	}
	return lookup(below, rest)
}
