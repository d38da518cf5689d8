package continuation

import (
	"errors"
	"math"
	"math/cmplx"
	"testing"
)

// The folds of x' = a + b x - x^3 are 27 a^2 = 4 b^3, with the cusp at 0.
func TestFoldCurveOfTheCusp(t *testing.T) {
	start := &Point{Y: []float64{1}, P: []float64{-2, 3}}
	branch, err := FoldCurve(cusp{}, start, [2]Parameter{{0, -3, 3}, {1, -1, 3.5}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range branch.Points {
		near(t, "27 a^2 - 4 b^3", 27*p.P[0]*p.P[0]-4*math.Pow(p.P[1], 3), 0, 1e-9)
	}
	c := only(t, branch, Cusp)[0]
	near(t, "a", c.P[0], 0, 1e-11)
	near(t, "b", c.P[1], 0, 1e-7) // a is of the order b^(3/2)
	if branch.Ends != [2]Ending{LeftTheBox, LeftTheBox} {
		t.Errorf("ends %v", branch.Ends)
	}
}

// bautin is Stuart and Landau's oscillator with a fifth-order term,
// z' = (p0 + i) z + p1 z |z|^2 - z |z|^4.
type bautin struct{}

func (bautin) Dim() int { return 2 }
func (bautin) Deriv(dy, y, p []float64) {
	square := y[0]*y[0] + y[1]*y[1]
	growth := p[0] + p[1]*square - square*square
	dy[0] = growth*y[0] - y[1]
	dy[1] = growth*y[1] + y[0]
}

// For |q| = 1 and q = (1, -i)/sqrt(2), z = sqrt(2) times the amplitude: l1 = 2 p1.
func TestBautinPointOfStuartAndLandau(t *testing.T) {
	form, point := hopfOf(t, bautin{}, []float64{0, 0}, []float64{-0.5, 0.3}, Parameter{0, -1, 1})
	near(t, "p0", point.P[0], 0, 1e-13)
	near(t, "omega", point.Omega, 1, 1e-13)
	near(t, "l1", form.L1(), 0.6, 1e-8)
	branch, err := HopfCurve(bautin{}, point, [2]Parameter{{0, -1, 1}, {1, -1, 1}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := only(t, branch, Bautin)[0]
	near(t, "p1", b.P[1], 0, 1e-9)
	for _, p := range branch.Points {
		near(t, "p0", p.P[0], 0, 1e-12)
		near(t, "l1", p.L1, 2*p.P[1], 1e-8)
	}
}

// bogdanovTakens is x' = y, y' = a + b y + x^2 + x y (Guckenheimer and Holmes, 7.3):
// folds at a = 0, Hopf points at a = -b^2 with x = -b and omega^2 = 2 b.
type bogdanovTakens struct{}

func (bogdanovTakens) Dim() int { return 2 }
func (bogdanovTakens) Deriv(dy, y, p []float64) {
	dy[0] = y[1]
	dy[1] = p[0] + p[1]*y[1] + y[0]*y[0] + y[0]*y[1]
}

func TestBogdanovTakensNormalForm(t *testing.T) {
	free := [2]Parameter{{0, -1, 1}, {1, -1, 1}}
	_, hopf := hopfOf(t, bogdanovTakens{}, []float64{-0.8, 0}, []float64{-0.64, 0.5}, Parameter{0, -0.9, -0.1})
	curve, err := HopfCurve(bogdanovTakens{}, hopf, free, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range curve.Points {
		near(t, "a + b^2", p.P[0]+p.P[1]*p.P[1], 0, 1e-11)
		near(t, "omega^2", p.Omega*p.Omega, 2*p.P[1], 1e-11)
	}
	end := only(t, curve, BogdanovTakens)[0]
	near(t, "b at the end of the Hopf curve", end.P[1], 0, 1e-11)
	if ends := curve.Ends; ends[0] != AtTheAxis && ends[1] != AtTheAxis {
		t.Errorf("ends %v", ends)
	}

	folds, err := FoldCurve(bogdanovTakens{}, &Point{Y: []float64{0, 0}, P: []float64{0, 0.5}}, free, Options{})
	if err != nil {
		t.Fatal(err)
	}
	middle := only(t, folds, BogdanovTakens)[0]
	near(t, "b at the double 0 of the fold curve", middle.P[1], 0, 1e-11)
	near(t, "a there", middle.P[0], 0, 1e-11)
}

// lorenz84 is the extended model of Shilnikov, Nicolis and Nicolis (1995) with
// alpha = 1/4, beta = 1, G = 1/4, delta = 1.04, gamma = 0.987; p = (F, T).
type lorenz84 struct{}

func (lorenz84) Dim() int { return 4 }
func (lorenz84) Deriv(dy, y, p []float64) {
	const alpha, beta, g, delta, gamma = 0.25, 1, 0.25, 1.04, 0.987
	x, u := y[0], y[3]
	dy[0] = -y[1]*y[1] - y[2]*y[2] - alpha*x + alpha*p[0] - gamma*u*u
	dy[1] = x*y[1] - beta*x*y[2] - y[1] + g
	dy[2] = beta*x*y[1] + x*y[2] - y[2]
	dy[3] = -delta*u + gamma*u*x + p[1]
}

// Folds, Hopf points and double Hopf points are where BifurcationKit.jl's tests have
// them, and so is the frequency at the Bautin point. The other points have the
// eigenvalues that define them, and lie where the curves that meet there do.
func TestLorenz84(t *testing.T) {
	branch, err := Equilibria(lorenz84{}, []float64{2.9, -0.04, 0.06, -0.02}, []float64{3, 0.04}, Parameter{0, 1, 3.2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	points := only(t, branch, HopfPoint, HopfPoint, HopfPoint, Fold)
	for k, want := range []float64{2.85988, 2.46723, 1.61966, 1.54665} {
		near(t, "F", points[k].P[0], want, 1.5e-5)
	}
	near(t, "F at the fold", points[3].P[0], 1.54664837, 1e-8)
	free := [2]Parameter{{0, 1, 3.5}, {1, -0.1, 0.1}}
	folds, err := FoldCurve(lorenz84{}, points[3], free, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fast, err := HopfCurve(lorenz84{}, points[0], free, Options{})
	if err != nil {
		t.Fatal(err)
	}
	slow, err := HopfCurve(lorenz84{}, points[1], free, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fold := only(t, folds, BogdanovTakens, FoldHopf, Cusp, FoldHopf, BogdanovTakens)
	first := only(t, fast, DoubleHopf, FoldHopf, FoldHopf, DoubleHopf)
	second := only(t, slow, BogdanovTakens, Bautin, DoubleHopf)

	near(t, "T at a double Hopf point", first[0].P[1], -0.02627393, 1e-6)
	near(t, "T at a double Hopf point", first[3].P[1], 0.02627393, 1e-6)
	near(t, "omega at the Bautin point", second[1].Omega, 0.690363667, 1e-5)
	near(t, "T at the cusp", fold[2].P[1], 0, 1e-12) // by symmetry
	for _, meet := range [][2]*Point{{fold[3], first[2]}, {fold[1], first[1]}, {fold[4], second[0]}, {first[3], second[2]}} {
		near(t, "F where two curves meet", meet[0].P[0], meet[1].P[0], 1e-9)
		near(t, "T where two curves meet", meet[0].P[1], meet[1].P[1], 1e-9)
	}
	near(t, "omega where two curves meet", fold[3].Omega, first[2].Omega, 1e-9)
	for _, p := range []*Point{fold[0], fold[4], second[0]} {
		double := without(p.Eigenvalues, 0)
		near(t, "|second eigenvalue| at a double 0", cmplx.Abs(double[nearest(double, 0)]), 0, 1e-5) // the square root of rounding
	}
}

// actuator is a PI loop round a lag, through an actuator that lags and saturates:
//
//	tau y' = -y + a,   tau_a a' = -a + tanh(u),   x' = -y,   u = k_i x - k_p y
//
// with p = (k_p, k_i, tau, tau_a). By Routh's criterion it swings at
// k_i = (tau + tau_a) (1 + k_p) / (tau tau_a), with omega^2 = (1 + k_p) / (tau tau_a).
type actuator struct{}

func (actuator) Dim() int { return 3 }
func (actuator) Deriv(dy, y, p []float64) {
	dy[0] = (-y[0] + y[1]) / p[2]
	dy[1] = (-y[1] + math.Tanh(p[1]*y[2]-p[0]*y[0])) / p[3]
	dy[2] = -y[0]
}

func TestLoopWithALaggingActuatorSwingsWhereRouthSays(t *testing.T) {
	steep := Options{Scale: 0.05}
	branch, err := Equilibria(actuator{}, []float64{0, 0, 0}, []float64{0.5, 1, 1, 0.2}, Parameter{1, 0.5, 20}, steep)
	if err != nil {
		t.Fatal(err)
	}
	point := only(t, branch, HopfPoint)[0]
	form, err := HopfForm(actuator{}, point, 1, steep.Scale)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "k_i", point.P[1], 9, 1e-10)
	if !form.Supercritical() {
		t.Error("a saturating loop is subcritical")
	}
	curve, err := HopfCurve(actuator{}, point, [2]Parameter{{1, 0.5, 40}, {3, 0.02, 1}}, steep)
	if err != nil {
		t.Fatal(err)
	}
	only(t, curve)
	for _, p := range curve.Points {
		kP, kI, tau, tauA := p.P[0], p.P[1], p.P[2], p.P[3]
		near(t, "k_i tau tau_a", kI*tau*tauA, (tau+tauA)*(1+kP), 1e-9)
		near(t, "omega^2 tau tau_a", p.Omega*p.Omega*tau*tauA, 1+kP, 1e-9)
	}
}

// circle is |x|^2 = 1.
type circle struct{}

func (circle) Unknowns() int           { return 2 }
func (circle) Residual(f, x []float64) { f[0] = x[0]*x[0] + x[1]*x[1] - 1 }

func TestTraceComesBackToItsStart(t *testing.T) {
	path, err := Trace(circle{}, []float64{1.1, 0.1}, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if path.Ends != [2]Ending{Closed, Closed} {
		t.Errorf("ends %v", path.Ends)
	}
	turned := 0.0
	for k, x := range path.X {
		near(t, "|x|", math.Hypot(x[0], x[1]), 1, 1e-13)
		if k > 0 {
			turned += math.Asin(math.Hypot(x[0]-path.X[k-1][0], x[1]-path.X[k-1][1])/2) * 2
		}
	}
	near(t, "angle", turned, 2*math.Pi, 1e-9)
}

func TestTraceEndsOnTheBox(t *testing.T) {
	path, err := Trace(circle{}, []float64{1, 0}, []Unknown{{Min: 0.5, Max: 2}, {}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if path.Ends != [2]Ending{LeftTheBox, LeftTheBox} {
		t.Errorf("ends %v", path.Ends)
	}
	for _, end := range [][]float64{path.X[0], path.X[len(path.X)-1]} {
		near(t, "x at the end", end[0], 0.5, 1e-13)
	}
}

func TestTraceSaysThatItFoundNoStart(t *testing.T) {
	for _, x := range [][]float64{{math.NaN(), 0}, {3, 0}} {
		if _, err := Trace(circle{}, x, []Unknown{{Min: -0.5, Max: 0.5}, {}}, Options{}); !errors.Is(err, ErrNoStart) {
			t.Errorf("from %v: %v, want ErrNoStart", x, err)
		}
	}
	if _, err := Trace(circle{}, []float64{1, 0}, nil, Options{MaxStep: -1}); err == nil {
		t.Error("a negative MaxStep is accepted")
	}
}
