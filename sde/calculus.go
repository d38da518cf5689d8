package sde

// Calculus is the sense of the integral over dW.
type Calculus int

const (
	ItoCalculus          Calculus = iota // the noise is taken at the start of an instant
	StratonovichCalculus                 // in its middle, so that the chain rule is that of ordinary calculus
)

func (c Calculus) String() string { return [...]string{"Itô", "Stratonovich"}[c] }

// Stratonovich is the equation dy = f dt + g o dW, in Stratonovich's sense, of the
// f and g of a System. In Itô's sense it has the drift
//
//	f_k + 1/2 sum_ij g_ij dg_kj/dy_i
//
// (Kloeden and Platen (1992), eq. (4.9.11)): the same where the noise is additive.
type Stratonovich struct{ System }

// Calculus is Stratonovich's.
func (Stratonovich) Calculus() Calculus { return StratonovichCalculus }

// StratonovichRows is the twin of [Stratonovich] for an ensemble.
type StratonovichRows struct{ Rows }

// Calculus is Stratonovich's.
func (StratonovichRows) Calculus() Calculus { return StratonovichCalculus }

// calculusOf is Itô's unless sys says otherwise.
func calculusOf(sys any) Calculus {
	if one, ok := sys.(oneRow); ok {
		sys = one.System
	}
	if s, ok := sys.(interface{ Calculus() Calculus }); ok {
		return s.Calculus()
	}
	return ItoCalculus
}

// capability looks for what a system or an ensemble can do besides, inside the
// types of this package.
func capability[T any](sys any) (T, bool) {
	switch s := sys.(type) {
	case oneRow:
		return capability[T](s.System)
	case Stratonovich:
		return capability[T](s.System)
	case StratonovichRows:
		return capability[T](s.Rows)
	}
	can, ok := sys.(T)
	return can, ok
}
