package ode

// Stats tells how the integration of one row went.
type Stats struct {
	Evaluations int     // of the right-hand side, for this row; those for finite differences included
	Accepted    int     // steps
	Rejected    int     // steps
	Events      int     // that happened
	T           float64 // time of the returned state
	H           float64 // step (signed) that step control would take next: the one before it was shortened to land on the end
	Reason      Reason  // why the row stopped
	Event       int     // with Reason MetEvent: index of the event that ended the row
	Err         error   // nil, a *StepError, or the error of the observer or of an event

	// What implicit methods did.
	Jacobians      int // evaluated
	Factorizations int // of I - gamma J
	Solves         int // of (I - gamma J) x = b

	Stiffness Stiffness // what an explicit method noticed
}

// Reason tells why a row stopped.
type Reason int

const (
	ReachedEnd        Reason = iota // the row is at the end of the span
	CameToRest                      // the row is at rest ([Settle])
	NonFinite                       // [ErrNonFinite]
	StepUnderflow                   // [ErrStepUnderflow]
	TooManySteps                    // [ErrTooManySteps]
	Stopped                         // the observer or an [Event] returned an error
	MetEvent                        // an [Event] ended the row
	TooManyRejections               // [ErrTooManyRejections]
	Interrupted                     // the context was done
	Diverged                        // the row grows without bound ([Settle])
)

func (r Reason) String() string {
	return [...]string{
		"reached end", "came to rest", "not finite", "step underflow", "too many steps", "stopped", "met event",
		"too many rejections", "interrupted", "diverged",
	}[r]
}
