package reproduce

import (
	"fmt"
	"strings"

	"credo/experiments/schema"
)

// registry holds every published result, in the order in which they are listed.
var registry = []Entry{
	dfcTable1,
	dfcTable2,
	dfcFig1D,
	dfcFig2,
	dfcFig3,
	dfcFig4,
	dfcCond3Proxy,
	dfcTimescales,
	faFig2,
	faFig3AB,
	faFig3D,
	faFig4,
	faFig5,
	npFig2,
	npFig3,
	npFig4,
	npFig5,
	npDirect,
	npSDE,
	gbpFig2A,
	gbpFig2B,
	gbpFig3,
	gbpFig4,
}

// Entries returns every published result.
func Entries() []Entry { return registry }

// Find returns the results of the given IDs, all without one.
func Find(ids ...string) ([]Entry, error) {
	if len(ids) == 0 {
		return registry, nil
	}
	known := map[string]Entry{}
	var names []string
	for _, e := range registry {
		known[e.ID] = e
		names = append(names, e.ID)
	}
	var found []Entry
	for _, id := range ids {
		e, ok := known[id]
		if !ok {
			hint := "known: " + strings.Join(names, ", ")
			if near := schema.Nearest(id, names); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, fmt.Errorf("no published result %q (%s)", id, hint)
		}
		found = append(found, e)
	}
	return found, nil
}
