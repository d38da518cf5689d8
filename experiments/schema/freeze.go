package schema

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Freeze is an array of weights that holds still from one epoch to another, both
// counted from 1 and inclusive.
type Freeze struct {
	Array       string
	First, Last int // Last may be math.MaxInt
}

// Frozen returns the arrays that hold still in an epoch.
func (t Training) Frozen(epoch int) []string {
	var names []string
	for _, f := range t.Freeze {
		if f.First <= epoch && epoch <= f.Last && !slices.Contains(names, f.Array) {
			names = append(names, f.Array)
		}
	}
	return names
}

// String writes a Freeze as scenarios do.
func (f Freeze) String() string {
	switch {
	case f.First == 1 && f.Last == math.MaxInt:
		return f.Array
	case f.Last == math.MaxInt:
		return fmt.Sprintf("%s %d-", f.Array, f.First)
	case f.First == f.Last:
		return fmt.Sprintf("%s %d", f.Array, f.First)
	}
	return fmt.Sprintf("%s %d-%d", f.Array, f.First, f.Last)
}

var freezeForm = regexp.MustCompile(`^([Wb][1-9][0-9]{0,8})(?: ([1-9][0-9]{0,8})(-([1-9][0-9]{0,8})?)?)?$`)

func asFreeze(v any) (Freeze, bool) {
	text, _ := v.(string)
	m := freezeForm.FindStringSubmatch(text)
	if m == nil {
		return Freeze{}, false
	}
	f := Freeze{m[1], 1, math.MaxInt}
	if m[2] != "" { // nine digits at most: they fit
		f.First, _ = strconv.Atoi(m[2])
	}
	switch {
	case m[4] != "":
		f.Last, _ = strconv.Atoi(m[4])
	case m[2] != "" && m[3] == "":
		f.Last = f.First
	}
	return f, f.First <= f.Last
}

// freezes are arrays with the epochs in which they hold still.
func freezes(f field[[]Freeze]) kind {
	k := simple(f, `a list of arrays and the epochs in which they hold still, such as "W1", "W1 5", "b2 1-20" or "W2 21-"`,
		func(v any) ([]Freeze, bool) { return list(v, asFreeze) })
	k.write = func(s *Scenario) any {
		words := []string{}
		for _, freeze := range *f(s) {
			words = append(words, freeze.String())
		}
		return words
	}
	return k
}

// freezeFault tells of arrays that the network does not have.
func freezeFault(s *Scenario) string {
	if coupled(s) && len(s.Training.Freeze) > 0 {
		return `must be [] at level "coupled": the weights move as time passes`
	}
	var faults []string
	for _, f := range s.Training.Freeze {
		switch layer, _ := strconv.Atoi(f.Array[1:]); {
		case layer >= len(s.Network.Layers):
			faults = append(faults, fmt.Sprintf("%q is of a layer the network does not have: they are 1 to %d", f.Array, len(s.Network.Layers)-1))
		case f.Array[0] == 'b' && !s.Network.Bias:
			faults = append(faults, fmt.Sprintf("%q belongs to networks with bias", f.Array))
		}
	}
	return strings.Join(faults, "; ")
}
