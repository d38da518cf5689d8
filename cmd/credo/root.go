package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"credo/experiments"
	"credo/experiments/schema"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// common are the flags that every command takes.
type common struct {
	out     string
	json    bool
	set     []string
	workers int
	quiet   bool
}

func newRoot() *cobra.Command {
	flags := &common{}
	root := &cobra.Command{
		Use:           "credo",
		Short:         "Simulate credit assignment as dynamics",
		Long:          "credo simulates how a network decides which of its synapses to change:\nDeep Feedback Control and its relatives, as slow-fast dynamical systems.",
		Version:       experiments.Version + " (" + experiments.Revision() + ")",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs, // cobra's own refusal of an unknown command is no inputError
		RunE:          unknownCommand,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if flags.workers < 0 {
				return inputError{fmt.Errorf("--workers must be at least 1, or 0 for one a processor, not %d", flags.workers)}
			}
			return nil
		},
	}
	root.SuggestionsMinimumDistance = 2
	p := root.PersistentFlags()
	p.StringVar(&flags.out, "out", "", "folder for what is written (default: a fresh one under runs/)")
	p.BoolVar(&flags.json, "json", false, "print the result as one JSON value")
	p.StringArrayVar(&flags.set, "set", nil, "set a key of the scenario, as in --set controller.alpha=0.1; may be repeated")
	p.IntVar(&flags.workers, "workers", 0, "goroutines that compute (default: one a processor); changes no result")
	p.BoolVar(&flags.quiet, "quiet", false, "no progress on stderr")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newRun(flags), newResume(flags), newCheck(flags), newCompare(flags), newData(flags), newDoctor(flags), newReproduce(flags), newStability(flags), newTimescales(flags))
	return root
}

// unknownCommand gives help where no command is named, and suggests the nearest
// for one that does not exist.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help()
	}
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return inputError{fmt.Errorf("unknown command %q (did you mean %q?)", args[0], near[0])}
	}
	return inputError{fmt.Errorf("unknown command %q (see credo --help)", args[0])}
}

// flagError suggests the nearest flag for one that does not exist.
func flagError(cmd *cobra.Command, err error) error {
	_, name, unknown := strings.Cut(err.Error(), "unknown flag: --")
	if !unknown {
		return inputError{err}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	nearest := schema.Nearest(name, names)
	if nearest == "" {
		return inputError{fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())}
	}
	return inputError{fmt.Errorf("%w (did you mean --%s?)", err, nearest)}
}

// arguments refuses wrong numbers of arguments as wrong input.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return inputError{fmt.Errorf("%w (usage: %s)", err, cmd.UseLine())}
		}
		return nil
	}
}

func printJSON(cmd *cobra.Command, value any) error {
	e := json.NewEncoder(cmd.OutOrStdout())
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // so that "a number >= 0" reads so
	return e.Encode(value)
}
