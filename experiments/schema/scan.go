package schema

import (
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// scan finds the place of every key and table in text, which must be valid TOML: it knows where values end, not what they
// mean. In a dotted key each part has its own place. A path that is written more than once, in an array of tables, keeps its
// first place; what is in a list is also found under its number there, counted from 0: "x.1.a" is in the second table of x.
func scan(file, text string) places {
	s := scanner{file: file, text: text, found: places{}, tables: map[string]int{}}
	s.document()
	return s.found
}

type scanner struct {
	file, text string
	pos        int
	found      places
	tables     map[string]int // so far, of an array of tables [[x]] by its numbered path
}

// route is a key as TOML writes it, and with the numbers of the elements of lists that it leads through.
type route struct{ plain, numbered toml.Key }

func (p route) with(part string) route {
	return route{append(p.plain[:len(p.plain):len(p.plain)], part), p.number(part)}
}

// number is the numbered key of something in p.
func (p route) number(part string) toml.Key {
	return append(p.numbered[:len(p.numbered):len(p.numbered)], part)
}

// document = { header | key = value }
func (s *scanner) document() {
	var table route
	for s.space(); s.pos < len(s.text); s.space() {
		if s.peek() == '[' {
			table = s.header()
			continue
		}
		s.pair(table)
	}
}

// header = "[" key "]" | "[[" key "]]"
func (s *scanner) header() route {
	another := strings.HasPrefix(s.text[s.pos:], "[[")
	s.skip("[ \t")
	start := s.pos
	table := s.key(route{})
	s.skip("] \t")
	if another {
		list := table.numbered.String()
		table.numbered = table.number(strconv.Itoa(s.tables[list]))
		s.tables[list]++
		s.note(table, start)
	}
	return table
}

// note remembers that what p leads to begins at start.
func (s *scanner) note(p route, start int) {
	at := placeAt(s.file, s.text, start)
	s.found.add(p.plain.String(), at)
	s.found.add(p.numbered.String(), at)
}

// pair = key "=" value, in table.
func (s *scanner) pair(table route) {
	path := s.key(table)
	s.skip("= \t")
	s.value(path)
}

// key reads a dotted key in table, notes the place of each part and returns the whole path.
func (s *scanner) key(table route) route {
	for path := table; ; {
		s.skip(" \t")
		start := s.pos
		path = path.with(s.part())
		s.note(path, start)
		s.skip(" \t")
		if s.peek() != '.' {
			return path
		}
		s.pos++
		if n := s.tables[path.numbered.String()]; n > 0 { // the last table so far is meant
			path.numbered = path.number(strconv.Itoa(n - 1))
		}
	}
}

// part reads one part of a key, bare or quoted.
func (s *scanner) part() string {
	start := s.pos
	if quote := s.peek(); quote != '"' && quote != '\'' {
		s.until(". \t=]\n")
		return s.text[start:s.pos]
	}
	s.quoted()
	name, _ := tomlValue(s.text[start:s.pos])
	text, _ := name.(string)
	return text
}

// value passes over a value; p is the key it belongs to.
func (s *scanner) value(p route) {
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		n := 0
		s.list(']', func() {
			element := route{p.plain, p.number(strconv.Itoa(n))}
			s.note(element, s.pos)
			s.value(element)
			n++
		})
	case '{':
		s.list('}', func() { s.pair(p) })
	default:
		s.until(",]}#\n")
	}
}

// list passes over a bracketed list of items, which commas, space and comments divide.
func (s *scanner) list(end byte, item func()) {
	s.pos++
	for {
		s.space()
		switch s.peek() {
		case 0:
			return
		case end:
			s.pos++
			return
		case ',':
			s.pos++
		default:
			item()
		}
	}
}

// quoted passes over a string of any of the four kinds.
func (s *scanner) quoted() {
	quote := s.text[s.pos : s.pos+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.text[s.pos:], triple) {
		s.closing(triple)
		for range 2 { // such a string may itself end in one or two quotes
			if strings.HasPrefix(s.text[s.pos:], quote) {
				s.pos++
			}
		}
		return
	}
	s.closing(quote)
}

// closing passes over the delimiter of a string, and all up to the next one that no backslash escapes.
func (s *scanner) closing(delimiter string) {
	s.pos += len(delimiter)
	for s.pos < len(s.text) {
		switch rest := s.text[s.pos:]; {
		case strings.HasPrefix(rest, delimiter):
			s.pos += len(delimiter)
			return
		case rest[0] == '\\' && delimiter[0] == '"':
			s.pos = min(s.pos+2, len(s.text))
		default:
			s.pos++
		}
	}
}

// space passes over white space, line ends and comments.
func (s *scanner) space() {
	for s.skip(" \t\r\n"); s.peek() == '#'; s.skip(" \t\r\n") {
		s.until("\n")
	}
}

// skip passes over all characters of set.
func (s *scanner) skip(set string) {
	s.pos = len(s.text) - len(strings.TrimLeft(s.text[s.pos:], set))
}

// until passes over at least one character, up to the next of set.
func (s *scanner) until(set string) {
	if s.pos == len(s.text) {
		return
	}
	s.pos++
	if n := strings.IndexAny(s.text[s.pos:], set); n >= 0 {
		s.pos += n
		return
	}
	s.pos = len(s.text)
}

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}
