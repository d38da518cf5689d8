package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"credo/experiments/sweep"
	"github.com/spf13/cobra"
)

// finishSweep runs a sweep with progress on stderr and prints what it came to on
// stdout.
func finishSweep(cmd *cobra.Command, flags *common, run func(sweep.Options) (*sweep.Summary, error)) error {
	progress := newProgress(cmd.ErrOrStderr(), flags.quiet)
	defer context.AfterFunc(cmd.Context(), func() { progress.Say(stopping) })()
	summary, err := run(sweep.Options{Dir: flags.out, Workers: flags.workers, Say: progress.Say})
	progress.Close()
	if summary == nil {
		return err
	}
	if flags.json {
		return errors.Join(err, printJSON(cmd, summary))
	}
	return errors.Join(err, printSummary(cmd.OutOrStdout(), summary))
}

func printSummary(w io.Writer, s *sweep.Summary) error {
	done := 0
	for _, m := range s.Members {
		if m.Status == "done" {
			done++
		}
	}
	if s.Comparison != nil {
		if err := s.Comparison.WriteText(w); err != nil {
			return err
		}
	}
	for _, line := range s.Warnings {
		fmt.Fprintln(w, "warning:", line)
	}
	_, err := fmt.Fprintf(w, "%s: %d of %d members done, written to %s\n", s.Status, done, len(s.Members), s.Out)
	return err
}
