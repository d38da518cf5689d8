package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// learnToRest moves f's feedback along the averaged sleep phase until the drift
// is a 1e-10th of the noise's part of it.
func learnToRest(t testing.TB, f *fixture, learning *FeedbackLearning) {
	t.Helper()
	set, drift := learning.set, NewFeedbackDrift(f.net)
	stepper := mustStepper(t, f.net, FeedbackStep{Optimizer: "implicit", LearningRate: 1000, Sigma: set.Sigma, Beta: set.Beta})
	for range 1000 {
		drift.Clear()
		learning.Add(drift, f.w, f.batch)
		if drift.Skipped > 0 {
			t.Fatal("the loop became unstable")
		}
		noise := 0.0
		for _, n := range drift.Noise {
			noise = math.Hypot(noise, floats.Norm(n.Data, 2))
		}
		if floats.Norm(drift.right(f.w, set.Beta), 2) < 1e-10*noise {
			return
		}
		stepper.Step(f.w, drift)
	}
	t.Fatal("the feedback does not come to rest")
}

// From wherever it begins, the feedback of one channel comes to the fixed point
// that oneChannelRest knows.
func TestOneChannelLearnsItsFixedPoint(t *testing.T) {
	const j = 0.7
	for _, c := range []struct{ alpha, decay, begin float64 }{{0.5, 0.4, 0.01}, {0.5, 0.4, 30}, {5, 0.4, 0.01}, {0.5, 25, 1}, {20, 1e-3, 3}} {
		set := sleeping(pi(t, 0, c.alpha))
		set.TauV, set.SigmaOutput, set.Beta = 1e-6, 0, c.decay*set.Sigma*set.Sigma/(2*set.TauA)
		f := oneChannel(t, j, c.begin)
		learnToRest(t, f, mustFeedback(t, f.net, set).withNodes(20000))
		want := oneChannelRest(j, c.alpha, set.TauU/(c.alpha*set.TauA), c.decay)
		if q := f.w.Q[0].Data[0]; math.Abs(q/want-1) > 1e-5 { // tau_v = 1e-6
			t.Errorf("alpha %g, beta %g s^2, from %g: q comes to %g, want %g", c.alpha, c.decay, c.begin, q, want)
		}
	}
}

// How near Theorem 6's limit is: with eps = j q/alpha, the damped inverse is
// eps/(2(1 + x)) above the fixed point. Its domain is gamma >> j^2, where a mere
// transpose, j/gamma, is no more than eps above it.
func TestTheorem6IsApproachedToFirstOrder(t *testing.T) {
	const alpha, x = 0.5, 2.0
	for _, j := range []float64{1e-2, 1e-3} {
		const decay = 1.0
		gamma := decay * alpha * alpha * (1 + x) * (1 + x) / (0.5 + x)
		scale := alpha * (1 + x) / (0.5 + x)
		q := oneChannelRest(j, alpha, x, decay)
		eps := j * q / alpha
		damped, transpose := scale*j/(j*j+gamma)/q-1, scale*j/gamma/q-1
		if want := eps / (2 * (1 + x)); math.Abs(damped/want-1) > 1e-3 {
			t.Errorf("eps = %.3g: the damped inverse is %.4g off, want %.4g", eps, damped, want)
		}
		if math.Abs(transpose/eps-1) > 1e-3 {
			t.Errorf("eps = %.3g: the transpose is %.4g off", eps, transpose)
		}
	}
}

// theorem6 measures feedback against J^T (J J^T + gamma I)^-1 for one sample.
type theorem6 struct {
	gram, jq *mat.Dense // J J^T and J Q
	size     float64    // |Q|_F
}

func newTheorem6(f *fixture) theorem6 {
	ff, jacobian := NewFeedforward(f.net), NewJacobian(f.net)
	ff.Run(f.w, f.batch)
	jacobian.Run(f.w, ff.V, ff.R, 1)
	nL := f.net.Outputs()
	m := theorem6{gram: mat.NewDense(nL, nL, nil), jq: mat.NewDense(nL, nL, nil), size: floats.Norm(flatFeedback(f.w), 2)}
	for i, q := range f.w.Q {
		own := jacobian.Of(0, i)
		j := mat.NewDense(nL, own.Cols, own.Data)
		var term mat.Dense
		term.Mul(j, j.T())
		m.gram.Add(m.gram, &term)
		term.Mul(j, mat.NewDense(q.Rows, nL, q.Data))
		m.jq.Add(m.jq, &term)
	}
	return m
}

