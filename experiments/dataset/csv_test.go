package dataset

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCSVColumnsAreInputsThenTargets(t *testing.T) {
	for _, c := range []struct {
		name, text string
		outputs    int
		targets    []float64
		classes    int
	}{
		{"label", "1,2,2\n3,4,0\n", 3, []float64{0, 0, 1, 1, 0, 0}, 3},
		{"one number", "1,2,0.5\n3,4,-7e3\n", 1, []float64{0.5, -7000}, 0},
		{"two numbers", "1,2,5,6\n3,4,7,8\n", 2, []float64{5, 6, 7, 8}, 0},
		{"header", "width,height,class\n1,2,1\n3,4,0\n", 2, []float64{0, 1, 1, 0}, 2},
		{"spreadsheet", "\xef\xbb\xbf\"1\", 2 ,1\r\n3,4,0\r\n\r\n", 2, []float64{0, 1, 1, 0}, 2},
		{"comments", "# flowers\n1,2,1\n# more\n3,4,0", 2, []float64{0, 1, 1, 0}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "train.csv", c.text)
			write(t, dir, "test.csv", c.text)
			data := load(t, Spec{Source: "csv", Path: dir, Scaling: "none", Inputs: 2, Outputs: c.outputs, Train: -1, Test: -1})
			if d := cmp.Diff([]float64{1, 2, 3, 4}, inputs(data.Test)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.targets, targets(data.Test)); d != "" || data.Classes != c.classes {
				t.Errorf("%d classes; %s", data.Classes, d)
			}
			if len(data.Hashes["train.csv"]) != 64 || len(data.Hashes) != 2 {
				t.Errorf("hashes %v", data.Hashes)
			}
		})
	}
}

func TestFaultyCSVFilesAreNamedWithLineAndColumn(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "a.csv: there are no samples"},
		{"header only", "a,b,c\n", "there are no samples"},
		{"word", "a,b,c\n1,2,0\n3,four,1\n", `a.csv: line 3, column 3: "four" is not a finite number`},
		{"nan", "1,2,0\n1,NaN,0\n", "line 2, column 3"},
		{"infinite", "1,1e999,0\n", "line 1, column 3"},
		{"no number", "1,,0\n", `line 1, column 3: "" is not`},
		{"fraction", "1,2,0\n1,2,0.5\n", "line 2, column 5: 0.5 is not a label"},
		{"negative", "1,2,-1\n", "line 1, column 5: -1 is not a label"},
		{"columns", "1,2,3,4,5,6\n", "line 1: 6 columns, but the first layer has 2 neurons and the last 3: 5 columns are wanted or, with a label, 3"},
		{"ragged", "1,2,0\n1,2\n", "a.csv: record on line 2: wrong number of fields"},
		{"quotes", "1,2,0\n1,\"2,0\n", "line 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, t.TempDir(), "a.csv", c.text)
			wantFault(t, Spec{Source: "csv", Path: path, Scaling: "none", Inputs: 2, Outputs: 3, Train: -1}, "data.path", path, c.want)
		})
	}
	path := write(t, t.TempDir(), "a.csv", "1,2,3,4\n")
	wantFault(t, Spec{Source: "csv", Path: path, Target: "input", Inputs: 2, Outputs: 2}, "data.path", "line 1: 4 columns", "2 inputs are wanted")
}

func FuzzParseCSV(f *testing.F) {
	f.Add("a,b,c\n1,2,0\n3,4,1\n", 2, 2)
	f.Add("1,2,0.5\n", 2, 1)
	f.Add("\xef\xbb\xbf1\n", 1, 0)
	f.Fuzz(func(t *testing.T, text string, in, out int) {
		if in < 1 || in > 9 || out < 1 || out > 9 {
			return
		}
		s, err := parseCSV([]byte(text), Spec{Inputs: in, Outputs: out})
		if err != nil {
			return
		}
		n := s.len()
		if n < 1 || len(s.numbers) != n*in || len(s.labels)+len(s.targets) != n*max(s.targetDim, 1) {
			t.Errorf("%d samples: %d numbers, %d labels, %d targets", n, len(s.numbers), len(s.labels), len(s.targets))
		}
	})
}
