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
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text, overrides...)
}

// readFile reads a file; its error is Problems, of which there is one.
func readFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		reason := err
		if e := (*fs.PathError)(nil); errors.As(err, &e) {
			reason = e.Err
		}
		return nil, Problems{{File: path, Message: "cannot be read: " + reason.Error()}}
	}
	return text, nil
}

// Parse reads a scenario as Load does; name is the file it is said to be from, whose folder relative paths start at.
func Parse(name string, text []byte, overrides ...string) (*Scenario, error) {
	d, err := open(name, text, overrides)
	if err != nil {
		return nil, err
	}
	if d.isSweep() {
		d.report(sweepTable, "asks for several runs, where one is wanted", "")
		delete(d.tree, sweepTable)
	}
	return d.finish()
}

// finish returns the scenario that the document is, or all its problems.
func (d *document) finish() (*Scenario, error) {
	s := d.read()
	if len(d.problems) > 0 {
		d.problems.sort()
		return nil, d.problems
	}
	return s, nil
}

// open parses text and puts in what was set on the command line.
func open(name string, text []byte, overrides []string) (*document, error) {
	d, err := newDocument(name, strings.TrimPrefix(string(text), "\ufeff"))
	if err != nil {
		return nil, err
	}
	for _, o := range overrides {
		d.override(o)
	}
	return d, nil
}

// read corrects, reads and checks what there is.
func (d *document) read() *Scenario {
	d.correct(d.tree, "")
	s := d.scenario()
	d.checkRules(s)
	return s
}

// document is a scenario on its way from text.
type document struct {
	file     string
	tree     map[string]any // as TOML has it
	places   places
	problems Problems
	faulty   map[string]bool // the keys and tables that have a problem

	called, inside string // of a table that is read by itself: what its keys are called, and where their places are, from the top
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
	d.reportAt(d.called+key, d.places.nearest(d.file, d.inside+key), message, suggestion)
	d.faulty[key] = true
}

// reportAt notes a problem that stands somewhere else than its key does.
func (d *document) reportAt(key string, at place, message, suggestion string) {
	d.problems = append(d.problems, Problem{at.file, at.line, at.column, key, message, suggestion})
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

// reportMissing notes that a required key is absent, unless its table, or what a sweep gives it, is wrong as a whole.
func (d *document) reportMissing(k Key) {
	if !d.faulty[parent(k.Name)] && !d.faulty[k.Name] {
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