// compare returns the angle between Q and P = J^T S, S = (J J^T + gamma I)^-1, in
// degrees, and |Q|/|P|:
//
//	<Q, P> = tr(S J Q),   |P|^2 = tr(S J J^T S)
func (m theorem6) compare(gamma float64) (angle, ratio float64) {
	n, _ := m.gram.Dims()
	damped := mat.DenseCopyOf(m.gram)
	for k := range n {
		damped.Set(k, k, damped.At(k, k)+gamma)
	}
	var s, sjq, sgs mat.Dense
	if err := s.Inverse(damped); err != nil {
		panic(err)
	}
	sjq.Mul(&s, m.jq)
	sgs.Product(&s, m.gram, &s)
	size := math.Sqrt(mat.Trace(&sgs))
	return math.Acos(min(1, mat.Trace(&sjq)/(m.size*size))) * 180 / math.Pi, m.size / size
}

// fit returns the gamma whose damped inverse has the least angle with Q.
func (m theorem6) fit() (gamma, angle float64) {
	angle = math.Inf(1)
	for exponent := -4.0; exponent < 6; exponent += 0.01 {
		if a, _ := m.compare(math.Pow(10, exponent)); a < angle {
			gamma, angle = math.Pow(10, exponent), a
		}
	}
	return gamma, angle
}

// strength returns the largest real part of an eigenvalue of J Q.
func (m theorem6) strength(t testing.TB) float64 {
	var eigen mat.Eigen
	if !eigen.Factorize(m.jq, mat.EigenNone) {
		t.Fatal("no eigenvalues")
	}
	top := 0.0
	for _, l := range eigen.Values(nil) {
		top = max(top, real(l))
	}
	return top
}

// The constants with which feedback was learned for MNIST are far from the limit
// of Theorem 6, where alpha is large: at the fixed point of one sample J Q is 7
// times alpha, 16 times with the published k_p. A damped inverse is learned all
// the same, but of another gamma than the theorem's, 40 to 80 times as large, and
// 6 to 13 times the theorem's size. With alpha the pure integral controller comes
// to the theorem; the published one, whose k_p is left to do the work, does not.
func TestPublishedSleepConstantsAreFarFromTheorem6(t *testing.T) {
	set, _ := released(t)
	const alpha, kP = 0.6133635689, 0.1565387776
	set.Beta = 1e-7 // the program's 0.001, which divides the rule by 0.01^2
	for _, c := range []struct{ kP, scale, strength, angle, size float64 }{
		{0, 1, 6.81, 4.06, 5.57}, {0, 10, 1.26, 2.69, 1.16}, {0, 100, 0.0402, 1.05, 0.947},
		{kP, 1, 16.4, 5.84, 12.7}, {kP, 10, 1.73, 2.10, 1.62}, {kP, 100, 0.167, 3.85, 4.35},
	} {
		set.Controller = pi(t, c.kP, c.scale*alpha)
		f := newFixture(t, []int{784, 256, 256, 256, 10}, "tanh", "softmax", "cross-entropy", 1)
		if err := f.w.InitFeedback(f.net, "random", 3, nil); err != nil {
			t.Fatal(err)
		}
		learning := mustFeedback(t, f.net, set)
		learnToRest(t, f, learning)
		m, x := newTheorem6(f), 1/(c.scale*alpha*set.TauA)
		decay, amplitude := set.Beta*2*set.TauA/(set.Sigma*set.Sigma), c.scale*alpha*(1+x)/(0.5+x)
		theirs := decay * math.Pow(c.scale*alpha*(1+x), 2) / (0.5 + x)
		gamma, fitted := m.fit()
		angle, size := m.compare(theirs)
		strength, size := m.strength(t)/(c.scale*alpha), size/amplitude
		t.Logf("k_p %.2f, alpha x %g: J Q is %.3g alpha; %.2f degrees from the damped inverse of %.3g, %.2f from the theorem's of %.3g and %.3g times as large",
			c.kP, c.scale, strength, fitted, gamma, angle, theirs, size)
		for _, pair := range [][2]float64{{strength, c.strength}, {angle, c.angle}, {size, c.size}} {
			if math.Abs(pair[0]/pair[1]-1) > 0.005 {
				t.Errorf("k_p %g, alpha x %g: %g, and was %g", c.kP, c.scale, pair[0], pair[1])
			}
		}
		checkRowSpace(t, learning.Condition2(f.w, f.batch), fitted)
	}
}

// checkRowSpace checks that feedback of one sample fulfils Condition 2 but for
// tau_v, by which layers weigh (1 + tau_v/tau_A)^-m, and that nothing else keeps
// it from being the damped inverse that fits it best.
func checkRowSpace(t *testing.T, condition2, fitted float64) {
	t.Helper()
	if outside := math.Acos(condition2) * 180 / math.Pi; condition2 < 0.9998 || math.Abs(fitted-outside) > 0.03 {
		t.Errorf("Condition 2 holds to %g, an angle of %.3f degrees, but the best damped inverse is at %.3f", condition2, outside, fitted)
	}
}
