// Package timescales measures what the separation of time constants is worth. The
// theory of a learning rule assumes that neurons are fast against their
// controller, both against the weights, and these against feedback weights; a
// study varies one such ratio, runs the system with finite time constants and its
// limit for ratio -> 0 from the same start, on the same samples and noise, for the
// same slow time, and says how far apart they end, in what order of the ratio, and
// what each of them cost.
//
//	studies, err := timescales.Run(ctx, scenario, timescales.Options{Dir: "runs/apart"})
//	if err != nil {
//		log.Fatal(err)
//	}
//	fmt.Println(studies[0].Order, studies[0].LargestWithin.Weights.Ratio)
//
// Tikhonov's theorem (Tikhonov 1952; Kokotovic, Khalil and O'Reilly 1986, theorem
// 3.1 of chapter 2) puts a system with exponentially stable fast states at a
// distance of first order from the limit in which they stand at rest, and
// averaging (Sanders, Verhulst and Murdock 2007, theorem 2.8.1) a periodic or
// settled right side from its mean; where what is averaged is noise, one path
// strays from the mean by order one half (Freidlin and Wentzell 1998, chapter 7).
package timescales
