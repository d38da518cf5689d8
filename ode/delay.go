package ode

// DelaySystem is y' = f(t, y, z(t - delay)), a system part of which acts late: z is its
// signal, z(t) = g(t, y(t)), and the delay is constant. For y' = f(y(t - delay)) the
// signal is y itself.
type DelaySystem interface {
	// Dim is the length of y, at least 1.
	Dim() int
	// SignalDim is the length of z, at least 1.
	SignalDim() int
	// Signal writes g(t, y) to z. It must neither keep nor change y.
	Signal(z []float64, t float64, y []float64)
	// Deriv writes f(t, y, late) to dy. It must neither keep nor change y and late.
	Deriv(dy []float64, t float64, y, late []float64)
}

// DelayRows is an ensemble of independent systems that are delayed alike, as [Rows]. An id
// may appear more than once in a call of SignalRows.
type DelayRows interface {
	Dim() int
	SignalDim() int
	// SignalRows writes the signal of every row to z (len(id) x SignalDim).
	SignalRows(z, t, y []float64, id []int)
	// DerivRows writes f of every row to dy (len(id) x Dim); late is len(id) x SignalDim.
	DerivRows(dy, t, y, late []float64, id []int)
}

// Delay says how late the signal acts, and what it was before the start.
type Delay struct {
	// Length of the delay, positive.
	Length float64
	// Before writes the signal of system id at t, at or before the start. nil: it was 0.
	Before func(z []float64, t float64, id int)
}

// SolveDelay advances y (length sys.Dim()) from t0 to t1 >= t0 in place, by the method
// of steps, Hairer, Norsett and Wanner (1993), II.17. The late signal is interpolated in
// the steps accepted so far, so no step is longer than the delay. Where the
// signal jumps at t0, derivatives of y jump at t0 plus multiples of the delay, one order
// higher each time: steps end at those that a method can feel.
//
// Everything else is as in [Solve].
func SolveDelay(sys DelaySystem, delay Delay, y []float64, t0, t1 float64, opt Options) (Stats, error) {
	if len(y) != sys.Dim() {
		panic("ode: the length of y is not the dimension of the system")
	}
	stats, err := SolveDelayRows(oneDelayed{sys}, delay, y, t0, t1, opt)
	if stats == nil {
		return Stats{}, err
	}
	return stats[0], stats[0].Err
}

// oneDelayed is a system as an ensemble of one row.
type oneDelayed struct{ DelaySystem }

func (s oneDelayed) SignalRows(z, t, y []float64, _ []int) {
	dim, m := s.Dim(), s.SignalDim()
	for k, tk := range t {
		s.Signal(z[k*m:(k+1)*m], tk, y[k*dim:(k+1)*dim])
	}
}

func (s oneDelayed) DerivRows(dy, t, y, late []float64, _ []int) { s.Deriv(dy, t[0], y, late) }

// SolveDelayRows does so for every row of y (n x sys.Dim(), row-major; row k is system
// k), as [SolveRows]: rows fail alone.
func SolveDelayRows(sys DelayRows, delay Delay, y []float64, t0, t1 float64, opt Options) ([]Stats, error) {
	in, err := NewDelayIntegrator(sys, max(1, len(y)/sys.Dim()), delay, opt)
	if err != nil {
		return nil, err
	}
	return in.Solve(y, t0, t1)
}
