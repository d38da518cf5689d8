package analysis

import (
	"math"
	"testing"

	"credo/models"
	"gonum.org/v1/gonum/mat"
)

// feedbackNet is a linear network with random feedback on a path.
func feedbackNet(t *testing.T, layerwise bool, sizes ...int) (*models.Network, *models.Weights, *models.Batch) {
	t.Helper()
	var hidden []string
	for range len(sizes) - 2 {
		hidden = append(hidden, "linear")
	}
	net, err := models.NewNetwork(sizes, hidden, "linear", "half-squared-error", false)
	if err != nil {
		t.Fatal(err)
	}
	net.Feedback = models.FeedbackPath{Layerwise: layerwise}
	w := models.NewWeights(net)
	if err := w.Init(3, "uniform", 1); err != nil {
		t.Fatal(err)
	}
	if err := w.RandomFeedback(4, "uniform", 0.5); err != nil {
		t.Fatal(err)
	}
	batch := models.NewBatch(net)
	batch.N = 5
	for k := range 5 * net.Inputs() {
		batch.Input.Data[k] = math.Sin(float64(3 * k))
	}
	for k := range 5 * net.Outputs() {
		batch.Target.Data[k] = math.Cos(float64(5 * k))
	}
	return net, w, batch
}

func TestFeedbackThatIsTheTransposeIsAtNoAngle(t *testing.T) {
	for _, layerwise := range []bool{false, true} {
		net, w, batch := feedbackNet(t, layerwise, 6, 5, 4, 3)
		if err := w.InitFeedback(net, "weight-product", 1, nil); err != nil {
			t.Fatal(err)
		}
		rule := models.Presenter(models.NewPathways(net, models.DirectFeedback{}))
		if layerwise {
			rule = models.NewPathways(net, models.FeedbackAlignment{})
		}
		errors := NewErrorAngles(net, rule)
		if err := errors.Measure(w, batch); err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			for name, got := range map[string]float64{
				"weights": WeightAngles(net, w)[i], "units": UnitAngles(net, w)[i], "errors": errors.Backprop()[i],
			} {
				if got > 1e-6 {
					t.Errorf("layerwise %v, layer %d: %s at %g degrees", layerwise, i+1, name, got)
				}
			}
			if angle := PseudoinverseAngles(net, w)[i]; !(angle > 1) {
				t.Errorf("layer %d: the transpose is at %g degrees to the pseudoinverse", i+1, angle)
			}
		}
	}
}

// What the formulas of the sheet say, with arc cosines and a normal-equation
// pseudoinverse.
func TestFeedbackAnglesAreThoseOfTheDefinition(t *testing.T) {
	net, w, batch := feedbackNet(t, true, 6, 5, 3)
	errors := NewErrorAngles(net, models.NewPathways(net, models.FeedbackAlignment{}))
	if err := errors.Measure(w, batch); err != nil {
		t.Fatal(err)
	}
	b, w1, w2 := dense(w.Link[0]), dense(w.W[0]), dense(w.W[1])
	var gram, inverse mat.Dense
	gram.Mul(w2, w2.T())
	if err := gram.Inverse(&gram); err != nil {
		t.Fatal(err)
	}
	inverse.Mul(w2.T(), &gram)
	angle := func(x, y mat.Matrix) float64 {
		var xy mat.Dense
		xy.MulElem(x, y)
		return math.Acos(mat.Sum(&xy)/mat.Norm(x, 2)/mat.Norm(y, 2)) * 180 / math.Pi
	}
	units, transposed, inverted := 0.0, 0.0, 0.0
	for j := range 5 {
		units += angle(b.RowView(j), w2.ColView(j)) / 5
	}
	for k := range 5 {
		var h, y, e, be, we, pe mat.VecDense
		h.MulVec(w1, mat.NewVecDense(6, row(batch.Input, k)))
		y.MulVec(w2, &h)
		e.SubVec(mat.NewVecDense(3, row(batch.Target, k)), &y)
		be.MulVec(b, &e)
		we.MulVec(w2.T(), &e)
		pe.MulVec(&inverse, &e)
		transposed, inverted = transposed+angle(&be, &we)/5, inverted+angle(&be, &pe)/5
	}
	for name, c := range map[string]struct{ got, want float64 }{
		"weights": {WeightAngles(net, w)[0], angle(b, w2.T())}, "pseudoinverse": {PseudoinverseAngles(net, w)[0], angle(b, &inverse)},
		"units": {UnitAngles(net, w)[0], units}, "errors": {errors.Backprop()[0], transposed}, "inverted errors": {errors.Pseudoinverse()[0], inverted},
	} {
		if math.Abs(c.got-c.want) > 1e-10 {
			t.Errorf("%s: %.12g degrees, want %.12g", name, c.got, c.want)
		}
	}
}

func TestPseudoinverseHoldsMoorePenrose(t *testing.T) {
	rankOne := mat.NewDense(3, 5, nil)
	rankOne.Outer(1, mat.NewVecDense(3, []float64{1, 2, 3}), mat.NewVecDense(5, []float64{1, 0, -1, 2, 1}))
	_, w, _ := feedbackNet(t, true, 6, 5, 3)
	for name, a := range map[string]*mat.Dense{"full rank": dense(w.W[1]), "rank 1": rankOne, "zero": mat.NewDense(3, 5, nil)} {
		p := pseudoinverse(a)
		var left, right, apa, pap mat.Dense
		left.Mul(a, p)
		right.Mul(p, a)
		apa.Mul(&left, a)
		pap.Mul(p, &left)
		if !mat.EqualApprox(&apa, a, 1e-12) || !mat.EqualApprox(&pap, p, 1e-12) ||
			!mat.EqualApprox(&left, left.T(), 1e-12) || !mat.EqualApprox(&right, right.T(), 1e-12) {
			t.Errorf("%s: not the pseudoinverse", name)
		}
	}
}
