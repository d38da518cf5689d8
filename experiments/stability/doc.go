// Package stability answers whether a feedback controller is stable on a network,
// for which samples, by what margin, and what happens at the edge.
//
//	subject, err := stability.Open("mnist.toml") // a scenario, or the directory of a run
//	if err != nil {
//		log.Fatal(err)
//	}
//	study, err := stability.Run(ctx, subject, stability.Options{Dir: "edge"})
//	if err != nil {
//		log.Fatal(err)
//	}
//	fmt.Println(study.StableFraction.Rest) // and edge/stability.json, .csv, figures/
//
// A sample has two loops: linearised at its feedforward point, where control begins,
// and at the controlled rest state, where it should end.
package stability
