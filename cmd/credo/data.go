package main

import (
	"fmt"
	"slices"
	"strings"

	"credo/experiments/dataset"
	"github.com/spf13/cobra"
)

func newData(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:       "data NAME",
		Short:     "Fetch and verify a data set into the user's cache (" + strings.Join(dataset.Known(), ", ") + ")",
		Args:      arguments(cobra.ExactArgs(1)),
		ValidArgs: dataset.Known(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(dataset.Known(), args[0]) {
				return inputError{fmt.Errorf("no data set %q (known: %s)", args[0], strings.Join(dataset.Known(), ", "))}
			}
			progress := newProgress(cmd.ErrOrStderr(), flags.quiet)
			defer progress.Close()
			dir, err := dataset.Fetch(cmd.Context(), args[0], progress.Say)
			if err != nil {
				return err
			}
			if flags.json {
				return printJSON(cmd, map[string]string{"name": args[0], "dir": dir})
			}
			fmt.Fprintln(cmd.OutOrStdout(), dir)
			return nil
		},
	}
}
