package schema

import "fmt"

// mnist is what MNIST has, and the sets made in its image.
var mnist = struct{ pixels, classes, train, test int }{784, 10, 60000, 10000}

// cifarNumbers is what an image of CIFAR-10 has.
const cifarNumbers = 3 * 32 * 32

// likeMNIST reports whether s takes a set that has what MNIST has.
func likeMNIST(s *Scenario) bool {
	return s.Data.Source == "mnist" || s.Data.Source == "fashion-mnist" && s.Data.Path == ""
}

// mostNumbers bounds the weights of a network and the numbers that a teacher
// makes: 8 GB of them.
const mostNumbers = 1e9

// drawn reports whether the samples of s are made, as many as one asks for.
func drawn(s *Scenario) bool {
	return s.Data.Source == "teacher" || s.Data.Source == "linear-map" || s.Data.Source == "quadratic"
}

var dataRules = []rule{
	{"data.path", []string{"data.source"}, pathFault},
	{"data.scaling", []string{"data.source"}, scalingFault},
	{"data.train", []string{"data.source", "data.validation", "training.truncation"}, trainFault},
	{"data.test", []string{"data.source"}, testFault},
	{"data.teacher.layers", []string{"data.source"}, teacherFault},
	{"data.train", []string{"data.source", "data.teacher.layers", "network.layers"}, drawnSizeFault},
	{"data.fresh", []string{"data.source"}, freshFault},
	{"data.teacher.layers", nil, func(s *Scenario) string { return sizeFault(s.Data.Teacher.Layers) }},
	{"network.layers", nil, func(s *Scenario) string { return sizeFault(s.Network.Layers) }},
	{"network.layers", []string{"data.source", "data.teacher.layers"}, inputFault},
	{"network.layers", []string{"data.source", "data.target", "data.teacher.layers", "data.outputs_per_class"}, outputFault},
	{"data.outputs_per_class", []string{"data.source", "data.target", "network.output"}, outputsPerClassFault},
	{"network.activation", []string{"network.layers"}, activationFault},
	{"network.output", []string{"data.source", "data.target"}, softmaxFault},
}

func pathFault(s *Scenario) string {
	switch source, given := s.Data.Source, s.Data.Path != ""; source {
	case "idx", "npz", "csv", "cifar10":
		if !given {
			return fmt.Sprintf("is required by source %q", source)
		}
	case "fashion-mnist":
	default:
		if given {
			return fmt.Sprintf("belongs to sources \"idx\", \"npz\", \"csv\", \"cifar10\" and \"fashion-mnist\", not %q", source)
		}
	}
	return ""
}

func scalingFault(s *Scenario) string {
	if (drawn(s) || streams(s)) && s.Data.Scaling != "none" {
		return fmt.Sprintf("must be \"none\": the inputs of source %q are not pixels", s.Data.Source)
	}
	return ""
}

// trainFault checks that there are as many training images as training and validation ask for.
func trainFault(s *Scenario) string {
	train, validation := s.Data.Train, s.Data.Validation
	switch {
	case streams(s):
		return stepsFault(s)
	case drawn(s) && train == All:
		return fmt.Sprintf("is required by source %q: it makes as many samples as it is asked for", s.Data.Source)
	case likeMNIST(s) && train == All && validation >= mnist.train:
		return fmt.Sprintf("has no sample left: validation takes %d of the %d of %s", validation, mnist.train, s.Data.Source)
	case likeMNIST(s) && train > mnist.train-validation:
		return fmt.Sprintf("asks for too many: %d and %d for validation, but %s has %d", train, validation, s.Data.Source, mnist.train)
	}
	return ""
}

func testFault(s *Scenario) string {
	switch {
	case streams(s) && s.Data.Test > 0:
		return `must be 0 or "all" for source "delayed-xor": every step is new, so that the training loss is one of steps never seen`
	case drawn(s) && s.Data.Test == All:
		return fmt.Sprintf("is required by source %q: it makes as many samples as it is asked for", s.Data.Source)
	case likeMNIST(s) && s.Data.Test > mnist.test:
		return fmt.Sprintf("asks for too many: %d, but %s has %d", s.Data.Test, s.Data.Source, mnist.test)
	}
	return ""
}

func teacherFault(s *Scenario) string {
	if s.Data.Source == "teacher" && len(s.Data.Teacher.Layers) == 0 {
		return `is required by source "teacher"`
	}
	return ""
}

// sizeFault refuses layers whose weights no machine holds.
func sizeFault(layers []int) string {
	weights := 0.0
	for i := 1; i < len(layers); i++ {
		weights += float64(layers[i]) * (float64(layers[i-1]) + 1)
	}
	if weights > mostNumbers {
		return fmt.Sprintf("has %.2g weights; credo holds at most %g", weights, float64(mostNumbers))
	}
	return ""
}

