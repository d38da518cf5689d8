package main

import (
	"errors"
	"fmt"
	"runtime"

	"credo/experiments"
	"credo/experiments/dataset"
	"credo/models"
	"github.com/spf13/cobra"
)

// finding is one line of credo doctor.
type finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func newDoctor(flags *common) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what credo runs on: linear algebra and whether it computes right, processor, data sets",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings := examine()
			if flags.json {
				if err := printJSON(cmd, findings); err != nil {
					return err
				}
			}
			var sick error
			for _, f := range findings {
				mark := "ok  "
				if !f.OK {
					mark = "    "
				}
				if !flags.json {
					fmt.Fprintf(cmd.OutOrStdout(), "%s %-12s %s\n", mark, f.What, f.Detail)
				}
				if f.What == "products" && !f.OK {
					sick = errors.New("the linear algebra computes wrong products: build without the openblas tag, or set OPENBLAS_CORETYPE=Haswell")
				}
			}
			return sick
		},
	}
}

func examine() []finding {
	findings := []finding{
		{"credo", true, experiments.Version + " (" + experiments.Revision() + ")"},
		{"go", true, runtime.Version()},
		{"processor", true, experiments.CPU()},
		{"blas", true, models.BLAS()},
	}
	worst := models.ProductError()
	findings = append(findings, finding{"products", worst < 1e-12, fmt.Sprintf("relative error %.1e against plain loops", worst)})
	for _, name := range dataset.Known() {
		dir, ok, detail := dataset.Status(name)
		findings = append(findings, finding{"data", ok, fmt.Sprintf("%s: %s (%s)", name, detail, dir)})
	}
	return findings
}
