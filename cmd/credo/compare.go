package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"credo/experiments"
	"credo/experiments/compare"
	"github.com/spf13/cobra"
)

func newCompare(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "compare RUN...",
		Short: "Put runs of one task side by side: learning curves, theory, costs",
		Long: `Compares run directories, or all runs in a folder: a table, and a figure of learning
curves, of what [record] theory measured, and of the loss over the time it took. Runs
that differ in nothing but their seed are one member, with mean and spread.`,
		Example: "  credo compare runs/rules\n  credo compare runs/mnist-bp runs/mnist-dfa --out runs/bp-dfa",
		Args:    arguments(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(flags.set) > 0 {
				return inputError{errors.New("runs are compared as they are: --set is for credo run")}
			}
			page, err := comparison(flags.out, args)
			if err != nil {
				return err
			}
			if flags.json {
				return printJSON(cmd, page)
			}
			if err := page.WriteText(cmd.OutOrStdout()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "written to", page.Out)
			return err
		},
	}
}

// comparison compares the runs and writes the page to out; by default into the
// folder that holds them all, or a fresh one.
func comparison(out string, paths []string) (*compare.Page, error) {
	runs, err := compare.Find(paths...)
	if err != nil {
		return nil, err
	}
	page, err := compare.Compare(runs)
	if err != nil {
		return nil, err
	}
	if out == "" && len(paths) == 1 && runs[0].Dir != filepath.Clean(paths[0]) {
		out = paths[0]
	}
	if out == "" {
		if out, err = experiments.FreshDir("comparison"); err != nil {
			return nil, err
		}
	}
	return page, page.Write(out)
}
