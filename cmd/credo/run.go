package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"credo/experiments"
	"credo/experiments/schema"
	"credo/experiments/sweep"
	"github.com/spf13/cobra"
)

func newRun(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "run SCENARIO.toml",
		Short: "Simulate and train what a scenario describes; with [sweep], all its members",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			members, err := load(args[0], flags.set)
			if err != nil {
				return err
			}
			if members[0].Name != "" {
				return finishSweep(cmd, flags, func(opt sweep.Options) (*sweep.Summary, error) {
					return sweep.Run(cmd.Context(), members, opt)
				})
			}
			return finish(cmd, flags, func(opt experiments.Options) (*experiments.Result, error) {
				return experiments.Run(cmd.Context(), members[0].Scenario, opt)
			})
		},
	}
}

// load reads a scenario, or the members of its sweep; a file that is not there is
// wrong input.
func load(path string, set []string) ([]schema.Member, error) {
	members, err := schema.LoadMembers(path, set...)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, inputError{err}
	}
	return members, err
}

const stopping = "stopping after the minibatch under way; a second signal ends credo at once, without a checkpoint"

// finish runs with progress on stderr and prints the result on stdout.
func finish(cmd *cobra.Command, flags *common, run func(experiments.Options) (*experiments.Result, error)) error {
	progress := newProgress(cmd.ErrOrStderr(), flags.quiet)
	defer context.AfterFunc(cmd.Context(), func() { progress.Say(stopping) })()
	result, err := run(experiments.Options{Dir: flags.out, Workers: flags.workers, Progress: progress})
	progress.Close()
	if result == nil {
		return err
	}
	if flags.json {
		return errors.Join(err, printJSON(cmd, result))
	}
	return errors.Join(err, printResult(cmd.OutOrStdout(), result))
}

func printResult(w io.Writer, r *experiments.Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s after %d epochs, %.0f samples/s\n", r.Status, r.Epochs, r.SamplesPerSecond)
	for _, line := range []struct {
		name  string
		value *float64
		scale float64
		unit  string
	}{
		{"train loss", r.TrainLoss, 1, ""},
		{"validation loss", r.ValidationLoss, 1, ""},
		{"validation error", r.ValidationError, 100, " %"},
		{"test loss", r.TestLoss, 1, ""},
		{"test error", r.TestError, 100, " %"},
	} {
		if line.value != nil {
			fmt.Fprintf(&b, "  %-17s %.4g%s\n", line.name, line.scale**line.value, line.unit)
		}
	}
	if r.Best != nil {
		fmt.Fprintf(&b, "  best epoch        %d\n", r.Best.Epoch)
	}
	if r.UnstableSamples > 0 {
		fmt.Fprintf(&b, "  unstable samples  %d\n", r.UnstableSamples)
	}
	fmt.Fprintf(&b, "  written to        %s\n", r.Out)
	_, err := io.WriteString(w, b.String())
	return err
}
