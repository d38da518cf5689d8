package ode

import (
	"fmt"
	"math"
)

// Event is something that happens where a function of time and state changes sign. Every row has its own.
//
// It is located on the dense output to a few units in the last place of t, and reported behind the sign change: there g has the new
// sign already, or is 0, and dense output has the order of the method ([Method]).
//
// A step is searched at a few points of its dense output, and where these say that g comes close to 0 in between, there too. Sign
// changes are missed only if an even number of them falls between two points where g looks monotonic: bound the step by MaxStep if
// g has structure that the solution has not.
//
// After a sign change an event is armed again as soon as g is seen not to be 0, and so it is at the start: a g that begins at 0 is no
// event, nor is one that stays there. g may touch 0 without being seen.
type Event struct {
	// G is g of system id. It must neither keep nor change y.
	G func(id int, t float64, y []float64) float64
	// Direction is that of the sign change in the order in which time is passed, also where it runs backwards.
	Direction Direction
	// Effect is what the event does to its row.
	Effect Effect
	// Do is called at the event; nil: nothing is. After [Passes] it must not change y. After [Ends] and [Restarts] it may, and y is
	// the state with which the row leaves or goes on. An error lets the row leave, with Reason Stopped.
	//
	// The Observer has seen the row's step up to the event before. Events of one row that cannot be told apart in time (13 digits of
	// a step) are called one after the other, in the order of Options.Events, each with what the one before left of y.
	Do func(id int, t float64, y []float64) error
}

// Direction selects sign changes.
type Direction int

const (
	Either  Direction = iota
	Rising            // from minus to plus
	Falling           // from plus to minus
)

// Effect is what an event does to its row.
type Effect int

const (
	Ends     Effect = iota // the row leaves at the event, with Reason MetEvent
	Restarts               // the step ends at the event and the next begins with a fresh derivative: state or right-hand side change
	Passes                 // the step stays as it is
)

// check reports what is wrong with event i.
func (e Event) check(i int) error {
	switch {
	case e.G == nil:
		return &OptionError{fmt.Sprintf("Events[%d].G", i), "nil", "a function"}
	case e.Direction < Either || e.Direction > Falling:
		return &OptionError{fmt.Sprintf("Events[%d].Direction", i), int(e.Direction), "Either, Rising or Falling"}
	case e.Effect < Ends || e.Effect > Passes:
		return &OptionError{fmt.Sprintf("Events[%d].Effect", i), int(e.Effect), "Ends, Restarts or Passes"}
	}
	return nil
}

// wants reports whether a change to a sign is looked for, that from g being before.
func (d Direction) wants(before float64) bool {
	return d == Either || (d == Rising) == (before < 0)
}

// watch is the memory of the events of an integrator.
type watch struct {
	events []Event
	y1, f1 []float64 // the states and derivatives at the ends of steps that observers see where a step is cut
	state  []float64 // one row
	g      []float64 // g of every event (by id, event) where the row stands; 0 where the event is not armed
	hits   [][]hit   // by id: those of the step, in order

	s      *Step // what is being searched: row k for event e
	k, e   int
	ask    func(theta float64) float64 // value
	nodes  []node
	points []float64 // g at equal parts of the step, by event and point
}

// hit is an event within a step.
type hit struct {
	event int
	theta float64 // part of the step
	t     float64
	noise float64 // |g| at the sign change: no value up to this is told from 0
}

// node is a point of a step where g is known.
type node struct{ theta, g float64 }

const (
	// eventPoints is the number of equal parts of a step at the ends of which g is known.
	eventPoints = 4
	// departure is the part of a step after which an event that is not armed is looked at first: until then it may leave 0.
	departure = 0x1p-20
	// together is the part of a step within which events cannot be told apart: rounding moves them so much.
	together = 0x1p-44
	// maxProbes bounds the search of one step between points where g may come close to 0.
	maxProbes = 12
)

func newWatch(events []Event, capacity, dim int) *watch {
	if len(events) == 0 {
		return nil
	}
	const nodes = 2 + eventPoints + maxProbes
	w := &watch{
		events: events,
		y1:     make([]float64, capacity*dim), f1: make([]float64, capacity*dim),
		state: make([]float64, dim), g: make([]float64, capacity*len(events)), hits: make([][]hit, capacity),
		nodes: make([]node, 0, nodes), points: make([]float64, len(events)*(eventPoints+1)),
	}
	w.ask = w.value
	for id := range w.hits {
		w.hits[id] = make([]hit, 0, nodes*len(events))
	}
	return w
}

// start is begin where a row starts: nothing has happened yet.
func (w *watch) start(id int, t float64, y []float64) {
	w.hits[id] = w.hits[id][:0]
	w.begin(id, t, y)
}

// begin takes the values of g where row id begins. An event that has just happened there, and whose g has not moved
// away from 0, is not armed.
func (w *watch) begin(id int, t float64, y []float64) {
	n := len(w.events)
	for e, event := range w.events {
		w.g[id*n+e] = event.G(id, t, y)
	}
	for _, h := range w.hits[id] {
		if g := &w.g[id*n+h.event]; math.Abs(*g) <= 4*h.noise {
			*g = 0
		}
	}
	w.hits[id] = w.hits[id][:0]
}
