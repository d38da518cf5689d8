// Package schema owns the scenario: which keys there are, what each means and is when absent, how a TOML file becomes a
// Scenario, and how that is written back.
//
//	s, err := schema.Load("mnist-dfc.toml", "training.epochs=3")
//	if problems, ok := err.(schema.Problems); ok {
//		for _, p := range problems {
//			fmt.Println(p) // mnist-dfc.toml:5:1: netwrok: unknown table (did you mean "network"?)
//		}
//	}
//
// A scenario is checked as a whole: the problems are all there are, each with the place of its key. A file is read in four
// steps. TOML is parsed and the place of every key found (scan.go); what was set on the command line is put in
// (override.go); names that do not exist are reported and read as what they were meant to be (correct.go); the keys are
// read one by one in the order of the one table (keys.go), and what they must be together is checked (rules.go).
//
// LoadMembers reads files with a sweep, which stand for several scenarios: each member is a document of its own, with the
// values of the sweep and their places put in (sweep.go).
package schema
