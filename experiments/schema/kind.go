package schema

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// kind is how the value of a key is checked, stored and written. read stores a TOML value in the scenario and says whether
// it is what the key wants; write is its inverse.
type kind struct {
	wants  string   // completes "must be"
	values []string // the words it may be, if it is one of a few
	read   func(s *Scenario, v any) bool
	write  func(s *Scenario) any
}

// field points to the field of a scenario that holds a key's value.
type field[T any] func(*Scenario) *T

// simple is a kind whose value is converted by convert and written as it is stored.
func simple[T any](f field[T], wants string, convert func(v any) (T, bool)) kind {
	return kind{
		wants: wants,
		read: func(s *Scenario, v any) bool {
			x, ok := convert(v)
			if ok {
				*f(s) = x
			}
			return ok
		},
		write: func(s *Scenario) any { return *f(s) },
	}
}

// is is the conversion of a TOML value that is a T already.
func is[T any](v any) (T, bool) {
	x, ok := v.(T)
	return x, ok
}

func text(f field[string]) kind { return simple(f, "a string", is[string]) }

func flag(f field[bool]) kind { return simple(f, "true or false", is[bool]) }

// word is one of a few words.
func word(f field[string], words ...string) kind {
	k := simple(f, oneOf(words), func(v any) (string, bool) {
		w, ok := v.(string)
		return w, ok && slices.Contains(words, w)
	})
	k.values = words
	return k
}

// oneOf lists words as "a", "b" or "c".
func oneOf(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	last := len(quoted) - 1
	if last == 0 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// fileName is a path, relative to the folder of the scenario; it is stored, and so written, as an absolute one.
func fileName(f field[string]) kind {
	k := text(f)
	k.wants = "a path"
	store := k.read
	k.read = func(s *Scenario, v any) bool {
		path, ok := v.(string)
		if ok && path != "" {
			v = absolute(filepath.Dir(s.File), path)
		}
		return store(s, v)
	}
	return k
}

func absolute(folder, path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// interval is the set of values a number may take.
type interval struct {
	name string // follows "a number"
	has  func(x float64) bool
}

var (
	finite      = interval{"", func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }}
	positive    = interval{" > 0", func(x float64) bool { return x > 0 && !math.IsInf(x, 1) }}
	nonNegative = interval{" >= 0", func(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }}
	fraction    = interval{" >= 0 and < 1", func(x float64) bool { return x >= 0 && x < 1 }}
	probability = interval{" from 0 to 1", func(x float64) bool { return x >= 0 && x <= 1 }}
	share       = interval{" > 0 and <= 1", func(x float64) bool { return x > 0 && x <= 1 }}
	positiveInf = interval{" > 0, or inf", func(x float64) bool { return x > 0 }}
)

func number(f field[float64], in interval) kind {
	return simple(f, "a number"+in.name, func(v any) (float64, bool) {
		x, ok := asNumber(v)
		return x, ok && in.has(x)
	})
}

// asNumber takes an integer for a number.
func asNumber(v any) (float64, bool) {
	if n, ok := v.(int64); ok {
		return float64(n), true
	}
	x, ok := v.(float64)
	return x, ok
}

func integer(f field[int], least int) kind {
	return simple(f, fmt.Sprintf("an integer >= %d", least), func(v any) (int, bool) {
		n, ok := asInteger(v)
		return int(n), ok && n >= int64(least)
	})
}

// asInteger takes a number without fraction for an integer: 5.0 is 5, and 1e5 is the usual way to write a bound.
func asInteger(v any) (int64, bool) {
	if x, ok := v.(float64); ok && x == math.Trunc(x) && math.Abs(x) <= 1<<53 {
		return int64(x), true
	}
	n, ok := v.(int64)
	return n, ok
}

func version(f field[int]) kind {
	return simple(f, fmt.Sprintf("%d, the version this credo reads", Version), func(v any) (int, bool) {
		n, ok := asInteger(v)
		return int(n), ok && n == Version
	})
}

func seed(f field[uint64]) kind {
	return simple(f, "an integer >= 0", func(v any) (uint64, bool) {
		n, ok := asInteger(v)
		return uint64(n), ok && n >= 0
	})
}

// count is a number of samples, or "all".
func count(f field[int], least int) kind {
	k := integer(f, least)
	k.wants += `, or "all"`
	number := k.read
	k.read = func(s *Scenario, v any) bool {
		if v == "all" {
			*f(s) = All
			return true
		}
		return number(s, v)
	}
	k.write = func(s *Scenario) any {
		if *f(s) == All {
			return "all"
		}
		return *f(s)
	}
	return k
}

// steps is a time, or the number of its steps: "48 h".
func steps(f field[float64], step func(*Scenario) float64, in interval) kind {
	k := number(f, in)
	k.wants += `, or steps such as "48 h"`
	time := k.read
	k.read = func(s *Scenario, v any) bool {
		if text, ok := v.(string); ok {
			number, isSteps := strings.CutSuffix(text, "h")
			n, err := strconv.Atoi(strings.TrimSpace(number))
			if !isSteps || err != nil {
				return false
			}
			v = float64(n) * step(s)
		}
		return time(s, v)
	}
	return k
}
