package models

import (
	"math"
	"testing"

	"credo/controllers"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// The controller of the authors' program for MNIST, asleep.
const releasedKP, releasedAlpha = 0.1565387776, 0.6133635689

// released returns the setting of the authors' program for MNIST.
func released(t testing.TB) (FeedbackSettings, FeedbackRun) {
	c, err := controllers.PI(releasedKP, releasedAlpha, 1, controllers.LeakSignal)
	if err != nil {
		t.Fatal(err)
	}
	set := FeedbackSettings{Controller: c, TauV: 0.006302503121, TauA: 0.3246941732, TauU: 1, Sigma: 0.001524181852, SigmaOutput: 0.001524181852}
	const h = 0.002029948025
	return set, FeedbackRun{Seed: 4, Step: h, Length: 48 * h}
}

// transient returns the covariance of Euler-Maruyama's chain that begins at
// rest, averaged over n steps by the trapezoidal rule.
func (s *sleepSystem) transient(h float64, n int) *mat.Dense {
	var step, noise mat.Dense
	step.Scale(h, s.m)
	for k := range s.total {
		step.Set(k, k, 1+step.At(k, k))
	}
	noise.Scale(h, s.noise)
	now, sum := mat.NewDense(s.total, s.total, nil), mat.NewDense(s.total, s.total, nil)
	for k := range n {
		now.Product(&step, now, step.T())
		now.Add(now, &noise)
		weighted := mat.DenseCopyOf(now)
		if k == n-1 {
			weighted.Scale(0.5, weighted)
		}
		sum.Add(sum, weighted)
	}
	sum.Scale(1/float64(n), sum)
	return sum
}

// With the constants of the authors' program a presentation is over after 0.3
// tau_A: the drift it learns from is a transient, a fraction of the stationary
// one that grows with the feedback, for a strong loop is a fast one.
func TestReleasedProgramLearnsFromATransient(t *testing.T) {
	set, run := released(t)
	for _, c := range []struct{ feedback, ratio float64 }{{0, 0.0968}, {1, 0.2057}, {8, 0.4837}} {
		f, _ := asleep(t)
		for _, q := range f.w.Q {
			floats.Scale(c.feedback, q.Data)
		}
		stationary, system := averaged(t, f, set), newSleepSystem(f, set, 0)
		exact := system.rightOf(system.transient(run.Step, 48), f, 0)
		want := floats.Dot(exact, stationary) / floats.Dot(stationary, stationary)
		if math.Abs(want-c.ratio) > 1e-4 {
			t.Errorf("feedback x %g: the expected ratio is %.4f, and was %g", c.feedback, want, c.ratio)
		}
		ratio, standard := along(presentations(t, f, set, run, 10000), stationary)
		t.Logf("feedback x %g: %.4f +- %.4f of the stationary drift, expected %.4f, cosine %.3f", c.feedback, ratio, standard, want,
			floats.Dot(exact, stationary)/floats.Norm(exact, 2)/floats.Norm(stationary, 2))
		if math.Abs(ratio-want) > 4*standard || standard > 0.03*want {
			t.Errorf("feedback x %g: the drift is %.4f +- %.4f of the stationary one, want %.4f", c.feedback, ratio, standard, want)
		}
	}
}

// releasedChain is the sleep phase as the authors' released program steps it,
// linearised around the feedforward state of the fixture's first sample. Layers
// follow one another within a step, and the control of the step acts in it:
//
//	u_int' = u_int + h (e - alpha u),   u' = u_int' + k_p e,   e = -r_L
//	vA_i'  = vA_i + h/tau_A (-vA_i + Q_i u') + sigma sqrt(h)/tau_A N(0, 1)
//	v_i'   = v_i + h/tau_v (vA_i' + W_i r_{i-1}' - v_i),   r_i' = phi'(v_i) v_i'
type releasedChain struct {
	f          *fixture
	set        FeedbackSettings
	h          float64
	slope      [][]float64
	dim, noise int // of the state (u_int, u, vA_1..L, v_1..L), and of the noise
}

func newReleasedChain(f *fixture, set FeedbackSettings, h float64) *releasedChain {
	c := &releasedChain{f: f, set: set, h: h}
	ff := NewFeedforward(f.net)
	ff.Run(f.w, f.batch)
	for i, n := range f.net.Sizes[1:] {
		slope := make([]float64, n)
		f.net.Phi[i].Slope(slope, row(ff.V[i], 0), row(ff.R[i], 0))
		c.slope, c.noise = append(c.slope, slope), c.noise+n
	}
	c.dim = 2*f.net.Outputs() + 2*c.noise
	return c
}

// control returns u_int' and u' from the state z.
func (c *releasedChain) control(z []float64) (integral, u []float64) {
	nL := c.f.net.Outputs()
	last := c.slope[len(c.slope)-1]
	for k, v := range z[c.dim-nL:] {
		e := -last[k] * v
		integral = append(integral, z[k]+c.h*(e-releasedAlpha*z[nL+k]))
		u = append(u, integral[k]+releasedKP*e)
	}
	return integral, u
}

// step returns the state after z with the normals w.
func (c *releasedChain) step(z, w []float64) []float64 {
	nL := c.f.net.Outputs()
	next := make([]float64, c.dim)
	integral, u := c.control(z)
	copy(next, integral)
	copy(next[nL:], u)
	vA, v := 2*nL, 2*nL+c.noise
	var before []float64 // r_{i-1}
	for i, n := range c.f.net.Sizes[1:] {
		rates := make([]float64, n)
		for j := range n {
			drive := z[vA+j] + c.h/c.set.TauA*(floats.Dot(row(c.f.w.Q[i], j), u)-z[vA+j])
			next[vA+j] = drive + c.set.Sigma*math.Sqrt(c.h)/c.set.TauA*w[vA-2*nL+j]
			drive = next[vA+j]
			if i > 0 {
				drive += floats.Dot(row(c.f.w.W[i], j), before)
			}
			next[v+j] = z[v+j] + c.h/c.set.TauV*(drive-z[v+j])
			rates[j] = c.slope[i][j] * next[v+j]
		}
		before, vA, v = rates, vA+n, v+n
	}
	return next
}

// matrixOf returns the matrix of a linear map of n numbers.
func matrixOf(n int, do func(x []float64) []float64) *mat.Dense {
	x := make([]float64, n)
	columns := mat.NewDense(len(do(x)), n, nil)
	for k := range n {
		clear(x)
		x[k] = 1
		columns.SetCol(k, do(x))
	}
	return columns
}

// drift returns the expected -<vA[t] u[t+ahead]^T>, ahead 0 or 1, averaged as
// the program does over t = 0..steps-2, from rest.
func (c *releasedChain) drift(steps, ahead int) []float64 {
	nL := c.f.net.Outputs()
	m := matrixOf(c.dim, func(z []float64) []float64 { return c.step(z, make([]float64, c.noise)) })
	n := matrixOf(c.noise, func(w []float64) []float64 { return c.step(make([]float64, c.dim), w) })
	by := matrixOf(c.dim, func(z []float64) []float64 {
		if ahead == 0 {
			return z[nL : 2*nL]
		}
		_, u := c.control(z)
		return u
	})
	var noise, product mat.Dense
	noise.Mul(n, n.T())
	now, sum := mat.NewDense(c.dim, c.dim, nil), mat.NewDense(c.dim, c.dim, nil)
	for range steps - 1 {
		sum.Add(sum, now)
		now.Product(m, now, m.T())
		now.Add(now, &noise)
	}
	product.Product(sum, by.T())
	var all []float64
	for j := range c.noise {
		for k := range nL {
			all = append(all, -product.At(2*nL+j, k)/float64(steps-1))
		}
	}
	return all
}

// The program pairs vA[t] with u[t+1], which it computes from the error at t, and
// steps its layers one after another. Neither matters: its expected drift is
// that of the simulation in direction, and within 4% in length. Pairing vA[t]
// with u[t] would take 5 to 6% from its length and nothing from its direction.
func TestReleasedProgramsStepsAndPairingHardlyMatter(t *testing.T) {
	set, run := released(t)
	for _, feedback := range []float64{0, 1, 8} {
		f, _ := asleep(t)
		for _, q := range f.w.Q {
			floats.Scale(feedback, q.Data)
		}
		system, chain := newSleepSystem(f, set, 0), newReleasedChain(f, set, run.Step)
		own := system.rightOf(system.transient(run.Step, 48), f, 0)
		program, unpaired := chain.drift(48, 1), chain.drift(48, 0)
		cosine, length := compare(program, own)
		if cosine < 0.9997 || math.Abs(length-1) > 0.04 {
			t.Errorf("feedback x %g: the program's drift has the cosine %.5f with the simulation's and %.3f times its length", feedback, cosine, length)
		}
		pairing, shorter := compare(unpaired, program)
		t.Logf("feedback x %g: cosine %.5f, length %.3f; u[t] for u[t+1]: cosine %.6f, length %.3f", feedback, cosine, length, pairing, shorter)
		if pairing < 0.9999 || math.Abs(shorter-0.947) > 0.004 {
			t.Errorf("feedback x %g: with u[t] the program's drift has the cosine %.6f and %.4f times the length", feedback, pairing, shorter)
		}
	}
}

// compare returns the cosine of two vectors and |a|/|b|.
func compare(a, b []float64) (cosine, length float64) {
	la, lb := floats.Norm(a, 2), floats.Norm(b, 2)
	return floats.Dot(a, b) / (la * lb), la / lb
}

// The program's optimizer, written out with its own scale: the rule divided by
// max(sigma, 0.01)^2, clipped to a joint norm of 1, then decay beta inside Adam.
func TestStepperTakesTheReleasedProgramsSteps(t *testing.T) {
	const eta, beta1, beta2, epsilon, decay, scale = 5e-4, 0.99, 0.98, 1.561e-6, 0.001, 1e-4
	set, _ := released(t)
	c := scale / (set.Sigma * set.Sigma)
	f := newFixture(t, []int{4, 5, 3}, "tanh", "linear", "squared-error", 1)
	stepper := mustStepper(t, f.net, FeedbackStep{
		Optimizer: "adam", LearningRate: eta, Sigma: set.Sigma, Beta: decay * scale,
		Clip: c, Beta1: beta1, Beta2: beta2, Epsilon: c * epsilon,
	})
	q := flatFeedback(f.w)
	m, v, clipped := make([]float64, len(q)), make([]float64, len(q)), 0
	for k := range 20 {
		drift := driven(f, 0.02*scale)
		for _, noise := range drift.Noise {
			floats.Scale(scale*(0.05+0.02*float64(k)), noise.Data) // the later ones are clipped
		}
		g := drift.right(f.w, 0)
		floats.Scale(-1/scale, g) // the program's gradient points uphill
		if norm := floats.Norm(g, 2); norm > 1 {
			floats.Scale(1/norm, g)
			clipped++
		}
		for j := range q {
			g[j] += decay * q[j]
			m[j] = beta1*m[j] + (1-beta1)*g[j]
			v[j] = beta2*v[j] + (1-beta2)*g[j]*g[j]
			n := float64(k + 1)
			q[j] -= eta * m[j] / (1 - math.Pow(beta1, n)) / (math.Sqrt(v[j]/(1-math.Pow(beta2, n))) + epsilon)
		}
		stepper.Step(f.w, drift)
		if d := distance(flatFeedback(f.w), q); d > 1e-12 {
			t.Fatalf("step %d: Q differs by %g", k+1, d)
		}
	}
	if clipped < 5 || clipped > 15 {
		t.Errorf("%d of 20 gradients are clipped", clipped)
	}
}
