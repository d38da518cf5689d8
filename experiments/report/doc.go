// Package report draws the figures of a run: each as NAME.svg and NAME.png, which
// appear whole or not at all.
//
//	err := report.LearningCurves(dir, "learning", scenario.Title, []report.Curve{
//		{Measure: report.Loss, Label: "training", X: epochs, Y: trainLoss},
//		{Measure: report.Loss, Label: "test", X: epochs, Y: testLoss},
//	})
//
// Points that are NaN or infinite leave a gap in their line. Colours are those of
// Okabe and Ito (2008), which colour-blind readers can tell apart; lines differ in
// dashes and marks as well.
package report
