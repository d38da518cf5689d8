package frequency

import (
	"math"
	"math/cmplx"
	"testing"
)

// scalar is a loop of one channel.
func scalar(f func(s complex128) complex128, corners ...float64) Loop {
	return Loop{Channels: 1, Corners: corners, Transfer: func(dst []complex128, s complex128) { dst[0] = f(s) }}
}

func wantCrossing(t *testing.T, what string, got Crossing, value, frequency float64) {
	t.Helper()
	const tolerance = 1e-10
	near := func(a, b float64) bool {
		return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tolerance*max(1, math.Abs(b))
	}
	if !near(got.Value, value) || !near(got.Frequency, frequency) {
		t.Errorf("%s: %.15g at %.15g, want %.15g at %.15g", what, got.Value, got.Frequency, value, frequency)
	}
}

var none = math.NaN()

func TestMarginsOfALag(t *testing.T) {
	const k = 3. // |k/(i w + 1)| = 1 at w = sqrt(k^2 - 1), where it lags by atan w
	m, err := scalar(func(s complex128) complex128 { return k / (s + 1) }, 1).Margins()
	if err != nil {
		t.Fatal(err)
	}
	w := math.Sqrt(k*k - 1)
	wantCrossing(t, "gain above", m.GainAbove, math.Inf(1), none)
	wantCrossing(t, "gain below", m.GainBelow, -1/k, 0)
	wantCrossing(t, "phase", m.Phase, math.Pi-math.Atan(w), w)
	wantCrossing(t, "delay", m.Delay, (math.Pi-math.Atan(w))/w, w)
	if m.Sensitivity.Value != 1 || !math.IsInf(m.Sensitivity.Frequency, 1) {
		t.Errorf("sensitivity peak %v, want its limit 1", m.Sensitivity)
	}
	if math.Abs(m.Complementary.Value-k/(k+1)) > 1e-14 {
		t.Errorf("complementary peak %v, want k/(k+1)", m.Complementary)
	}
}

func TestMarginsOfAnIntegratorWithALag(t *testing.T) {
	const k = 2. // w^2 (w^2 + 1) = k^2 at the crossover
	m, err := scalar(func(s complex128) complex128 { return k / (s * (s + 1)) }, 1).Margins()
	if err != nil {
		t.Fatal(err)
	}
	w := math.Sqrt((math.Sqrt(1+4*k*k) - 1) / 2)
	phase := math.Pi/2 - math.Atan(w)
	wantCrossing(t, "gain above", m.GainAbove, math.Inf(1), none)
	wantCrossing(t, "gain below", m.GainBelow, 0, 0)
	wantCrossing(t, "phase", m.Phase, phase, w)
	wantCrossing(t, "delay", m.Delay, phase/w, w)
}

// PI control k_p + 1/(tau_u s) of an actuator lag 1/(tau s + 1): the crossover solves
// tau^2 W^2 + (1 - k_p^2) W - 1/tau_u^2 = 0 for W = w^2.
func TestMarginsOfPIControlWithAnActuatorLag(t *testing.T) {
	const kP, tauU, tau = 1.5, 0.8, 0.2
	m, err := scalar(func(s complex128) complex128 { return (kP + 1/(tauU*s)) / (tau*s + 1) }, 1/tau, 1/(kP*tauU)).Margins()
	if err != nil {
		t.Fatal(err)
	}
	b := 1 - kP*kP
	w := math.Sqrt((-b + math.Sqrt(b*b+4*tau*tau/(tauU*tauU))) / (2 * tau * tau))
	phase := math.Pi/2 + math.Atan(kP*tauU*w) - math.Atan(tau*w)
	wantCrossing(t, "phase", m.Phase, phase, w)
	wantCrossing(t, "delay", m.Delay, phase/w, w)
	wantCrossing(t, "gain above", m.GainAbove, math.Inf(1), none)
}

func TestMarginsOfThreeLags(t *testing.T) {
	const k = 2. // arg = -pi at w = sqrt 3, where |L| = k/8
	l := scalar(func(s complex128) complex128 { return k / ((s + 1) * (s + 1) * (s + 1)) }, 1)
	m, err := l.Margins()
	if err != nil {
		t.Fatal(err)
	}
	w := math.Sqrt(math.Pow(k, 2./3) - 1)
	phase := math.Pi - 3*math.Atan(w)
	wantCrossing(t, "gain above", m.GainAbove, 8/k, math.Sqrt(3))
	wantCrossing(t, "gain below", m.GainBelow, -1/k, 0)
	wantCrossing(t, "phase", m.Phase, phase, w)
	wantCrossing(t, "delay", m.Delay, phase/w, w)
	peak := 0.0
	for i := range 400_000 {
		w := float64(i) * 1e-5
		peak = max(peak, 1/cmplx.Abs(1+k/cmplx.Pow(complex(1, w), 3)))
	}
	if math.Abs(m.Sensitivity.Value-peak) > 1e-9*peak {
		t.Errorf("sensitivity peak %.15g, on a dense grid %.15g", m.Sensitivity.Value, peak)
	}
}

func TestAnUnstableLoopHasNoMargins(t *testing.T) {
	m, err := scalar(func(s complex128) complex128 { return 9 / ((s + 1) * (s + 1) * (s + 1)) }, 1).Margins()
	if err != nil {
		t.Fatal(err)
	}
	if m.Unstable != 2 {
		t.Errorf("%d unstable poles, want 2", m.Unstable)
	}
	for _, c := range []Crossing{m.GainBelow, m.GainAbove, m.Phase, m.Delay, Crossing(m.Sensitivity), Crossing(m.Complementary)} {
		if !math.IsNaN(c.Value) || !math.IsNaN(c.Frequency) {
			t.Errorf("an unstable loop has the margin %v", c)
		}
	}
}

// k/(s - 1) is stable for k > 1 only: its open loop has the pole 1.
func TestAnUnstablePlantIsStabilisedByGain(t *testing.T) {
	l := scalar(func(s complex128) complex128 { return 2 / (s - 1) }, 1)
	l.Unstable = 1
	m, err := l.Margins()
	if err != nil {
		t.Fatal(err)
	}
	wantCrossing(t, "gain below", m.GainBelow, 0.5, 0)
	wantCrossing(t, "delay", m.Delay, math.Pi/3/math.Sqrt(3), math.Sqrt(3))
}

// 1/s with delay d: poles cross at k d = pi/2 with w = k.
func TestADelayInTheLoopIsExact(t *testing.T) {
	l := scalar(func(s complex128) complex128 { return 1 / s }, 1)
	for _, d := range []float64{0.1, 1, 1.5} {
		l.Delay = d
		m, err := l.Margins()
		if err != nil {
			t.Fatal(err)
		}
		wantCrossing(t, "gain above", m.GainAbove, math.Pi/2/d, math.Pi/2/d)
		wantCrossing(t, "delay", m.Delay, math.Pi/2-d, 1)
	}
	for d, want := range map[float64]int{1.57: 0, 1.58: 2, 5*math.Pi/2 - 0.01: 2, 5*math.Pi/2 + 0.01: 4, 101: 32} {
		l.Delay = d
		if got, err := l.UnstablePoles(); err != nil || got != want {
			t.Errorf("delay %g: %d unstable poles (%v), want %d", d, got, err, want)
		}
	}
}
