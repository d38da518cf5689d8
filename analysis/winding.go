package analysis

import (
	"math"
	"math/cmplx"
)

// winding is what the phase of a loop's characteristic tells of its zeros.
type winding struct {
	right int // zeros to the right
	// omega is where the phase turns fastest: the frequency of the zero nearest to the axis.
	omega float64
}

// zerosRightOf counts the eigenvalues with real part above sigma, by the argument principle. It
// needs no matrix, so the loop may have a delay. With m controller states in all, and any
// positive beta,
//
//	psi(s) = chi(s) / (s - sigma + beta)^m
//
// has no poles there and tends to 1, and so turns by -pi for every zero as s runs from sigma to
// sigma + i infinity. An eigenvalue nearer to sigma than rounding may be counted or not.
func (l LinearLoop) zerosRightOf(sigma float64) winding {
	const settled = 0.02
	path := l.phasePath(sigma)
	omega, here := 0.0, path.psi(0)
	// What stays near 1 for four turns of the delay's phase no longer goes round 0.
	for quiet := 0; quiet < 50; {
		next := omega + path.stride(omega)
		there := path.psi(next)
		path.pass(omega, next, here, there, 40)
		omega, here = next, there
		if quiet++; cmplx.Abs(here-1) > settled && omega < path.end {
			quiet = 0
		}
	}
	path.turn -= cmplx.Phase(here) // what is left of it, to 1
	return winding{int(math.Round(-path.turn / math.Pi)), path.at}
}

// phasePath follows the phase of psi up the line Re s = sigma.
type phasePath struct {
	psi  func(omega float64) complex128
	turn float64

	slow, fast, end float64 // frequencies: of the first steps; of the delay's; where to give up
	fastest, at     float64 // the largest turn in proportion to omega, and where
}

func (l LinearLoop) phasePath(sigma float64) *phasePath {
	m, slowest := l.channels()*l.Controller.States(), max(l.Delay, l.TauV)
	beta := complex(1/slowest, 0)
	return &phasePath{
		psi: func(omega float64) complex128 {
			psi := l.characteristic(complex(sigma, omega))
			for range m {
				psi /= complex(0, omega) + beta
			}
			return psi
		},
		slow: 1e-3 / slowest, fast: 0.5 / l.Delay, end: 1e6 / l.TauV,
	}
}

// stride is in proportion to omega, but short of the delay's turns.
func (p *phasePath) stride(omega float64) float64 { return min(0.1*(omega+p.slow), p.fast) }

// pass adds the turn from a to b, halved until it is less than an eighth of a turn.
func (p *phasePath) pass(a, b float64, from, to complex128, depth int) {
	step := cmplx.Phase(to / from)
	if math.Abs(step) > math.Pi/4 && depth > 0 {
		middle := (a + b) / 2
		between := p.psi(middle)
		p.pass(a, middle, from, between, depth-1)
		p.pass(middle, b, between, to, depth-1)
		return
	}
	p.turn += step
	if rate := math.Abs(step) / (b - a) * (b + p.slow); rate > p.fastest {
		p.fastest, p.at = rate, (a+b)/2
	}
}
