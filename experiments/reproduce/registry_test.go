package reproduce

import (
	"testing"

	"credo/experiments/scenarios"
)

func TestEveryCellIsAValidScenarioWithItsOwnName(t *testing.T) {
	for _, e := range Entries() {
		for _, b := range []Budget{Short, Full} {
			seen := map[string]bool{}
			for _, c := range e.Cells(b) {
				if seen[c.Name] {
					t.Errorf("%s, %s: two cells are called %s", e.ID, b, c.Name)
				}
				seen[c.Name] = true
				if _, err := scenarios.Load(c.Scenario, c.Set...); err != nil {
					t.Errorf("%s, %s, %s: %v", e.ID, b, c.Name, err)
				}
			}
		}
	}
}

func TestEveryNumberHasAPublishedValueAndAnExpectation(t *testing.T) {
	for _, e := range Entries() {
		for _, b := range []Budget{Short, Full} {
			quantities := e.Quantities(b)
			if len(quantities) == 0 {
				t.Errorf("%s, %s: nothing to measure", e.ID, b)
			}
			for _, q := range quantities {
				if (q.Published.Claim == "") == (q.Published.Mean == nil) {
					t.Errorf("%s: %s: published is neither a number nor a claim", e.ID, q.Name)
				}
				if !(q.Expected.Low < q.Expected.High) {
					t.Errorf("%s, %s: %s: expects %v", e.ID, b, q.Name, q.Expected)
				}
				if len(e.Cells(b)) == 0 {
					continue // it is computed here and now
				}
				if o, err := q.judge(nil); err != nil || o.Verdict != NotRun {
					t.Errorf("%s, %s: %s without a run: %s, %v", e.ID, b, q.Name, o.Verdict, err)
				}
			}
		}
	}
}

func TestFindKnowsEveryIDAndSuggestsTheNearest(t *testing.T) {
	for _, e := range Entries() {
		found, err := Find(e.ID)
		if err != nil || len(found) != 1 || found[0].ID != e.ID {
			t.Errorf("%s: found %v, %v", e.ID, found, err)
		}
	}
	_, err := Find("dfc-tabel1")
	if want := `no published result "dfc-tabel1" (did you mean "dfc-table1"?)`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
