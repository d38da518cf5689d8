package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one fault of a scenario and its place. Line and Column count from 1; they are 0 where there is no place, as on
// the command line.
type Problem struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Key        string `json:"key"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion"`
}

// String is file:line:column: key: message (did you mean "suggestion"?), less the parts that are empty.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	if p.Key != "" {
		b.WriteString(": " + p.Key)
	}
	b.WriteString(": " + p.Message)
	if p.Suggestion != "" {
		fmt.Fprintf(&b, " (did you mean %q?)", p.Suggestion)
	}
	return b.String()
}

// Problems are all faults of a scenario, sorted by place. As an error they are one line each.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return strings.Join(lines, "\n")
}

// sort orders the problems by place: those of the command line, which have none, come last.
func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
}

func rank(p Problem) int {
	if p.File == commandLine {
		return 1
	}
	return 0
}

// Problem is a fault found later, by those who use the scenario, at the place of its key: where the key was not written, at
// its table; where that was not either, at the top of the file.
func (s *Scenario) Problem(key, message, suggestion string) Problem {
	at := s.places.nearest(s.File, key)
	return Problem{File: at.file, Line: at.line, Column: at.column, Key: key, Message: message, Suggestion: suggestion}
}
