package sde

import "math"

// DRI1 returns, for Itô equations with any noise, the method of weak order 2 of
// Debrabant and Rössler (2009), Appl. Numer. Math. 59, table 2. Of their weak
// methods it has the smallest error constants; of a noise g of m columns that do not
// commute it asks 5m products with a vector, and 4 where the noise is scalar,
// diagonal or additive. With e_j the column j, and sums over stages i = 1..3 and
// earlier ones i',
//
//	Y_i    = y + h sum_i' A0_ii' f(Y_i') + B0_i1 g(y) dw
//	Z_i^j  = y + h A1_i1 f(y) + B1_i1 sqrt(h) g(y) e_j
//	V_i^j  = y + sqrt(h) sum_i' B2_ii' g(Z_i'^j) e_j
//	y1     = y + h sum_i Alpha_i f(Y_i)
//	         + sum_ij g(Z_i^j) e_j (Beta1_i dw_j + Beta2_i I_jj/sqrt(h))
//	         + sum_ij g(V_i^j) sum_{l != j} e_l (Beta3_i dw_l + Beta4_i I_lj/sqrt(h))
//
// with f at t + C0_i h, g(Z_i) at t + C1_i h and g(V_i) at t, and
//
//	I_jj = (dw_j^2 - h)/2,   I_lj = (dw_l dw_j -+ sqrt(h) s_min(l,j))/2   (- for l < j)
//
// The authors' s_j are coins. Here s_j sqrt(h) is the sign of the space-time Lévy area of dw_j,
// which is a coin that is independent of dw, and dw is the path's. So the method
// converges on the path, too: at strong order 1 where I_lj + I_jl is all that
// counts, and 1/2 else.
func DRI1() Method { return dri1{} }

// The tableau of DRI1. Rows 2 and 3 of B1, B2, Beta2 and Beta4 differ in sign.
var (
	dri1A0               = [3][2]float64{{}, {1. / 2}, {-1, 2}}
	dri1B0               = [3]float64{0, (6 - math.Sqrt(6)) / 10, (3 + 2*math.Sqrt(6)) / 5}
	dri1C0               = [3]float64{0, 1. / 2, 1}
	dri1Alpha            = [3]float64{1. / 6, 2. / 3, 1. / 6}
	dri1A1               = 342. / 491 // and C1
	dri1B1               = 3 * math.Sqrt(38./491)
	dri1B2               = [2]float64{-214. / 513 * math.Sqrt(1105./991), -491. / 513 * math.Sqrt(221./4955)} // with Z_1, and with Z_2 and Z_3
	dri1Beta1, dri1Beta3 = [2]float64{193. / 684, 491. / 1368}, [2]float64{-4955. / 7072, 4955. / 14144}
	dri1Beta2, dri1Beta4 = math.Sqrt(491./38) / 6, -math.Sqrt(4955./221) / 8
)

type dri1 struct{}

func (dri1) Name() string { return "dri1" }

func (dri1) Orders(calculus Calculus, noise Kind) Orders {
	switch {
	case noise == Additive:
		return Orders{Strong: 1, Weak: 2}
	case calculus == StratonovichCalculus:
		return Orders{}
	case noise == General:
		return Orders{Strong: 0.5, Weak: 2}
	}
	return Orders{Strong: 1, Weak: 2}
}

func (dri1) SpaceTime() bool { return true }

func (dri1) NewStepper(sys Rows, _ Calculus, capacity int) Stepper {
	n := capacity * sys.Dim()
	rows := func() []float64 { return make([]float64, n) }
	return &dri1Stepper{
		sys: sys, columns: newColumns(sys, capacity), v: make([]float64, capacity*sys.NoiseDim()),
		f: [3][]float64{rows(), rows(), rows()}, g: [3][]float64{rows(), rows(), rows()},
		stage: [2][]float64{rows(), rows()},
	}
}

type dri1Stepper struct {
	sys     Rows
	columns *columns
	f, g    [3][]float64 // of the stages; g of a column, or of the noise
	stage   [2][]float64 // Z_2 and Z_3, or V_2 and V_3, of a column
	v       []float64    // the noise that g is taken with
}

