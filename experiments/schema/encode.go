package schema

import (
	"bytes"
	"fmt"
)

// Encode writes the scenario with every key, defaults included, as TOML that Parse reads back as the same scenario wherever
// it stands: paths are absolute.
func (s *Scenario) Encode() []byte {
	var b bytes.Buffer
	table := ""
	for _, k := range keys {
		if t := parent(k.Name); t != table {
			table = t
			fmt.Fprintf(&b, "\n[%s]\n", table)
		}
		b.WriteString(k.line(s))
	}
	return b.Bytes()
}

// EncodeMembers writes members as a sweep that ParseMembers reads back as the same: the first, and of each by its name what
// not all agree on.
func EncodeMembers(members []Member) []byte {
	scenarios := make([]*Scenario, len(members))
	for i, m := range members {
		scenarios[i] = m.Scenario
	}
	b := bytes.NewBuffer(scenarios[0].Encode())
	differing := Differing(scenarios...)
	for _, m := range members {
		fmt.Fprintf(b, "\n[[%s.case]]\nname = %q\n", sweepTable, m.Name)
		for _, k := range differing {
			fmt.Fprintf(b, "%s = %s\n", k.Name, k.Written(m.Scenario))
		}
	}
	return b.Bytes()
}
