// Package sweep does many runs, each in a folder of its own, several at a time.
//
//	members, err := schema.LoadMembers("rules.toml") // a scenario with [sweep]
//	if err != nil {
//		log.Fatal(err) // every problem of every member
//	}
//	summary, err := sweep.Run(ctx, members, sweep.Options{Dir: "runs/rules"})
//
// A run has the bits that it would have alone. What was interrupted goes on where
// it stopped, by the same call or by [Resume]. [Together] is the machinery, which
// package reproduce has its runs done by as well.
package sweep
