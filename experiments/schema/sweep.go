package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sweepTable is the table that makes a file ask for several runs.
const sweepTable = "sweep"

const sweepMeaning = `sweep
    Several runs of one file: each key in [sweep] is a list of values that the key takes in turn, and there is a run
    for every combination.
    seed = [1, 2, 3], method.rule = ["bp", "dfa"], any key but schema
sweep.case
    Values that belong together, under a name; the combinations of the other keys are run for every case.
    case = [{name = "dfa", method.rule = "dfa", training.lr = 0.02}, ...], or one [[sweep.case]] each
`

// mostMembers bounds a sweep: what asks for more is a slip.
const mostMembers = 10_000

// Member is one scenario of a sweep. Its name, as dfa/seed-1, is the folder of its run below the sweep's; a file without a
// sweep has one member, without a name.
type Member struct {
	Name string
	*Scenario
}

// LoadMembers reads a file as Load does, and returns the scenarios that its sweep asks for.
func LoadMembers(path string, overrides ...string) ([]Member, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return ParseMembers(path, text, overrides...)
}

// ParseMembers reads text as Parse does, and returns the scenarios that its sweep asks for: a case varies slowest, then the
// keys in the order in which they stand there, and the seed fastest. The error is Problems, of all members, and there is no scenario then.
func ParseMembers(name string, text []byte, overrides ...string) ([]Member, error) {
	d, err := open(name, text, overrides)
	if err != nil {
		return nil, err
	}
	if !d.isSweep() {
		s, err := d.finish()
		return []Member{{Scenario: s}}, err
	}
	points := d.combine(d.sweepAxes())
	found := tally{members: map[Problem][]string{}}
	var members []Member
	for _, p := range points {
		at := d.at(p)
		members = append(members, Member{p.name, at.read()})
		found.add(p.name, at.problems)
	}
	d.problems = append(d.problems, found.problems(len(points))...)
	if len(d.problems) > 0 {
		d.problems.sort()
		return nil, d.problems
	}
	return members, nil
}

func (d *document) isSweep() bool {
	_, ok := d.tree[sweepTable]
	return ok
}

// combine returns every combination of the axes' points, the first axis slowest.
func (d *document) combine(axes []axis) []point {
	n := 1
	for _, a := range axes {
		if n *= len(a); n > mostMembers {
			d.report(sweepTable, fmt.Sprintf("asks for more than %d runs", mostMembers), "")
			return nil
		}
	}
	points := []point{{}}
	for _, a := range axes {
		var longer []point
		for _, p := range points {
			for _, q := range a {
				longer = append(longer, p.and(q))
			}
		}
		points = longer
	}
	return points
}

// at is the document of one member, with places and problems of its own.
func (d *document) at(p point) *document {
	m := &document{file: d.file, tree: cloneTree(d.tree), places: maps.Clone(d.places), faulty: maps.Clone(d.faulty)}
	for _, s := range p.set {
		m.put(s.key, s.value, s.at) // what stands in the way has its own problem
	}
	return m
}

func cloneTree(tree map[string]any) map[string]any {
	clone := maps.Clone(tree)
	for name, v := range clone {
		if below, ok := v.(map[string]any); ok {
			clone[name] = cloneTree(below)
		}
	}
	return clone
}

// tally gathers the problems of members, each once.
type tally struct {
	order   Problems
	members map[Problem][]string // that have it
}

func (t *tally) add(member string, problems Problems) {
	for _, p := range problems {
		if _, ok := t.members[p]; !ok {
			t.order = append(t.order, p)
		}
		if !slices.Contains(t.members[p], member) {
			t.members[p] = append(t.members[p], member)
		}
	}
}

// problems returns what was gathered; a problem that some of n members alone have says which.
func (t *tally) problems(n int) Problems {
	all := slices.Clone(t.order)
	for k, p := range t.order {
		switch with := t.members[p]; {
		case len(with) == n:
		case len(with) <= 3:
			all[k].Message += " (in " + strings.Join(with, ", ") + ")"
		default:
			all[k].Message += fmt.Sprintf(" (in %s and %d more members)", with[0], len(with)-1)
		}
	}
	return all
}
