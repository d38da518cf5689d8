package analysis

import (
	"math"

	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// Angles are the angles between two updates in degrees: of each array of
// weights by name ("W1", "b1", ...), of the weights and biases of each layer
// (index i-1 is layer i), and of all of them taken as one vector.
type Angles struct {
	Array map[string]float64
	Layer []float64
	Whole float64
}

// Alignment returns the angles between an update and a reference of the same
// network. An angle with a zero vector is NaN.
func Alignment(update, reference *models.Weights) Angles {
	a := Angles{Array: map[string]float64{}, Whole: Angle(update.Plastic(), reference.Plastic())}
	references := reference.Arrays()
	for k, array := range update.Arrays() {
		a.Array[array.Name] = Angle(array.Data, references[k].Data)
	}
	for i, from := 0, 0; i < len(update.W); i++ {
		to := from + len(update.W[i].Data) + len(update.B[i])
		a.Layer = append(a.Layer, Angle(update.Plastic()[from:to], reference.Plastic()[from:to]))
		from = to
	}
	return a
}

// Angle returns the angle between two vectors in degrees, NaN if one is zero.
//
// It is 2 atan2(|a^ - b^|, |a^ + b^|) of the unit vectors (Kahan 2006, section
// 12), which is right to rounding for small angles too, where the arc cosine
// loses half the digits.
func Angle(a, b []float64) float64 {
	na, nb := floats.Norm(a, 2), floats.Norm(b, 2)
	if na == 0 || nb == 0 {
		return math.NaN()
	}
	difference, sum := 0.0, 0.0
	for k, x := range a {
		d, s := x/na-b[k]/nb, x/na+b[k]/nb
		difference, sum = difference+d*d, sum+s*s
	}
	return 2 * math.Atan2(math.Sqrt(difference), math.Sqrt(sum)) * 180 / math.Pi
}
