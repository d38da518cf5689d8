package schema

import (
	"slices"
	"strings"
)

// list converts every element of a TOML array; an array of tables is none.
func list[T any](v any, convert func(any) (T, bool)) ([]T, bool) {
	elements, ok := v.([]any)
	out := make([]T, len(elements))
	for i, e := range elements {
		var fits bool
		out[i], fits = convert(e)
		ok = ok && fits
	}
	return out, ok
}

// sizes are the neurons of the layers of a network; a key that may stay empty allows no layers at all.
func sizes(f field[[]int], mayBeEmpty bool) kind {
	return simple(f, "a list of two or more integers >= 1", func(v any) ([]int, bool) {
		layers, ok := list(v, asNeurons)
		return layers, ok && (len(layers) >= 2 || mayBeEmpty && len(layers) == 0)
	})
}

// widths are the neurons of any number of layers.
func widths(f field[[]int]) kind {
	return simple(f, "a list of integers >= 1", func(v any) ([]int, bool) { return list(v, asNeurons) })
}

func asNeurons(v any) (int, bool) {
	n, ok := asInteger(v)
	return int(n), ok && n >= 1
}

// activations is one word for all hidden layers, or a list; it is read after the layers.
func activations(words ...string) kind {
	k := simple(func(s *Scenario) *[]string { return &s.Network.Activation },
		"a list, one a hidden layer, or one for all, of "+strings.Join(words, ", "),
		func(v any) ([]string, bool) {
			return list(v, func(e any) (string, bool) {
				w, ok := e.(string)
				return w, ok && slices.Contains(words, w)
			})
		})
	k.values = words
	listed := k.read
	k.read = func(s *Scenario, v any) bool {
		if w, ok := v.(string); ok {
			v = slices.Repeat([]any{w}, max(len(s.Network.Layers)-2, 0))
			return slices.Contains(words, w) && listed(s, v)
		}
		return listed(s, v)
	}
	return k
}

// span is an interval [low, high] of numbers.
func span(f field[[2]float64]) kind {
	return simple(f, "a list of two numbers, the lower first", func(v any) ([2]float64, bool) {
		ends, ok := list(v, asNumber)
		if !ok || len(ends) != 2 {
			return [2]float64{}, false
		}
		return [2]float64(ends), finite.has(ends[0]) && finite.has(ends[1]) && ends[0] < ends[1]
	})
}

// perLayer is one number for all layers, or a list of one a layer, stored as it is written.
func perLayer(f field[[]float64], in interval) kind {
	k := simple(f, "a number"+in.name+", or a list of one a layer", func(v any) ([]float64, bool) {
		if _, ok := asNumber(v); ok {
			v = []any{v}
		}
		values, ok := list(v, func(e any) (float64, bool) {
			x, ok := asNumber(e)
			return x, ok && in.has(x)
		})
		return values, ok && len(values) > 0
	})
	k.write = func(s *Scenario) any {
		if values := *f(s); len(values) > 1 {
			return values
		}
		return (*f(s))[0]
	}
	return k
}

func names(f field[[]string]) kind {
	return simple(f, "a list of names", func(v any) ([]string, bool) { return list(v, is[string]) })
}

// words are some of a few words, each once.
func words(f field[[]string], allowed ...string) kind {
	k := simple(f, "a list of some of "+strings.ReplaceAll(oneOf(allowed), " or ", " and "), func(v any) ([]string, bool) {
		listed, ok := list(v, is[string])
		for i, w := range listed {
			ok = ok && slices.Contains(allowed, w) && !slices.Contains(listed[:i], w)
		}
		return listed, ok
	})
	k.values = allowed
	return k
}

// times are moments of a presentation in rising order, or "all".
func times(f field[[]float64], all field[bool]) kind {
	k := simple(f, `a list of numbers >= 0 in rising order, or "all"`, func(v any) ([]float64, bool) {
		moments, ok := list(v, func(e any) (float64, bool) {
			t, ok := asNumber(e)
			return t, ok && nonNegative.has(t)
		})
		return moments, ok && slices.IsSorted(moments)
	})
	listed := k.read
	k.read = func(s *Scenario, v any) bool {
		*all(s) = v == "all"
		return *all(s) || listed(s, v)
	}
	k.write = func(s *Scenario) any {
		if *all(s) {
			return "all"
		}
		return *f(s)
	}
	return k
}

// epochs are numbers of epochs in rising order; 0 is before the first.
func epochs(f field[[]int]) kind {
	return simple(f, "a list of integers >= 0 in rising order", func(v any) ([]int, bool) {
		listed, ok := list(v, func(e any) (int, bool) {
			n, ok := asInteger(e)
			return int(n), ok && n >= 0
		})
		for i := 1; i < len(listed); i++ {
			ok = ok && listed[i-1] < listed[i]
		}
		return listed, ok
	})
}

// levels are numbers > 0 in rising order.
func levels(f field[[]float64]) kind {
	return simple(f, "a list of numbers > 0 in rising order", func(v any) ([]float64, bool) {
		listed, ok := list(v, func(e any) (float64, bool) {
			x, ok := asNumber(e)
			return x, ok && positive.has(x)
		})
		return listed, ok && slices.IsSorted(listed)
	})
}
