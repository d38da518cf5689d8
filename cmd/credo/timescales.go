package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"credo/experiments/schema"
	"credo/experiments/timescales"
	"github.com/spf13/cobra"
)

func newTimescales(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "timescales SCENARIO.toml",
		Short: "Measure how far apart time constants must be, and what it costs when they are not",
		Long: `Varies a ratio of time constants ([separation] of the scenario) and compares learning
with its limit for ratio -> 0, from the same start, on the same samples, for the same
slow time: distance of weights, loss and alignment, the order of the ratio, the largest
ratio within separation.within percent, and what each level costs. Called again with the
same --out it goes on where it stopped.`,
		Example: "  credo timescales experiments/scenarios/timescales-dfc.toml\n  credo timescales S.toml --set 'separation.ratio=\"tau_v/tau_u\"' --out runs/apart",
		Args:    arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := schema.Load(args[0], flags.set...)
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
				return inputError{err}
			}
			if err != nil {
				return err
			}
			return finishStudies(cmd, flags, s)
		},
	}
}

// finishStudies runs with progress on stderr and prints the result on stdout.
func finishStudies(cmd *cobra.Command, flags *common, s *schema.Scenario) error {
	progress := newProgress(cmd.ErrOrStderr(), flags.quiet)
	defer context.AfterFunc(cmd.Context(), func() { progress.Say("stopping; points that are done stay") })()
	studies, err := timescales.Run(cmd.Context(), s, timescales.Options{Dir: flags.out, Workers: flags.workers, Say: progress.Say})
	progress.Close()
	if studies == nil {
		return err
	}
	if flags.json {
		return errors.Join(err, printJSON(cmd, timescales.One(studies)))
	}
	if text := timescales.WriteText(cmd.OutOrStdout(), studies); text != nil {
		return errors.Join(err, text)
	}
	_, printed := fmt.Fprintln(cmd.OutOrStdout(), "written to", studies[0].Out)
	return errors.Join(err, printed)
}
