package main

import (
	"errors"
	"path/filepath"

	"credo/experiments"
	"credo/experiments/schema"
	"credo/experiments/sweep"
	"credo/experiments/timescales"
	"github.com/spf13/cobra"
)

func newResume(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "resume DIR",
		Short: "Go on with an interrupted run, sweep or study, to the bit what it would have been",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(flags.set) > 0 || flags.out != "" {
				return inputError{errors.New("a resumed run keeps its scenario and its folder: --set and --out are for credo run")}
			}
			if sweep.Is(args[0]) {
				return finishSweep(cmd, flags, func(opt sweep.Options) (*sweep.Summary, error) {
					return sweep.Resume(cmd.Context(), args[0], opt)
				})
			}
			if timescales.Is(args[0]) {
				s, err := schema.Load(filepath.Join(args[0], "scenario.toml"))
				if err != nil {
					return err
				}
				flags.out = args[0]
				return finishStudies(cmd, flags, s)
			}
			return finish(cmd, flags, func(opt experiments.Options) (*experiments.Result, error) {
				return experiments.Resume(cmd.Context(), args[0], opt)
			})
		},
	}
}
