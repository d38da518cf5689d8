package main

import (
	"errors"
	"fmt"

	"credo/experiments/stability"
	"github.com/spf13/cobra"
)

func newStability(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "stability SCENARIO.toml|RUN",
		Short: "Say whether the controller is stable on the network, by what margin, and what happens at the edge",
		Long: `Takes the feedback loop of rule dfc apart, sample by sample, at the feedforward point and
at the controlled rest state: spectra, Condition 3, margins. Of a run directory it takes
the weights that the run ended with, and those of [record] weights over training.
The table [stability] says what to look at.`,
		Example: "  credo stability experiments/scenarios/stability-mnist-dfc.toml\n  credo stability runs/mnist-dfc-ss --set stability.samples=100",
		Args:    arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			subject, err := stability.Open(args[0], flags.set...)
			if err != nil {
				return err
			}
			progress := newProgress(cmd.ErrOrStderr(), flags.quiet)
			study, err := stability.Run(cmd.Context(), subject, stability.Options{Dir: flags.out, Workers: flags.workers, Say: progress.Say})
			progress.Close()
			if study == nil {
				return err
			}
			return errors.Join(err, printStudy(cmd, flags, study))
		},
	}
}

func printStudy(cmd *cobra.Command, flags *common, study *stability.Study) error {
	if flags.json {
		return printJSON(cmd, study)
	}
	if err := study.WriteText(cmd.OutOrStdout()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), "written to", study.Out)
	return err
}
