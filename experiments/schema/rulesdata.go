package schema

import "fmt"

// mnist is what MNIST has.
var mnist = struct{ pixels, classes, train, test int }{784, 10, 60000, 10000}

var dataRules = []rule{
	{"data.path", []string{"data.source"}, pathFault},
	{"data.scaling", []string{"data.source"}, scalingFault},
	{"data.train", []string{"data.source", "data.validation"}, trainFault},
	{"data.test", []string{"data.source"}, testFault},
	{"data.teacher.layers", []string{"data.source"}, teacherFault},
	{"network.layers", []string{"data.source", "data.teacher.layers"}, inputFault},
	{"network.layers", []string{"data.source", "data.target", "data.teacher.layers"}, outputFault},
	{"network.activation", []string{"network.layers"}, activationFault},
	{"network.output", []string{"data.source", "data.target"}, softmaxFault},
}

func pathFault(s *Scenario) string {
	switch source, given := s.Data.Source, s.Data.Path != ""; source {
	case "idx", "npz", "csv":
		if !given {
			return fmt.Sprintf("is required by source %q", source)
		}
	default:
		if given {
			return fmt.Sprintf("belongs to sources \"idx\", \"npz\" and \"csv\", not %q", source)
		}
	}
	return ""
}

func scalingFault(s *Scenario) string {
	if s.Data.Source == "teacher" && s.Data.Scaling != "none" {
		return `must be "none": the inputs of a teacher are not pixels`
	}
	return ""
}

// trainFault checks that there are as many training images as training and validation ask for.
func trainFault(s *Scenario) string {
	train, validation := s.Data.Train, s.Data.Validation
	switch {
	case s.Data.Source == "teacher" && train == All:
		return "is required by source \"teacher\": it makes as many samples as it is asked for"
	case s.Data.Source == "mnist" && train == All && validation >= mnist.train:
		return fmt.Sprintf("has no sample left: validation takes %d of mnist's %d", validation, mnist.train)
	case s.Data.Source == "mnist" && train > mnist.train-validation:
		return fmt.Sprintf("asks for too many: %d and %d for validation, but mnist has %d", train, validation, mnist.train)
	}
	return ""
}

func testFault(s *Scenario) string {
	switch {
	case s.Data.Source == "teacher" && s.Data.Test == All:
		return "is required by source \"teacher\": it makes as many samples as it is asked for"
	case s.Data.Source == "mnist" && s.Data.Test > mnist.test:
		return fmt.Sprintf("asks for too many: %d, but mnist has %d", s.Data.Test, mnist.test)
	}
	return ""
}

func teacherFault(s *Scenario) string {
	if s.Data.Source == "teacher" && len(s.Data.Teacher.Layers) == 0 {
		return `is required by source "teacher"`
	}
	return ""
}

// inputFault checks the first layer.
func inputFault(s *Scenario) string {
	neurons, teacher := s.Network.Layers[0], s.Data.Teacher.Layers
	switch {
	case s.Data.Source == "mnist" && neurons != mnist.pixels:
		return fmt.Sprintf("the first layer has %d neurons but mnist has %d pixels", neurons, mnist.pixels)
	case s.Data.Source == "teacher" && len(teacher) > 0 && neurons != teacher[0]:
		return fmt.Sprintf("the first layer has %d neurons but the teacher's has %d", neurons, teacher[0])
	}
	return ""
}

// outputFault checks the last layer.
func outputFault(s *Scenario) string {
	neurons, teacher := last(s.Network.Layers), s.Data.Teacher.Layers
	switch {
	case s.Data.Target == "input" && neurons != s.Network.Layers[0]:
		return fmt.Sprintf("the last layer has %d neurons but the input, which is the target, has %d", neurons, s.Network.Layers[0])
	case s.Data.Target == "input":
		return ""
	case s.Data.Source == "mnist" && neurons != mnist.classes:
		return fmt.Sprintf("the last layer has %d neurons but mnist has %d classes", neurons, mnist.classes)
	case s.Data.Source == "teacher" && len(teacher) > 0 && neurons != last(teacher):
		return fmt.Sprintf("the last layer has %d neurons but the teacher's has %d", neurons, last(teacher))
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
	case s.Data.Source == "teacher":
		return "softmax needs classes, but a teacher answers with numbers"
	}
	return ""
}
