package analysis

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"credo/controllers"
	"credo/controllers/frequency"
	"gonum.org/v1/gonum/mat"
)

// DelayedClosedLoop returns the matrix of the taps closed by a controller whose signal
// takes delay to the neurons, as [Taps.ClosedLoop] but for u(t - delay): n_L (L + n_c +
// nodes) rows, the last of them what u was at nodes Chebyshev points theta_j of
// [-delay, 0], 0 = theta_0 left out,
//
//	d/dt u(t + theta_j) = sum_k D_jk u(t + theta_k),   u(t + theta_0) = u(t) = C x - D y_L
//
// with D the matrix of differentiation at these points: the infinitesimal generator of the
// delayed system, Breda, Maset and Vermiglio (2005), SIAM J. Sci. Comput. 27, eq. (2.4), of
// which only u needs a history. Eigenvalues s with |s| delay well below nodes are those of
// the delayed loop to rounding.
func (t Taps) DelayedClosedLoop(c controllers.Controller, tauV, delay float64, nodes int) *mat.Dense {
	return t.delayedClosedLoop(c, tauV, delay, nodes, lag{stages: make([]int, len(t))})
}

func (t Taps) delayedClosedLoop(c controllers.Controller, tauV, delay float64, nodes int, l lag) *mat.Dense {
	nL, depth := t[0].RawMatrix().Rows, len(t)
	past := depth + c.States() + l.longest() - 1 // block of u(t + theta_0), if it were one
	m := mat.NewDense(nL*(past+1+nodes), nL*(past+1+nodes), nil)
	t.fill(m, c, tauV, l, func(i int, a *mat.Dense, tau float64) { addBlock(m, i, past+nodes, a, 1/tau) })
	d := chebyshevDifferentiation(nodes)
	for j := 1; j <= nodes; j++ {
		for k := 1; k <= nodes; k++ {
			addDiagonal(m, past+j, past+k, nL, d.At(j, k)*2/delay)
		}
		now := d.At(j, 0) * 2 / delay
		addDiagonal(m, past+j, depth-1, nL, -c.D*now)
		for s, gain := range c.C {
			addDiagonal(m, past+j, depth+s, nL, gain*now)
		}
	}
	return m
}

// chebyshevDifferentiation returns the (n+1) x (n+1) matrix that differentiates the
// polynomial through values at cos(j pi/n), Trefethen (2000), Spectral Methods in MATLAB,
// chapter 6.
func chebyshevDifferentiation(n int) *mat.Dense {
	d := mat.NewDense(n+1, n+1, nil)
	at := func(j int) float64 { return math.Cos(float64(j) * math.Pi / float64(n)) }
	weight := func(j int) float64 {
		w := 1.0
		if j == 0 || j == n {
			w = 2
		}
		if j%2 == 1 {
			w = -w
		}
		return w
	}
	for j := range n + 1 {
		for k := range n + 1 {
			if j != k {
				x := weight(j) / weight(k) / (at(j) - at(k))
				d.Set(j, k, x)
				d.Set(j, j, d.At(j, j)-x)
			}
		}
	}
	return d
}

// ErrRightmost reports that no eigenvalue was confirmed to be the rightmost.
var ErrRightmost = errors.New("analysis: the rightmost eigenvalue of the delayed loop could not be confirmed")

// Rightmost returns the eigenvalue of the loop with a delay of the control signal whose real
// part is largest, above the real axis if it is one of a pair: its real part is the
// spectral abscissa. It is -1/tau_v if no eigenvalue is right of that, as in
// [Taps.ClosedLoop].
//
// The eigenvalues of [Taps.DelayedClosedLoop] are improved as zeros of
// det(I + L(s)), and the rightmost is confirmed by the argument principle on the line
// just right of it; if there are zeros beyond, it is sought again with more nodes.
func (t Taps) Rightmost(c controllers.Controller, tauV, delay float64) (complex128, error) {
	return t.rightmost(c, tauV, delay, lag{stages: make([]int, len(t))})
}

func (t Taps) rightmost(c controllers.Controller, tauV, delay float64, l lag) (complex128, error) {
	const fewest, most = 12, 48
	leak := complex(-1/tauV, 0)
	if l.longest() > 0 {
		leak = complex(max(-1/tauV, -1/l.tau), 0)
	}
	if delay == 0 {
		eigenvalues, err := Eigenvalues(t.closedLoop(c, tauV, l))
		return furthest(append(eigenvalues, leak)), err
	}
	loop, err := t.loopTransfer(c, tauV, delay, l)
	if err != nil {
		return 0, err
	}
	for nodes := fewest; nodes <= most; nodes *= 2 {
		eigenvalues, err := Eigenvalues(t.delayedClosedLoop(c, tauV, delay, nodes, l))
		if err != nil {
			return 0, err
		}
		top := furthest(append(improved(loop, eigenvalues), leak))
		if confirmed(loop, c, real(top), real(leak)) {
			return top, nil
		}
	}
	return 0, ErrRightmost
}

// Rightmost returns the rightmost eigenvalue of one sample's loop at its feedforward
// state, as [Taps.Rightmost] with the lag of the feedback path.
func (l *Linearization) Rightmost(sample int, c controllers.Controller, tauV, delay float64) (complex128, error) {
	return l.Taps(sample).rightmost(c, tauV, delay, lagOf(l.net))
}

// furthest returns the rightmost of the eigenvalues, above the real axis.
func furthest(eigenvalues []complex128) complex128 {
	top := slices.MaxFunc(eigenvalues, func(a, b complex128) int { return cmp.Compare(real(a), real(b)) })
	return complex(real(top), math.Abs(imag(top)))
}

// improved returns the rightmost few of the eigenvalues, as zeros of the determinant
// where they are.
func improved(loop frequency.Loop, eigenvalues []complex128) []complex128 {
	const few = 8
	slices.SortFunc(eigenvalues, func(a, b complex128) int { return cmp.Compare(real(b), real(a)) })
	top := slices.Clone(eigenvalues[:min(few, len(eigenvalues))])
	for k, s := range top {
		if pole, ok := loop.Pole(s); ok {
			top[k] = pole
		}
	}
	return top
}

// confirmed reports whether the loop has no zero right of abscissa, by a millionth. Open
// loop poles there are the controller's, if abscissa is not left of the leak.
func confirmed(loop frequency.Loop, c controllers.Controller, abscissa, leak float64) bool {
	line := abscissa + 1e-6*max(math.Abs(abscissa), math.Abs(leak))
	open := 0
	if c.States() > 0 {
		poles, err := Eigenvalues(mat.DenseCopyOf(c.A))
		if err != nil {
			return false
		}
		for _, p := range poles {
			if real(p) > line {
				open += loop.Channels
			}
		}
	}
	beyond, err := loop.PolesRightOf(line, open)
	return err == nil && beyond == 0
}
