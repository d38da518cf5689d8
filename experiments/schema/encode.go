package schema

import (
	"bytes"
	"fmt"

	"github.com/BurntSushi/toml"
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
		line, err := toml.Marshal(map[string]any{leaf(k.Name): k.kind.write(s)})
		if err != nil {
			panic("schema: " + k.Name + ": " + err.Error()) // a kind writes only what TOML has
		}
		b.Write(line)
	}
	return b.Bytes()
}
