package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// sleepSystem is the sleep phase of one sample, linearised, written out neuron
// by neuron: z' = m z + noise with z = (v_1..v_L, x, eps_1..eps_L, ut), and
// ubar where plasticity sees u through a high-pass filter.
type sleepSystem struct {
	m, noise  *mat.Dense // noise: its covariance a unit of time
	u, passed *mat.Dense // u and u_hp = (this) z
	eps       []int      // where eps_i begins
	ut, total int
}

func newSleepSystem(f *fixture, set FeedbackSettings, b int) *sleepSystem {
	ff := NewFeedforward(f.net)
	ff.Run(f.w, f.batch)
	return newNoisySystem(f, set, ff.V, ff.R, b)
}

// newNoisySystem is linearised at the voltages v and rates r of sample b.
func newNoisySystem(f *fixture, set FeedbackSettings, voltages, rates []blas64.General, b int) *sleepSystem {
	nL, depth, states := f.net.Outputs(), f.net.Depth(), set.Controller.States()
	s := &sleepSystem{}
	var v []int
	at := func(n int) int { s.total += n; return s.total - n }
	for _, n := range f.net.Sizes[1:] {
		v = append(v, at(n))
	}
	x := at(nL * states)
	for _, n := range f.net.Sizes[1:] {
		s.eps = append(s.eps, at(n))
	}
	s.ut = at(nL)
	bar := s.total
	if set.Corner > 0 {
		at(nL)
	}
	s.m, s.noise, s.u = mat.NewDense(s.total, s.total, nil), mat.NewDense(s.total, s.total, nil), mat.NewDense(nL, s.total, nil)
	error := mat.NewDense(nL, s.total, nil) // e = (this) z
	for i := range depth {
		n := f.net.Sizes[i+1]
		slope := make([]float64, n)
		f.net.Phi[i].Slope(slope, row(voltages[i], b), row(rates[i], b))
		for j := range n {
			s.m.Set(v[i]+j, v[i]+j, -1/set.TauV)
			s.m.Set(v[i]+j, s.eps[i]+j, 1/set.TauV)
			for k := range nL {
				s.m.Set(v[i]+j, s.ut+k, row(f.w.Q[i], j)[k]/set.TauV)
			}
			s.m.Set(s.eps[i]+j, s.eps[i]+j, -1/set.TauA)
			s.noise.Set(s.eps[i]+j, s.eps[i]+j, set.variance(i, depth)/(set.TauA*set.TauA))
			if i == depth-1 {
				error.Set(j, v[i]+j, -slope[j])
				continue
			}
			for k := range f.net.Sizes[i+2] {
				s.m.Set(v[i+1]+k, v[i]+j, row(f.w.W[i+1], k)[j]*slope[j]/set.TauV)
			}
		}
	}
	c := set.Controller
	for k := range nL {
		for z := range s.total {
			s.u.Set(k, z, c.D*error.At(k, z))
		}
		for p := range states {
			s.u.Set(k, x+p*nL+k, c.C[p])
			for z := range s.total {
				s.m.Set(x+p*nL+k, z, c.B[p]*error.At(k, z))
			}
			for q := range states {
				s.m.Set(x+p*nL+k, x+q*nL+k, c.A.At(p, q))
			}
		}
		for z := range s.total {
			s.m.Set(s.ut+k, z, s.u.At(k, z)/set.TauA)
		}
		s.m.Set(s.ut+k, s.ut+k, s.m.At(s.ut+k, s.ut+k)-1/set.TauA)
	}
	s.passed = s.u
	if set.Corner > 0 {
		s.passed = mat.DenseCopyOf(s.u)
		for k := range nL {
			s.passed.Set(k, bar+k, -1)
			for z := range s.total {
				s.m.Set(bar+k, z, set.Corner*s.u.At(k, z))
			}
			s.m.Set(bar+k, bar+k, -set.Corner)
		}
	}
	return s
}

// covariance solves Lyapunov's equation m S + S m^T + noise = 0 as one linear
// system of all entries of S.
func (s *sleepSystem) covariance(t testing.TB) *mat.Dense {
	n := s.total
	kronecker, rhs := mat.NewDense(n*n, n*n, nil), mat.NewVecDense(n*n, nil)
	for i := range n {
		for j := range n {
			rhs.SetVec(i*n+j, -s.noise.At(i, j))
			for k := range n {
				kronecker.Set(i*n+j, k*n+j, kronecker.At(i*n+j, k*n+j)+s.m.At(i, k))
				kronecker.Set(i*n+j, i*n+k, kronecker.At(i*n+j, i*n+k)+s.m.At(j, k))
			}
		}
	}
	if err := rhs.SolveVec(kronecker, rhs); err != nil {
		t.Fatal(err)
	}
	return mat.NewDense(n, n, rhs.RawVector().Data)
}

// abscissa returns the largest real part of an eigenvalue.
func (s *sleepSystem) abscissa(t testing.TB) float64 {
	var eigen mat.Eigen
	if !eigen.Factorize(s.m, mat.EigenNone) {
		t.Fatal("no eigenvalues")
	}
	largest := math.Inf(-1)
	for _, lambda := range eigen.Values(nil) {
		largest = max(largest, real(lambda))
	}
	return largest
}

// right returns -E[vfb_i u_hp^T] - beta Q_i of all layers, one after another, from
// the covariance of the full system.
func (s *sleepSystem) right(t testing.TB, f *fixture, beta float64) []float64 {
	return s.rightOf(s.covariance(t), f, beta)
}

// rightOf is right with some other covariance of the full system.
func (s *sleepSystem) rightOf(covariance *mat.Dense, f *fixture, beta float64) []float64 {
	var product mat.Dense
	product.Mul(covariance, s.passed.T()) // E[z u_hp^T]
	var all []float64
	for i, q := range f.w.Q {
		for j := range q.Rows {
			for k := range q.Cols {
				x := product.At(s.eps[i]+j, k) + beta*row(q, j)[k]
				for l := range q.Cols {
					x += row(q, j)[l] * product.At(s.ut+l, k)
				}
				all = append(all, -x)
			}
		}
	}
	return all
}
