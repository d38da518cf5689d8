package main

import (
	"errors"
	"fmt"

	"credo/experiments/schema"
	"github.com/spf13/cobra"
)

// checked is what credo check prints with --json.
type checked struct {
	OK       bool            `json:"ok"`
	Problems schema.Problems `json:"problems"`
}

// explained is what credo check --explain prints with --json.
type explained struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

func newCheck(flags *common) *cobra.Command {
	var explain string
	cmd := &cobra.Command{
		Use:   "check SCENARIO.toml...",
		Short: "Validate scenarios: every problem at once, each with its place",
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("explain") {
				text, err := schema.Explain(explain)
				if err != nil {
					return inputError{err}
				}
				if flags.json {
					return printJSON(cmd, explained{Key: explain, Text: text})
				}
				fmt.Fprint(cmd.OutOrStdout(), text)
				return nil
			}
			if len(args) == 0 {
				return inputError{errors.New("name at least one scenario (usage: " + cmd.UseLine() + ")")}
			}
			return check(cmd, flags, args)
		},
	}
	cmd.Flags().StringVar(&explain, "explain", "", "say what a key means, as in --explain controller.alpha")
	return cmd
}

func check(cmd *cobra.Command, flags *common, paths []string) error {
	all, found := schema.Problems{}, make([]string, len(paths))
	for k, path := range paths {
		members, err := load(path, flags.set)
		found[k] = path + ": no problems"
		if len(members) > 0 && members[0].Name != "" {
			found[k] += fmt.Sprintf(" in %d members", len(members))
		}
		var problems schema.Problems
		switch {
		case errors.As(err, &problems):
			all = append(all, problems...)
		case err != nil:
			return err
		}
	}
	if flags.json {
		if err := printJSON(cmd, checked{OK: len(all) == 0, Problems: all}); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		return all
	}
	if !flags.json {
		for _, line := range found {
			fmt.Fprintln(cmd.OutOrStdout(), line)
		}
	}
	return nil
}
