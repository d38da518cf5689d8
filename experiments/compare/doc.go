// Package compare puts runs side by side: learning curves, the measures of
// theory.csv, and what training cost, with mean and spread over the seeds of runs
// that differ in nothing else.
//
//	runs, err := compare.Find("runs/rules") // a run, or a folder of runs
//	if err != nil {
//		log.Fatal(err)
//	}
//	page, err := compare.Compare(runs) // refuses runs of different tasks
//	if err != nil {
//		log.Fatal(err)
//	}
//	err = page.Write("runs/rules") // comparison.csv, comparison.json, figures/comparison.*
package compare
