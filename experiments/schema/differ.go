package schema

import (
	"slices"

	"github.com/BurntSushi/toml"
)

// Written is the value of the key in s as a scenario has it: "dfa", with its quotes.
func (k Key) Written(s *Scenario) string {
	line := k.line(s)
	return line[len(leaf(k.Name))+len(" = ") : len(line)-1]
}

// line is the line of a scenario that sets the key, in its table.
func (k Key) line(s *Scenario) string {
	text, err := toml.Marshal(map[string]any{leaf(k.Name): k.kind.write(s)})
	if err != nil {
		panic("schema: " + k.Name + ": " + err.Error()) // a kind writes only what TOML has
	}
	return string(text)
}

// Differing returns the keys that scenarios do not agree on.
func Differing(scenarios ...*Scenario) []Key {
	return slices.DeleteFunc(Keys(), func(k Key) bool {
		first := k.line(scenarios[0])
		return !slices.ContainsFunc(scenarios[1:], func(s *Scenario) bool { return k.line(s) != first })
	})
}
