package analysis

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"credo/models"
)

// references are the updates of a minibatch that need nothing but a damping.
var references = map[string]func(l *Linearization, damping float64) (*models.Weights, error){
	"bp":                     func(l *Linearization, _ float64) (*models.Weights, error) { return l.Backprop(), nil },
	"gauss-newton":           (*Linearization).GaussNewton,
	"minibatch-gauss-newton": (*Linearization).MinibatchGaussNewton,
	"minimum-norm":           (*Linearization).MinimumNorm,
	"released-minimum-norm":  (*Linearization).ReleasedMinimumNorm,
}

// ReferenceNames returns the names that [Linearization.Reference] knows, sorted.
func ReferenceNames() []string { return slices.Sorted(maps.Keys(references)) }

// Reference returns an update by the name of its method: bp, gauss-newton,
// minibatch-gauss-newton, minimum-norm or released-minimum-norm. bp takes no
// notice of the damping.
func (l *Linearization) Reference(name string, damping float64) (*models.Weights, error) {
	update, ok := references[name]
	if !ok {
		return nil, fmt.Errorf("analysis: no reference update %q (known: %s)", name, strings.Join(ReferenceNames(), ", "))
	}
	return update(l, damping)
}

// Angles returns the angles between an update of the minibatch and each
// reference, by name.
func (l *Linearization) Angles(update *models.Weights, damping float64, names ...string) (map[string]Angles, error) {
	angles := map[string]Angles{}
	for _, name := range names {
		reference, err := l.Reference(name, damping)
		if err != nil {
			return nil, err
		}
		angles[name] = Alignment(update, reference)
	}
	return angles, nil
}
