// Package experiments runs scenarios: it loads data, builds the network and its
// learning rule, trains, records, keeps checkpoints, and leaves a run directory.
//
//	s, err := experiments.Load("mnist-dfc-ss.toml")
//	if err != nil {
//		log.Fatal(err) // every fault of the file, each with its place
//	}
//	result, err := experiments.Run(ctx, s, experiments.Options{Dir: "runs/first"})
//
// The same seed gives the same bits with any number of workers, and whether or
// not the run was interrupted and resumed.
package experiments
