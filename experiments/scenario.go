package experiments

import (
	"fmt"
	"math"

	"credo/controllers"
	"credo/experiments/dataset"
	"credo/experiments/schema"
	"credo/models"
	"credo/ode"
)

// Scenario is what a user wants run. See package schema for its keys.
type Scenario = schema.Scenario

// Load reads a scenario. overrides are settings such as "controller.alpha=0.1".
// The error is a schema.Problems: every fault of the file with its place.
func Load(path string, overrides ...string) (*Scenario, error) {
	return schema.Load(path, overrides...)
}

// dataSpec says in package dataset's words what data s wants.
func dataSpec(s *Scenario) dataset.Spec {
	d, t := s.Data, s.Data.Teacher
	return dataset.Spec{
		Source: d.Source, Path: d.Path, Target: d.Target, Scaling: d.Scaling,
		Train: d.Train, Validation: d.Validation, Test: d.Test, Seed: s.Seed,
		Teacher: dataset.Teacher{
			Layers: t.Layers, Activation: t.Activation, Init: t.Init, Gain: t.Gain, BiasScale: t.BiasScale,
			Inputs: t.Inputs, InputRange: t.InputRange,
		},
		Fresh: d.Fresh, Copies: d.OutputsPerClass,
		Inputs: s.Network.Layers[0], Outputs: s.Network.Layers[len(s.Network.Layers)-1],
	}
}

// network returns the architecture that s describes, its feedback path included.
func network(s *Scenario) (*models.Network, error) {
	net, err := models.NewNetwork(s.Network.Layers, s.Network.Activation, s.Network.Output, s.Method.Loss, s.Network.Bias)
	if err != nil {
		return nil, err
	}
	net.Normalize, net.SpikeSlab = s.Network.Normalize, s.HasDistributions()
	net.Group = s.Data.OutputsPerClass
	switch f := s.Feedback; f.Path {
	case "layerwise":
		net.Feedback = models.FeedbackPath{Layerwise: true}
	case "separate":
		net.Feedback, err = models.SeparatePath(net, f.TauPath, f.Activation, f.Layers...)
	}
	return net, err
}

// settings returns the rule, the level and their constants.
func settings(s *Scenario) (models.Settings, error) {
	set := models.Settings{
		Rule: s.Method.Rule, Level: s.Method.Level,
		TargetStepsize: s.Method.TargetStepsize, ForwardRule: s.Method.ForwardRule, Unstable: s.Method.Unstable,
		TauV: s.Timescales.TauV, TauB: s.Timescales.TauB, TauW: s.Timescales.TauW, TauQ: s.Timescales.TauQ, Delay: s.Timescales.Delay,
		Decay:        models.Decay{Rate: s.Training.WeightDecay, Arrays: s.Training.Decaying},
		Presentation: s.Timescales.Presentation, Sum: s.Training.Reduce == "sum", Seed: s.Seed, Step: s.Integrator.H,
		Noise: noise(s), Companion: companionSettings(s),
	}
	var err error
	if set.Controller, err = controller(s); err != nil {
		return set, err
	}
	set.Solver, err = solver(s)
	return set, err
}

func controller(s *Scenario) (controllers.Controller, error) {
	c, tauU := s.Controller, s.Timescales.TauU
	leak := controllers.LeakIntegral
	if c.Leak == "signal" {
		leak = controllers.LeakSignal
	}
	switch c.Kind {
	case "p":
		return controllers.P(c.KP)
	case "i":
		return controllers.I(tauU, c.Alpha)
	case "pi":
		return controllers.PI(c.KP, c.Alpha, tauU, leak)
	case "pid":
		return controllers.PID(c.KP, c.KD, c.TauD, c.Alpha, tauU, leak)
	}
	return controllers.Controller{}, fmt.Errorf("controller.kind %q is not known", c.Kind)
}

func solver(s *Scenario) (ode.Options, error) {
	in := s.Integrator
	options := ode.Options{RelTol: in.RTol, AbsTol: in.ATol, Step: in.H, MaxSteps: in.MaxSteps}
	name := in.Method
	if name == "auto" {
		name = "tsit5"
	}
	var err error
	options.Method, err = ode.MethodByName(name)
	return options, err
}

// learningRate returns the learning rate of an epoch, counted from 1:
// constant, half a cosine from lr to 0 over the epochs of the run, or lr times a
// factor every so many epochs.
func learningRate(t schema.Training, epoch int) float64 {
	switch t.Schedule {
	case "cosine":
		return t.LR * (1 + math.Cos(math.Pi*float64(epoch-1)/float64(t.Epochs))) / 2
	case "step":
		return t.LR * math.Pow(t.StepFactor, float64((epoch-1)/t.StepEvery))
	}
	return t.LR
}
