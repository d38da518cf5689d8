// Package scenarios holds the published experiments, one TOML file each, so
// that the program has them wherever it runs. To change one, copy its file and
// give the copy to credo run.
package scenarios

import (
	"embed"

	"credo/experiments/schema"
)

//go:embed *.toml
var files embed.FS

// Load reads the scenario in the file name, as mnist-bp.toml, with overrides
// such as "training.epochs=100".
func Load(name string, overrides ...string) (*schema.Scenario, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return schema.Parse(name, text, overrides...)
}
