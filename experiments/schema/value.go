package schema

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// tomlValue reads one TOML value.
func tomlValue(text string) (any, error) {
	var tree map[string]any
	if _, err := toml.Decode("v = "+text, &tree); err != nil {
		return nil, err
	}
	if len(tree) > 1 {
		return nil, fmt.Errorf("more than one value: %s", text)
	}
	return tree["v"], nil
}

// describe says in a few words what a TOML value is.
func describe(v any) string {
	switch v := v.(type) {
	case string:
		return "the string " + strconv.Quote(shorten(v))
	case map[string]any:
		return "a table"
	case []map[string]any:
		return "a list of tables"
	case time.Time:
		return "a date or time"
	case []any:
		return shorten(literal(v))
	}
	return fmt.Sprint(v)
}

// literal writes a TOML value as a scenario would.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case []any:
		elements := make([]string, len(v))
		for i, e := range v {
			elements[i] = literal(e)
		}
		return "[" + strings.Join(elements, ", ") + "]"
	}
	return describe(v)
}

// shorten cuts text that would crowd out the rest of a message.
func shorten(text string) string {
	const longest = 60
	if r := []rune(text); len(r) > longest {
		return string(r[:longest]) + "..."
	}
	return text
}