func freshFault(s *Scenario) string {
	if s.Data.Fresh && !drawn(s) {
		return fmt.Sprintf("must be false for source %q, which has the samples it has; \"teacher\", \"linear-map\" and \"quadratic\" make fresh ones", s.Data.Source)
	}
	return ""
}

// drawnSizeFault refuses more samples than memory holds where they are made.
func drawnSizeFault(s *Scenario) string {
	layers := s.Network.Layers
	if s.Data.Source == "teacher" {
		layers = s.Data.Teacher.Layers
	}
	if !drawn(s) || len(layers) == 0 {
		return ""
	}
	samples := float64(max(s.Data.Train, 0)) + float64(max(s.Data.Validation, 0)) + float64(max(s.Data.Test, 0))
	if numbers := samples * float64(layers[0]+last(layers)); numbers > mostNumbers {
		return fmt.Sprintf("with validation and test asks for %.2g numbers; credo holds at most %g", numbers, float64(mostNumbers))
	}
	return ""
}

// inputFault checks the first layer.
func inputFault(s *Scenario) string {
	neurons, teacher := s.Network.Layers[0], s.Data.Teacher.Layers
	switch {
	case streams(s) && neurons != 2:
		return fmt.Sprintf("the first layer has %d neurons but delayed-xor has 2 inputs, the cue and the bits", neurons)
	case likeMNIST(s) && neurons != mnist.pixels:
		return fmt.Sprintf("the first layer has %d neurons but %s has %d pixels", neurons, s.Data.Source, mnist.pixels)
	case s.Data.Source == "cifar10" && neurons != cifarNumbers:
		return fmt.Sprintf("the first layer has %d neurons but an image of cifar10 has %d numbers, 32 x 32 in three colours", neurons, cifarNumbers)
	case s.Data.Source == "teacher" && len(teacher) > 0 && neurons != teacher[0]:
		return fmt.Sprintf("the first layer has %d neurons but the teacher's has %d", neurons, teacher[0])
	}
	return ""
}

// outputFault checks the last layer.
func outputFault(s *Scenario) string {
	neurons, teacher := last(s.Network.Layers), s.Data.Teacher.Layers
	switch {
	case streams(s) && neurons != 1:
		return fmt.Sprintf("the last layer has %d neurons but delayed-xor has 1 target", neurons)
	case s.Data.Target == "input" && neurons != s.Network.Layers[0]:
		return fmt.Sprintf("the last layer has %d neurons but the input, which is the target, has %d", neurons, s.Network.Layers[0])
	case s.Data.Target == "input":
		return ""
	case likeMNIST(s) && neurons != mnist.classes*s.Data.OutputsPerClass:
		return fmt.Sprintf("the last layer has %d neurons but %s has %d classes%s", neurons, s.Data.Source, mnist.classes, s.PerClass())
	case s.Data.Source == "cifar10" && neurons != mnist.classes*s.Data.OutputsPerClass:
		return fmt.Sprintf("the last layer has %d neurons but cifar10 has %d classes, as MNIST has%s", neurons, mnist.classes, s.PerClass())
	case s.Data.Source == "teacher" && len(teacher) > 0 && neurons != last(teacher):
		return fmt.Sprintf("the last layer has %d neurons but the teacher's has %d", neurons, last(teacher))
	}
	return ""
}

// PerClass says how many output neurons a class has, where it is not one: ", with
// 100 neurons each".
func (s *Scenario) PerClass() string {
	if s.Data.OutputsPerClass == 1 {
		return ""
	}
	return fmt.Sprintf(", with %d neurons each", s.Data.OutputsPerClass)
}

func outputsPerClassFault(s *Scenario) string {
	switch {
	case s.Data.OutputsPerClass == 1:
	case s.Data.Target == "input":
		return "must be 1 where the target is the input, which has no classes"
	case drawn(s):
		return fmt.Sprintf("must be 1 for source %q, which has no classes", s.Data.Source)
	case s.Network.Output == "softmax":
		return `must be 1 with output "softmax", which gives a class one probability`
	}
	return ""
}

func last(layers []int) int { return layers[len(layers)-1] }

func activationFault(s *Scenario) string {
	if hidden, listed := len(s.Network.Layers)-2, len(s.Network.Activation); listed != hidden {
		return fmt.Sprintf("needs one entry a hidden layer: %d, not %d", hidden, listed)
	}
	return ""
}

func softmaxFault(s *Scenario) string {
	switch {
	case s.Network.Output != "softmax":
		return ""
	case s.Data.Target == "input":
		return "softmax needs classes, but the target is the input"
	case drawn(s) || streams(s):
		return fmt.Sprintf("softmax needs classes, but source %q answers with numbers", s.Data.Source)
	}
	return ""
}
