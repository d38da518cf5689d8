package schema

import (
	"strings"
	"testing"
)

// A key is written @ at its first letter; the mark is taken out before scanning.
func TestPlacesOfKeys(t *testing.T) {
	for name, c := range map[string]struct{ text, path string }{
		"top":               {"\n@a = 1", "a"},
		"table":             {"[x]\nq = 1\n\n[@a]\n b = 1", "a"},
		"in table":          {"# c\n[a] # d\n\t@b = 1 # b", "a.b"},
		"second":            {"[a]\nx = 'b = 1'\n@b = 1", "a.b"},
		"dotted":            {"a . @b.c = 1", "a.b"},
		"dotted end":        {"a.b.@c = 1", "a.b.c"},
		"dotted header":     {"[ a.@b ]\nc = 1", "a.b"},
		"inline":            {"a = { x = 1, @b = {c = 2} }", "a.b"},
		"nested inline":     {"a = { x = 1, b = {c.@d = 2} }", "a.b.c.d"},
		"inline lines":      {"a = {\n x = 1, # b = 1\n @b = 2,\n}", "a.b"},
		"quoted":            {"[\"a\"]\n@'b' = 1", "a.b"},
		"escaped":           {`@"\u0061" = 1`, "a"},
		"quoted dot":        {"@\"a.b\" = 1\na.b = 2", `"a.b"`},
		"after list":        {"x = [1, [\"]\", 2], # ]\n 3,\n]\n@a = 1", "a"},
		"after date":        {"x = 1979-05-27 07:32:00Z # t\n@a = 1", "a"},
		"after string":      {"x = \"\\\" # [a]\"\n@a = 1", "a"},
		"after lines":       {"x = \"\"\"\na = 1\n\\\"\"\" \"\"\"\"\"\n@a = 1", "a"},
		"after raw lines":   {"x = '''\na = 1\\''''\n@a = 1", "a"},
		"after empty lines": {"x = \"\"\"\"\"\"\n@a = 1", "a"},
		"carriage returns":  {"x = 1\r\n\r\n  @a = 1\r\n", "a"},
		"wide letters":      {"x = {\"é\" = 'ü', @a = 1}", "x.a"},
		"array of tables":   {"[[@a]]\nb = 1\n[[a]]\nb = 2", "a"},
		"in such an array":  {"[[a]]\n@b = 1\n[[a]]\nb = 2", "a.b"},
		"tables in a list":  {"a = [{x = 1}, {@b = 1}]", "a.b"},

		"element":                 {"a = [1, @2]", "a.1"},
		"element of an element":   {"a = [[1], [2, @3]]", "a.1.1"},
		"second table in a list":  {"a = [{b.c = 1}, {@b.c = 2}]", "a.1.b"},
		"second table":            {"[[a]]\nb = 1\n[[@a]]\nb = 2", "a.1"},
		"in the second table":     {"[[a]]\nb = 1\n[[a]]\n@b = 2", "a.1.b"},
		"table in the second":     {"[[x.a]]\n[[x.a]]\n[x.a.b]\n@c = 1", "x.a.1.b.c"},
		"array in the second":     {"[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\n@c = 1", "a.1.b.0.c"},
		"after an array of lists": {"[[a]]\nb = [[1], [2]]\n@c = 1", "a.0.c"},
	} {
		t.Run(name, func(t *testing.T) {
			before, after, _ := strings.Cut(c.text, "@")
			want := placeAt("f", before, len(before))
			text := before + after
			if _, err := newDocument("f", text); err != nil {
				t.Fatal(err)
			}
			if got, ok := scan("f", text)[c.path]; !ok || got != want {
				t.Errorf("%s is at %v, want %v, in\n%s", c.path, got, want, text)
			}
		})
	}
}

func TestSyntaxErrorsHaveAPlace(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\na = 2\n":           "f.toml:2:1: Key 'a' has already been defined.",
		"[a]\n\n [a]\n":            "f.toml:3:3: Key 'a' has already been defined.",
		"a = 1 b = 2":              "f.toml:1:6: expected",
		"\ufeff[data]\r\nx = [1":   "f.toml:2:6: ",
		"é = 1":                    "f.toml:1:1: ",
		"a = \"b":                  "f.toml:1:6: ",
		"a = 99999999999999999999": "f.toml:1:5: 99999999999999999999 is out of range",
		"\x00":                     "f.toml:1:1: ",
	} {
		_, err := Parse("f.toml", []byte(text), "data.batch=0")
		if problems, ok := err.(Problems); !ok || len(problems) != 1 || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
