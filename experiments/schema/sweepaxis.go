package schema

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// setting is a value that a sweep gives a key, and where it stands.
type setting struct {
	key   string
	value any
	at    place
}

// point is what one value of an axis sets, and what it adds to the name of a member.
type point struct {
	name string
	set  []setting
}

func (p point) and(q point) point {
	if p.name != "" {
		q.name = p.name + "/" + q.name
	}
	q.set = slices.Concat(p.set, q.set)
	return q
}

// axis is one thing that members differ in: the points are what it may be.
type axis []point

// sweepAxes takes the sweep out of the document: its cases, then its keys in the order in which they stand there, and the
// seed last. What is wrong with it is reported, and left out.
func (d *document) sweepAxes() []axis {
	v := d.tree[sweepTable]
	delete(d.tree, sweepTable)
	table, ok := v.(map[string]any)
	if !ok {
		d.report(sweepTable, "must be a table, [sweep], not "+describe(v), "")
		return nil
	}
	var axes []axis
	swept := map[string]bool{}
	if v, ok := table["case"]; ok {
		delete(table, "case")
		if a := d.cases(v, swept); len(a) > 0 {
			axes = append(axes, a)
		}
	} else if len(table) == 0 {
		d.report(sweepTable, "is empty: name keys and their values, or a case", "")
	}
	for _, s := range d.inSweep(table, sweepTable, sweepTable) {
		if swept[s.key] {
			d.report(sweepTable+"."+s.key, "is set by a case too", "")
		}
		swept[s.key] = true
		if a := d.values(s); len(a) > 0 {
			axes = append(axes, a)
		}
	}
	d.refuseOverrides(swept)
	return axes
}

// inSweep returns what a table of the sweep sets, in the order in which it stands there, the seed last. where is what the
// table is called, and numbered where its places are. Misspelt names are read as what they were meant to be.
func (d *document) inSweep(table map[string]any, where, numbered string) []setting {
	inner := &document{file: d.file, places: d.places, faulty: map[string]bool{}, called: where + ".", inside: numbered + "."}
	inner.correct(table, "")
	if _, ok := table["schema"]; ok {
		inner.report("schema", "is the same for all members", "")
		delete(table, "schema")
	}
	d.problems = append(d.problems, inner.problems...)
	var found []setting
	for _, k := range keys {
		if v, ok := lookup(table, k.Name); ok {
			found = append(found, setting{k.Name, v, d.places.nearest(d.file, numbered+"."+k.Name)})
		}
	}
	slices.SortStableFunc(found, func(a, b setting) int {
		return cmp.Or(
			cmp.Compare(varies(a.key), varies(b.key)),
			cmp.Compare(a.at.line, b.at.line),
			cmp.Compare(a.at.column, b.at.column),
		)
	})
	return found
}

// varies ranks keys: the seed varies fastest, so that the runs that differ in nothing else stand together.
func varies(key string) int {
	if key == "seed" {
		return 1
	}
	return 0
}

// values returns the points of a key, which a list gives it in turn.
func (d *document) values(s setting) axis {
	where := sweepTable + "." + s.key
	list, ok := elements(s.value)
	switch {
	case !ok:
		d.report(where, "must be a list of what "+s.key+" is in turn, not "+describe(s.value), "")
	case len(list) == 0:
		d.report(where, "must have at least one value", "")
	}
	if len(list) == 0 {
		d.faulty[s.key] = true
		return nil
	}
	var a axis
	for i, v := range list {
		name := valueName(s.key, v)
		at := d.places.nearest(d.file, where+"."+strconv.Itoa(i))
		if a.has(name) {
			d.reportAt(where, at, fmt.Sprintf("%s stands there twice, or is called like another: %s", describe(v), name), "")
			continue
		}
		a = append(a, point{name, []setting{{s.key, v, at}}})
	}
	return a
}

// cases returns the points of [[sweep.case]] and notes the keys that they set.
func (d *document) cases(v any, swept map[string]bool) axis {
	const where = sweepTable + ".case"
	list, ok := elements(v)
	if !ok || len(list) == 0 {
		d.report(where, "must be a list of tables, [[sweep.case]], not "+describe(v), "")
		return nil
	}
	var a axis
	for i, v := range list {
		numbered := where + "." + strconv.Itoa(i)
		table, ok := v.(map[string]any)
		if !ok {
			d.reportAt(where, d.places.nearest(d.file, numbered), "must be a table with a name, not "+describe(v), "")
			continue
		}
		name, fault := caseName(table)
		if fault == "" {
			fault = a.clash(name)
		}
		if fault != "" {
			d.reportAt(where+".name", d.places.nearest(d.file, numbered+".name"), fault, "")
		}
		delete(table, "name")
		p := point{name, d.inSweep(table, where, numbered)}
		for _, s := range p.set {
			swept[s.key] = true
		}
		a = append(a, p)
	}
	return a
}

func (a axis) has(name string) bool {
	return slices.ContainsFunc(a, func(p point) bool { return p.name == name })
}

// clash says why another point of the axis cannot have a name: a run cannot be in the folder of another.
func (a axis) clash(name string) string {
	for _, p := range a {
		switch {
		case p.name == "":
		case p.name == name:
			return "is another case's too: " + strconv.Quote(name)
		case strings.HasPrefix(name, p.name+"/"), strings.HasPrefix(p.name, name+"/"):
			return fmt.Sprintf("is %q, but another case is %q: one cannot be a folder of the other", name, p.name)
		}
	}
	return ""
}

// refuseOverrides reports keys set on the command line that the sweep sets again.
func (d *document) refuseOverrides(swept map[string]bool) {
	for _, key := range slices.Sorted(maps.Keys(swept)) {
		if at := d.places.nearest(d.file, key); at.file == commandLine {
			d.reportAt(key, at, "is set by the sweep, member by member: set "+sweepTable+"."+key+", or change its case", "")
		}
	}
}

// elements returns the elements of a TOML list, of tables or not.
func elements(v any) ([]any, bool) {
	if tables, ok := v.([]map[string]any); ok {
		var list []any
		for _, t := range tables {
			list = append(list, t)
		}
		return list, true
	}
	list, ok := v.([]any)
	return list, ok
}
