package schema

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// mustExpand returns the members of a sweep appended to the valid scenario.
func mustExpand(t *testing.T, sweep string, overrides ...string) []Member {
	t.Helper()
	members, err := ParseMembers("s.toml", []byte(valid+sweep), overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return members
}

func memberNames(members []Member) []string {
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
	}
	return names
}

func TestAFileWithoutASweepIsOneMemberWithoutAName(t *testing.T) {
	members := mustExpand(t, "")
	s, err := Parse("s.toml", []byte(valid))
	if err != nil || len(members) != 1 || members[0].Name != "" || !same(members[0].Scenario, s) {
		t.Errorf("%+v, %v", members, err)
	}
}

func TestMembersAreAllCombinationsTheSeedFastest(t *testing.T) {
	for _, c := range []struct{ name, sweep, want string }{
		{"one key", "[sweep]\nseed = [3, 1]", "seed-3 seed-1"},
		{"words stand alone", "[sweep]\nmethod.rule = ['bp', 'dfa']", "bp dfa"},
		{"as written, but the seed last", "[sweep]\nseed = [1, 2]\ntraining.lr = [0.1, 1e-4]\nmethod.rule = ['bp', 'dfa']",
			"lr-0.1/bp/seed-1 lr-0.1/bp/seed-2 lr-0.1/dfa/seed-1 lr-0.1/dfa/seed-2 " +
				"lr-0.0001/bp/seed-1 lr-0.0001/bp/seed-2 lr-0.0001/dfa/seed-1 lr-0.0001/dfa/seed-2"},
		{"table below", "[sweep.method]\nrule = ['fa', 'bp']", "fa bp"},
		{"cases first", "[sweep]\nseed = [1, 2]\n[[sweep.case]]\nname = 'a'\ntraining.lr = 0.5\n[[sweep.case]]\nname = 'b/c'",
			"a/seed-1 a/seed-2 b/c/seed-1 b/c/seed-2"},
		{"cases in a list", "[sweep]\ncase = [\n{name = 'a', method.rule = 'bp'},\n{name = 'b', data.batch = 7},\n]", "a b"},
		{"lists and flags", "[sweep]\nnetwork.layers = [[784, 10], [784, 5, 10]]\nnetwork.bias = [true]",
			"layers-784-10/bias-true layers-784-5-10/bias-true"},
		{"words that are no folders", "[sweep]\ntitle = ['../a b', '', 'c:d']", "a-b title c-d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(memberNames(mustExpand(t, c.sweep)), " "); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// A member is what its file would be with the values set by --set.
func TestAMemberIsTheScenarioWithItsValuesSet(t *testing.T) {
	members := mustExpand(t, `
[training]
epochs = 4
[sweep]
seed = [1, 2]
[[sweep.case]]
name = "fast"
method.rule = "dfa"
[sweep.case.training]
lr = 0.5
momentum = 0.1
[[sweep.case]]
name = "slow"
method.rule = "bp"
training.lr = 1e-3
`, "data.batch=9")
	for i, sets := range [][]string{
		{"method.rule=dfa", "training.lr=0.5", "training.momentum=0.1", "seed=1"},
		{"method.rule=dfa", "training.lr=0.5", "training.momentum=0.1", "seed=2"},
		{"method.rule=bp", "training.lr=1e-3", "seed=1"},
		{"method.rule=bp", "training.lr=1e-3", "seed=2"},
	} {
		want, err := Parse("s.toml", []byte(valid), append(sets, "data.batch=9", "training.epochs=4")...)
		if err != nil || !same(members[i].Scenario, want) {
			t.Errorf("%s is not %v: %v", members[i].Name, sets, err)
		}
	}
}

func TestProblemsOfASweepHaveTheirPlaces(t *testing.T) {
	// The scenario before the sweep has 7 lines.
	for _, c := range []struct{ name, sweep, want string }{
		{"no table", "[[sweep]]\nseed = [1]", "s.toml:8:3: sweep: must be a table, [sweep], not a list of tables"},
		{"empty", "[sweep]", "s.toml:8:2: sweep: is empty: name keys and their values, or a case"},
		{"no list", "[sweep]\nseed = 1", "s.toml:9:1: sweep.seed: must be a list of what seed is in turn, not 1"},
		{"no value", "[sweep]\nmethod.rule = []", "s.toml:9:8: sweep.method.rule: must have at least one value"},
		{"unknown key", "[sweep]\nmethod.rul = ['bp']", `s.toml:9:8: sweep.method.rul: unknown key (did you mean "rule"?)`},
		{"unknown table", "[sweep]\ntraning.lr = [1]", `s.toml:9:1: sweep.traning: unknown table (did you mean "training"?)`},
		{"schema", "[sweep]\nschema = [1]\nseed = [1]", "s.toml:9:1: sweep.schema: is the same for all members"},
		{"twice", "[sweep]\nseed = [1, 2, 1]", "s.toml:9:15: sweep.seed: 1 stands there twice, or is called like another: seed-1"},
		{"wrong value", "[sweep]\nmethod.rule = ['bp', 'fda']\nseed = [1, 2, 3, 4]",
			`s.toml:9:22: method.rule: must be ` + oneOf(ruleNames()) + `, not the string "fda" (in fda/seed-1 and 3 more members) (did you mean "dfa"?)`},
		{"wrong together", "[sweep]\nmethod.level = ['buffered', 'linear']\nmethod.rule = ['dfc', 'bp']",
			`s.toml:9:29: method.level: rule "bp" has no level "linear", only "coupled", "buffered" or "steady": "linear" is of rule "dfc", whose control loop it linearises; errors that come down the network close no loop (in linear/bp)`},
		{"wrong in every member", "[training]\nlr = 'a'\n[sweep]\nseed = [1, 2]", `s.toml:9:1: training.lr: must be a number >= 0, not the string "a"`},
		{"case without a name", "[[sweep.case]]\nseed = 1", "s.toml:8:3: sweep.case.name: is required: letters, digits and ._+- in one or more parts, as in dfa/wide"},
		{"case with no folder's name", "[[sweep.case]]\nname = '../a'",
			`s.toml:9:1: sweep.case.name: must be letters, digits and ._+- in one or more parts, as in dfa/wide, not the string "../a"`},
		{"case that is none", "[sweep]\ncase = [1]", "s.toml:9:9: sweep.case: must be a table with a name, not 1"},
		{"two cases of a name", "[sweep]\ncase = [{name = 'a'}, {name = 'a'}]", `s.toml:9:24: sweep.case.name: is another case's too: "a"`},
		{"a case in another's folder", "[sweep]\ncase = [{name = 'a/b'}, {name = 'a'}]",
			`s.toml:9:26: sweep.case.name: is "a", but another case is "a/b": one cannot be a folder of the other`},
		{"unknown key of the second case", "[sweep]\ncase = [{name = 'a', seed = 1},\n{name = 'b', sed = 1}]",
			`s.toml:10:14: sweep.case.sed: unknown key (did you mean "seed"?)`},
		{"wrong value of the second case", "[[sweep.case]]\nname = 'a'\n[[sweep.case]]\nname = 'b'\nseed = -1",
			"s.toml:12:1: seed: must be an integer >= 0, not -1 (in b)"},
		{"key of a case and of the grid", "[sweep]\nseed = [1]\n[[sweep.case]]\nname = 'a'\nseed = 2", "s.toml:9:1: sweep.seed: is set by a case too"},
		{"too many", "[sweep]\n" + longLists(3, 30), "s.toml:8:2: sweep: asks for more than 10000 runs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseMembers("s.toml", []byte(valid+c.sweep))
			if err == nil || err.Error() != c.want {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
}

// longLists are so many keys with so many values each.
func longLists(keys, values int) string {
	var b strings.Builder
	for _, key := range []string{"seed", "data.batch", "training.lr"}[:keys] {
		list := make([]string, values)
		for i := range list {
			list[i] = fmt.Sprint(i + 1)
		}
		fmt.Fprintf(&b, "%s = [%s]\n", key, strings.Join(list, ", "))
	}
	return b.String()
}

func TestWhatTheSweepSetsCannotBeSetOnTheCommandLine(t *testing.T) {
	_, err := ParseMembers("s.toml", []byte(valid+"[sweep]\nseed = [1, 2]"), "seed=4")
	if want := "--set: seed: is set by the sweep, member by member: set sweep.seed, or change its case"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if got := memberNames(mustExpand(t, "[sweep]\nseed = [1, 2]", "sweep.seed=[7]")); !slices.Equal(got, []string{"seed-7"}) {
		t.Errorf("--set sweep.seed=[7] asks for %v", got)
	}
}

func TestWhereOneScenarioIsWantedASweepIsRefused(t *testing.T) {
	_, err := Parse("s.toml", []byte(valid+"[sweep]\nseed = [1, 2]"))
	if want := "s.toml:8:2: sweep: asks for several runs, where one is wanted"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestParseMembersIsTheInverseOfEncodeMembers(t *testing.T) {
	for _, sweep := range []string{
		"[sweep]\nseed = [1, 2]\nmethod.rule = ['bp', 'dfa', 'fa']\ntimescales.tau_w = [inf, 3.5]",
		"[[sweep.case]]\nname = 'only'\ntitle = \"a \\\"quoted\\\" one\"",
		"[[sweep.case]]\nname = 'a/b'\nnetwork.layers = [784, 10]\n[[sweep.case]]\nname = 'c'\nmethod.level = 'buffered'\nrecord.times = 'all'",
	} {
		members := mustExpand(t, sweep)
		again, err := ParseMembers("elsewhere/sweep.toml", EncodeMembers(members))
		if err != nil || !slices.Equal(memberNames(members), memberNames(again)) {
			t.Fatalf("%v: %v, want %v\n%s", err, memberNames(again), memberNames(members), EncodeMembers(members))
		}
		for i := range members {
			if !same(members[i].Scenario, again[i].Scenario) {
				t.Errorf("%s has changed", members[i].Name)
			}
		}
	}
}

func TestExplainKnowsTheSweep(t *testing.T) {
	for _, key := range []string{"sweep", "sweep.case"} {
		if text, err := Explain(key); err != nil || !strings.Contains(text, "sweep.case") {
			t.Errorf("%s: %q, %v", key, text, err)
		}
	}
}

// FuzzParseMembers: whatever a file holds, it is members that survive writing and reading, or its problems stand inside it.
func FuzzParseMembers(f *testing.F) {
	for _, sweep := range []string{
		"[sweep]\nseed = [1, 2]", "[[sweep.case]]\nname = 'a'\nsed = 1\n[sweep.case.method]\nrule = 'bp'\n", "[[sweep]]", "sweep = 3",
		"[sweep]\ncase = [{name = 'a', data = {}}, {name = 1}, 3, [{}]]\ndata = [1]\nmethod.rule = 'bp'\nsweep.x = [[]]",
	} {
		f.Add(sweep)
	}
	f.Fuzz(func(t *testing.T, sweep string) {
		text := valid + sweep
		members, err := ParseMembers("f.toml", []byte(text))
		if err != nil {
			if len(err.(Problems)) == 0 {
				t.Error("no member and no problem")
			}
			for _, p := range err.(Problems) {
				checkPlace(t, p, text)
			}
			return
		}
		if members[0].Name == "" {
			return
		}
		again, err := ParseMembers("f.toml", EncodeMembers(members))
		if err != nil || !slices.Equal(memberNames(members), memberNames(again)) {
			t.Errorf("%v\n%s", err, EncodeMembers(members))
		}
	})
}
