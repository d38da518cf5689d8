package schema

import (
	"fmt"
	"strconv"
)

// pathRules are about the way of the control signal to the layers.
var pathRules = []rule{
	{"feedback.path", []string{"method.rule"}, pathRuleFault},
	{"feedback.layers", []string{"feedback.path", "network.layers"}, pathLayersFault},
	{"feedback.layers", []string{"feedback.path", "feedback.init", "network.layers"}, mirrorFault},
	{"feedback.layers", []string{"network.layers"}, func(s *Scenario) string {
		return sizeFault(append([]int{last(s.Network.Layers)}, s.Feedback.Layers...))
	}},
	{"feedback.tau_path", []string{"feedback.path"}, pathTimeFault},
	{"feedback.init", []string{"feedback.path"}, pathInitFault},
	{"feedback.learn", []string{"feedback.path"}, pathLearnFault},
	{"method.level", []string{"feedback.path", "feedback.activation", "feedback.tau_path"}, pathLevelFault},
}

func direct(s *Scenario) bool { return s.Feedback.Path == "direct" }

// neurons says whether the feedback path has neurons of its own.
func neurons(s *Scenario) bool { return s.Feedback.Path == "separate" }

func pathLayersFault(s *Scenario) string {
	n, depth := len(s.Feedback.Layers), len(s.Network.Layers)-1
	switch {
	case !neurons(s) && n > 0:
		return fmt.Sprintf("belongs to path \"separate\", not %q", s.Feedback.Path)
	case neurons(s) && n == 0:
		return "is required by path \"separate\": its neurons a layer, from the output down"
	case n > depth:
		return fmt.Sprintf("has %d layers, but there are %d to feed: layer L from the first, L-1 from the second", n, depth)
	}
	return ""
}

// mirrorFault checks that feedback layers are as wide as the layers they run beside, where they are to have their weights.
func mirrorFault(s *Scenario) string {
	if !neurons(s) || s.Feedback.Init != "weight-product" || pathLayersFault(s) != "" {
		return ""
	}
	layers := s.Network.Layers
	for k, n := range s.Feedback.Layers {
		if want := layers[len(layers)-1-k]; n != want {
			return fmt.Sprintf("must have the widths of the layers it feeds for init \"weight-product\", from the output down: entry %d must be %d, not %d; init \"random\" takes any",
				k+1, want, n)
		}
	}
	return ""
}

func pathTimeFault(s *Scenario) string {
	if !neurons(s) && s.Feedback.TauPath != 0 {
		return fmt.Sprintf("must be 0 with path %q: only path \"separate\" has neurons with a time constant", s.Feedback.Path)
	}
	return ""
}

func pathInitFault(s *Scenario) string {
	switch init := s.Feedback.Init; {
	case direct(s) || init == "random" || init == "weight-product" || init == "zero" && !neurons(s) && !s.Network.Recurrent:
		return ""
	case neurons(s) || s.Network.Recurrent:
		return fmt.Sprintf("must be \"random\" or \"weight-product\" with path %q, not %q", s.Feedback.Path, init)
	default:
		return fmt.Sprintf("must be \"random\", \"zero\" or \"weight-product\" with path \"layerwise\", not %q", init)
	}
}

func pathLearnFault(s *Scenario) string {
	if s.Feedback.Learn && !direct(s) {
		return fmt.Sprintf("must be false with path %q: only the weights of path \"direct\" learn", s.Feedback.Path)
	}
	return ""
}

func pathLevelFault(s *Scenario) string {
	if s.Method.Level == "response" && neurons(s) && (s.Feedback.TauPath > 0 || s.Feedback.Activation != "linear") {
		return `cannot be "response" unless feedback acts at once and linearly (path "direct" or "layerwise", or activation "linear" and tau_path 0); "buffered" takes every path`
	}
	return ""
}

// pathArrayFault is about f and R, of layer k of the separate path.
func pathArrayFault(s *Scenario, name, k string) string {
	switch n, err := strconv.Atoi(k); {
	case !neurons(s):
		return fmt.Sprintf("belongs to feedback path \"separate\", not %q", s.Feedback.Path)
	case err != nil || n > len(s.Feedback.Layers):
		return fmt.Sprintf("is of a feedback layer that path \"separate\" does not have: they are 1 to %d", len(s.Feedback.Layers))
	case name == "f" && s.Method.Level == "response":
		return "is a state, and level \"response\" gives averages of v, r and u alone"
	}
	return ""
}
