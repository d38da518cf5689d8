package schema

import (
	"strings"
	"unicode/utf8"
)

// commandLine stands for the file of what was set on the command line.
const commandLine = "--set"

// place is where something was written: line and column (in characters) count from 1, and are 0 on the command line.
type place struct {
	file         string
	line, column int
}

// placeAt is the place of the character of text that the byte at offset belongs to.
func placeAt(file, text string, offset int) place {
	offset = min(max(offset, 0), len(text))
	for offset > 0 && offset < len(text) && !utf8.RuneStart(text[offset]) {
		offset--
	}
	before := text[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return place{file, 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[start:])}
}

// places holds the place of every key and table that was written down, by its dotted path.
type places map[string]place

// add remembers the first place of a path.
func (p places) add(path string, at place) {
	if _, ok := p[path]; !ok {
		p[path] = at
	}
}

// nearest is the place of key; where it was not written, of the innermost table round it; else the file's top.
func (p places) nearest(file, key string) place {
	for path := key; path != ""; path = parent(path) {
		if at, ok := p[path]; ok {
			return at
		}
	}
	return place{file, 1, 1}
}

// replace gives a path a new place, and forgets what was written below it.
func (p places) replace(path string, at place) {
	for other := range p {
		if _, ok := below(path, other); ok {
			delete(p, other)
		}
	}
	p[path] = at
}

// move gives what was written at one path, and below it, another path.
func (p places) move(from, to string) {
	for path, at := range p {
		if rest, ok := below(from, path); ok {
			p.add(to+rest, at)
		}
	}
}

// below is the rest of path after table, if it is that table or in it.
func below(table, path string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, table)
	return rest, ok && (rest == "" || rest[0] == '.')
}

// parent is the path of the table round path, "" at the top.
func parent(path string) string {
	return path[:max(strings.LastIndexByte(path, '.'), 0)]
}

// leaf is the last part of path.
func leaf(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}
