package schema

import (
	"fmt"
	"strings"
)

// valueName is what a value of a key adds to the name of a member: a word as it is, a number after its key's, as seed-1.
func valueName(key string, v any) string {
	word, ok := v.(string)
	if !ok {
		return leaf(key) + "-" + fileWord(literal(v))
	}
	if name := fileWord(word); name != "" {
		return name
	}
	return leaf(key)
}

// fileWord makes text part of a folder's name, which no dot may begin: runs of other characters than letters, digits and
// ._+- become one hyphen.
func fileWord(text string) string {
	text = strings.Map(func(r rune) rune {
		if inFileName(r) {
			return r
		}
		return ' '
	}, text)
	return strings.Join(strings.Fields(strings.TrimLeft(text, ". ")), "-")
}

func inFileName(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._+-", r)
}

// caseName returns the name of a case, and what is wrong with it. It may have several parts, which are folders.
func caseName(table map[string]any) (name, fault string) {
	const wants = "letters, digits and ._+- in one or more parts, as in dfa/wide"
	v, ok := table["name"]
	if !ok {
		return "", "is required: " + wants
	}
	name, _ = v.(string)
	for _, part := range strings.Split(name, "/") {
		if part == "" || part != fileWord(part) {
			return "", fmt.Sprintf("must be %s, not %s", wants, describe(v))
		}
	}
	return name, ""
}
