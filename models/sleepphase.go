package models

// SleepPhase is the averaged sleep phase of a network on tiles of samples. It
// belongs to one goroutine.
type SleepPhase interface {
	// Add computes the averages of every sample of batch and adds them to dst.
	// Samples whose loop is unstable are counted and left out.
	Add(dst *FeedbackDrift, w *Weights, batch *Batch)

	// Condition2 returns the ratio of Condition 2, summed over the samples,
	// whatever Check says.
	Condition2(w *Weights, batch *Batch) float64

	// Dim returns how many rows the matrices have that a sample's loop is
	// inverted in.
	Dim() int

	// Rows returns how many samples are worth a call: few enough for an update's
	// to keep several workers busy, enough for what a call does once.
	Rows() int

	// Check says what keeps Add from averaging with w's feedback weights, if
	// anything does.
	Check(w *Weights) error
}

// NewSleepPhase returns the averaged sleep phase of net in the narrower of the
// spaces its loop has: among the n_L outputs, or, where these are many, in the
// layer before them. As [NewFeedbackLearning], it needs a controller that is
// stable by itself.
func NewSleepPhase(net *Network, set FeedbackSettings) (SleepPhase, error) {
	if SleepsWide(net) {
		return NewFeedbackWide(net, set)
	}
	return NewFeedbackLearning(net, set)
}

// SleepsWide reports whether the averaged sleep phase of net is [FeedbackWide].
func SleepsWide(net *Network) bool {
	return isWide(net) && net.Sizes[net.Depth()-1] < net.Outputs()
}

// Dim returns n_L.
func (f *FeedbackLearning) Dim() int { return f.net.Outputs() }

// Rows returns 16: whole tiles of n_L directions each.
func (f *FeedbackLearning) Rows() int { return 16 }

// Check accepts all feedback weights.
func (f *FeedbackLearning) Check(*Weights) error { return nil }
