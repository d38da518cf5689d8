package schema_test

import (
	"fmt"

	"credo/experiments/schema"
)

func ExampleParse() {
	text := []byte(`
[data]
source = "mnist"

[network]
layers = [784, 30, 10]

[method]
rule = "dfc"
`)
	s, err := schema.Parse("small.toml", text, "method.level=linear")
	fmt.Println(s.Network.Activation, s.Method.Level, s.Controller.Kind, err)
	_, err = schema.Parse("small.toml", text, "method.level=lineal", "network.layers=[784, 30, 5]")
	fmt.Println(err)
	// Output:
	// [tanh] linear pi <nil>
	// --set: method.level: must be "coupled", "buffered", "response", "steady", "linear" or "spiking", not the string "lineal" (did you mean "linear"?)
	// --set: network.layers: the last layer has 5 neurons but mnist has 10 classes
}

func ExampleExplain() {
	text, _ := schema.Explain("controller.alpha")
	fmt.Print(text)
	// Output:
	// controller.alpha
	//     Leak of the integral; 0: a true integrator.
	//     a number >= 0; default: 0
}