func (s *dri1Stepper) Step(y1 []float64, t, h float64, y, dw, dz []float64) {
	s.drift(y1, t, h, y, dw)
	for j := range s.columns.count {
		s.columns.column(s.g[0][:len(y)], t, y, j)
		s.support(h, y)
		if s.columns.apart() {
			s.addApart(y1, t, h, y, dw)
			continue
		}
		s.addOwn(y1, t, h, y, dw, j)
		s.addOthers(y1, t, h, y, dw, dz, j)
	}
}

// drift sets y1 to y and the drift of a step.
func (s *dri1Stepper) drift(y1 []float64, t, h float64, y, dw []float64) {
	noise, stage := s.g[0][:len(y)], s.stage[0][:len(y)]
	clear(noise)
	s.sys.AddNoiseRows(noise, t, y, dw)
	copy(y1, y)
	for i := range s.f {
		for k, yk := range y {
			stage[k] = yk + dri1B0[i]*noise[k]
		}
		for j, a := range dri1A0[i] {
			addScaled(stage, h*a, s.f[j])
		}
		s.sys.DerivRows(s.f[i][:len(y)], t+dri1C0[i]*h, stage)
		addScaled(y1, h*dri1Alpha[i], s.f[i])
	}
}

// support sets the stages to Z_2 and Z_3 of the column in g_1.
func (s *dri1Stepper) support(h float64, y []float64) {
	for k, yk := range y {
		middle, side := yk+h*dri1A1*s.f[0][k], dri1B1*math.Sqrt(h)*s.g[0][k]
		s.stage[0][k], s.stage[1][k] = middle+side, middle-side
	}
}

// addApart adds the noise of columns that do not meet. There the V_i change nothing.
func (s *dri1Stepper) addApart(y1 []float64, t, h float64, y, dw []float64) {
	v := s.v[:len(dw)]
	for q, w := range dw {
		v[q] = dri1Beta1[0] * w
	}
	s.sys.AddNoiseRows(y1, t, y, v)
	for i, sign := range [...]float64{1, -1} {
		for q, w := range dw {
			v[q] = dri1Beta1[1]*w + sign*dri1Beta2*(w*w-h)/(2*math.Sqrt(h))
		}
		s.sys.AddNoiseRows(y1, t+dri1A1*h, s.stage[i][:len(y)], v)
	}
}

// addOwn adds what column j makes of its own noise. The others take y with it, too.
func (s *dri1Stepper) addOwn(y1 []float64, t, h float64, y, dw []float64, j int) {
	s.columns.column(s.g[1][:len(y)], t+dri1A1*h, s.stage[0][:len(y)], j)
	s.columns.column(s.g[2][:len(y)], t+dri1A1*h, s.stage[1][:len(y)], j)
	m, others := s.columns.noiseDim, float64(s.columns.noiseDim-1)
	for k := range y1 {
		w := dw[k/s.sys.Dim()*m+j]
		area := dri1Beta2 * (w*w - h) / (2 * math.Sqrt(h))
		y1[k] += s.g[0][k]*w*(dri1Beta1[0]+others*dri1Beta3[0]) +
			s.g[1][k]*(dri1Beta1[1]*w+area) + s.g[2][k]*(dri1Beta1[1]*w-area)
	}
}

// addOthers adds what the other columns make of their noise where column j leads.
func (s *dri1Stepper) addOthers(y1 []float64, t, h float64, y, dw, dz []float64, j int) {
	v, m, root := s.v[:len(dw)], s.columns.noiseDim, math.Sqrt(h)
	for k, yk := range y {
		side := root * (dri1B2[0]*s.g[0][k] + dri1B2[1]*(s.g[1][k]+s.g[2][k]))
		s.stage[0][k], s.stage[1][k] = yk+side, yk-side
	}
	for i, sign := range [...]float64{1, -1} {
		for from := 0; from < len(dw); from += m {
			for l, w := range dw[from : from+m] {
				integral := (w*dw[from+j] - root*coin(from, l, j, h, dw, dz)) / 2
				v[from+l] = dri1Beta3[1]*w + sign*dri1Beta4*integral/root
			}
			v[from+j] = 0
		}
		s.sys.AddNoiseRows(y1, t, s.stage[i][:len(y)], v)
	}
}

// coin is sqrt(h) s_min(l,j), and the opposite where l > j, of the row that begins at from.
func coin(from, l, j int, h float64, dw, dz []float64) float64 {
	first := from + min(l, j)
	area := dz[first]/h - dw[first]/2
	if l > j {
		area = -area
	}
	return math.Copysign(math.Sqrt(h), area)
}
