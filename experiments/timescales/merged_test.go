package timescales

import (
	"math"
	"testing"
)

// awake is a small student whose feedback learns in noise.
const awake = `
seed = 7
[data]
source = "teacher"
train = 8
test = 0
batch = 4
[data.teacher]
layers = [4, 20, 2]
[network]
layers = [4, 4, 2]
[method]
rule = "dfc"
level = "buffered"
target_stepsize = 0.005
[feedback]
init = "random"
learn = true
phase = "merged"
tau_a = 0.2
tau_f = 1.0
sigma = 0.05
lr = 0.1
[controller]
k_p = 0.2
alpha = 0.5
[timescales]
tau_v = 0.1
presentation = 5.0
[integrator]
h = 0.0125
[training]
lr = 0.3
[separation]
updates = 2
`

// Feedback weights that are slow against forward weights leave them alone, to first
// order on the same noise.
func TestSlowFeedbackIsStillToFirstOrder(t *testing.T) {
	y := study(t, awake, "separation.values=[0.1, 0.3, 1, 3]")
	if y.Ratio != "tau_w/tau_q" || y.Compared != "W" || y.Fit == nil || math.Abs(float64(y.Fit.Order)-1) > 0.1 {
		t.Errorf("%s, %s: %v off: %+v", y.Ratio, y.Compared, y.Distance.Weights, y.Fit)
	}
}

// In noise one path of the feedback weights strays from the mean by order one half:
// within the interval that so few noisy points have.
func TestNoisyFeedbackStraysByOrderOneHalf(t *testing.T) {
	y := study(t, awake, "separation.ratio=tau_u/tau_q", "separation.values=[0.5, 1, 2, 4, 8, 16, 32]")
	if y.Compared != "Q" || y.Fit == nil || math.Abs(float64(y.Fit.Order)-0.5) > 0.15 || y.Fit.Points < 6 {
		t.Errorf("%s: %v off: %+v", y.Compared, y.Distance.Weights, y.Fit)
	}
	// A slow time of T sigma^2/tau_q = feedback.lr a presentation, in whole steps.
	for _, p := range y.Points {
		steps := float64(p.Presentation) / 0.0125
		if slow := float64(p.Presentation/p.TauQ) * 0.05 * 0.05; math.Abs(slow-0.1) > 1e-12 || math.Abs(steps-math.Round(steps)) > 1e-9 || p.Value*p.TauQ != 1 {
			t.Errorf("%g: slow time %g, %g steps, tau_q %g", p.Value, slow, steps, p.TauQ)
		}
	}
}
