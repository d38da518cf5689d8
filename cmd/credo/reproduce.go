package main

import (
	"errors"
	"fmt"
	"io"

	"credo/experiments/reproduce"
	"github.com/spf13/cobra"
)

func newReproduce(flags *common) *cobra.Command {
	var budget string
	var only []string
	cmd := &cobra.Command{
		Use:   "reproduce [ID...]",
		Short: "Measure published figures and tables again, beside the published values",
		Long: `Trains what a published figure or table needs, and says which of its numbers come out.
Without an ID and a budget it lists what is known. Called again it goes on where it
stopped: what is done stays as it is.`,
		Example: "  credo reproduce\n  credo reproduce dfc-fig3 --budget short\n  credo reproduce dfc-table1 --budget full --only 'mnist/dfc-ss/seed-[123]'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(flags.set) > 0 {
				return inputError{errors.New("a published result's scenarios are as published: --set is for credo run")}
			}
			entries, err := reproduce.Find(args...)
			if err != nil {
				return inputError{err}
			}
			if len(args) == 0 && !cmd.Flags().Changed("budget") {
				return printReports(cmd, flags, reproduce.List(entries))
			}
			if budget != string(reproduce.Short) && budget != string(reproduce.Full) {
				return inputError{fmt.Errorf("--budget must be short or full, not %q", budget)}
			}
			progress := newProgress(cmd.ErrOrStderr(), flags.quiet)
			defer progress.Close()
			reports, err := reproduce.Run(cmd.Context(), entries, reproduce.Options{
				Budget: reproduce.Budget(budget), Dir: flags.out, Only: only, Workers: flags.workers, Say: progress.Say,
			})
			if reports == nil {
				return err
			}
			return errors.Join(err, printReports(cmd, flags, reports))
		},
	}
	cmd.Flags().StringVar(&budget, "budget", string(reproduce.Short), "short: a check within minutes; full: as many epochs and seeds as published")
	cmd.Flags().StringArrayVar(&only, "only", nil, "train only the cells whose name matches, as in --only 'mnist/*/seed-1'; may be repeated")
	return cmd
}

func printReports(cmd *cobra.Command, flags *common, reports []reproduce.Report) error {
	if flags.json {
		return printJSON(cmd, reports)
	}
	out := cmd.OutOrStdout()
	for k, r := range reports {
		if k > 0 {
			if _, err := io.WriteString(out, "\n"); err != nil {
				return err
			}
		}
		if err := r.WriteText(out); err != nil {
			return err
		}
	}
	return nil
}
