package ode

// lateRows are the rows of a delayed ensemble that are still under way, as an ordinary
// ensemble: the late signal comes from what was recorded.
type lateRows struct {
	sys      DelayRows
	delay    Delay
	alive    []int // id of each row under way
	t0       float64
	recorded bool // the late signal is that of recorded steps, no more that from before t0
	history  []signalHistory

	ids            []int // scratch of DerivRows, by row
	late           []float64
	shown, numbers []int     // scratch for the observer, whose looks into a step are evaluations too
	times, states  []float64 // scratch of record: at the nodes
	same           []int
}

func newLateRows(sys DelayRows, capacity int, delay Delay, nodes int) *lateRows {
	r := &lateRows{
		sys: sys, delay: delay, alive: make([]int, 0, capacity), history: make([]signalHistory, capacity),
		ids: make([]int, capacity), late: make([]float64, capacity*sys.SignalDim()),
		shown: make([]int, capacity), numbers: make([]int, capacity),
		times: make([]float64, nodes), states: make([]float64, nodes*sys.Dim()), same: make([]int, nodes),
	}
	for k := range r.history {
		r.history[k] = signalHistory{m: sys.SignalDim(), weights: make([]float64, nodes)}
	}
	return r
}

// begin starts n rows at t0.
func (r *lateRows) begin(n int, t0 float64) {
	r.t0, r.recorded, r.alive = t0, false, r.alive[:0]
	for id := range n {
		r.alive = append(r.alive, id)
		r.history[id].reset()
	}
}

func (r *lateRows) Dim() int { return r.sys.Dim() }

func (r *lateRows) DerivRows(dy, t, y []float64, places []int) {
	m := r.sys.SignalDim()
	for k, place := range places {
		id := r.alive[place]
		r.ids[k] = id
		r.signal(r.late[k*m:(k+1)*m], t[k]-r.delay.Length, id)
	}
	r.sys.DerivRows(dy, t, y, r.late[:len(places)*m], r.ids[:len(places)])
}

// signal writes the signal of row id at t. At t0 it may jump, and which side is meant
// depends on the segment.
func (r *lateRows) signal(z []float64, t float64, id int) {
	switch {
	case r.recorded:
		r.history[id].at(z, max(t, r.t0))
	case r.delay.Before != nil:
		r.delay.Before(z, min(t, r.t0), id)
	default:
		clear(z)
	}
}

// record keeps the signal of row k of the step, which is system id.
func (r *lateRows) record(s *Step, k, id int) {
	dim := r.sys.Dim()
	for i := range r.times {
		theta := float64(i) / float64(len(r.times)-1)
		s.InterpolateRow(r.states[i*dim:(i+1)*dim], k, theta)
		r.times[i], r.same[i] = s.T0[k]+theta*(s.T1[k]-s.T0[k]), id
	}
	z := r.history[id].add(s.T0[k], s.T1[k], s.T1[k]-r.delay.Length)
	r.sys.SignalRows(z, r.times, r.states, r.same)
}

// measuredRows are lateRows whose system measures its errors itself.
type measuredRows struct {
	*lateRows
	norm RowNorm
}

func (r measuredRows) NormRow(place int, errs, y0, y1 []float64) float64 {
	return r.norm.NormRow(r.alive[place], errs, y0, y1)
}
