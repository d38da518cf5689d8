package sde

// SRA1 is the method of two stages of Rössler (2010), table 6.3, for additive noise.
func SRA1() Method { return sra{&sra1} }

// SOSRA is the method of three stages for additive noise that Rackauckas and Nie
// (2020), "Stability-optimized high order methods and stiffness detection for
// pathwise stiff stochastic differential equations", chose for its stability.
func SOSRA() Method { return sra{&sosra} }

// SRIW1 is the method of four stages of Rössler (2010), table 6.2, for Itô
// equations with scalar or diagonal noise.
func SRIW1() Method { return sri{&sriw1} }

var sra1 = SRATableau{
	Name:  "sra1",
	A:     [][]float64{{}, {3. / 4}},
	B:     [][]float64{{}, {3. / 2}},
	C0:    []float64{0, 3. / 4},
	C1:    []float64{1, 0},
	Alpha: []float64{1. / 3, 2. / 3},
	Beta1: []float64{1, 0},
	Beta2: []float64{-1, 1},
}

var sosra = SRATableau{
	Name: "sosra",
	A: [][]float64{
		{},
		{0.6923962376159507},
		{-3.1609142252828395, 4.1609142252828395},
	},
	B: [][]float64{
		{},
		{1.3371632704399763},
		{1.442371048468624, 1.8632741501139225},
	},
	C0:    []float64{0, 0.6923962376159507, 1},
	C1:    []float64{0, 0.041248171110700504, 1},
	Alpha: []float64{0.2889874966892885, 0.6859880440839937, 0.025024459226717772},
	Beta1: []float64{-16.792534242221663, 17.514995785380226, 0.27753845684143835},
	Beta2: []float64{0.4237535769069274, 0.6010381474428539, -1.0247917243497813},
}

var sriw1 = SRITableau{
	Name: "sriw1",
	A0: [][]float64{
		{},
		{3. / 4},
		{0, 0},
		{0, 0, 0},
	},
	B0: [][]float64{
		{},
		{3. / 2},
		{0, 0},
		{0, 0, 0},
	},
	A1: [][]float64{
		{},
		{1. / 4},
		{1, 0},
		{0, 0, 1. / 4},
	},
	B1: [][]float64{
		{},
		{1. / 2},
		{-1, 0},
		{-5, 3, 1. / 2},
	},
	C0:    []float64{0, 3. / 4, 0, 0},
	C1:    []float64{0, 1. / 4, 1, 1. / 4},
	Alpha: []float64{1. / 3, 2. / 3, 0, 0},
	Beta1: []float64{-1, 4. / 3, 2. / 3, 0},
	Beta2: []float64{-1, 4. / 3, -1. / 3, 0},
	Beta3: []float64{2, -4. / 3, -2. / 3, 0},
	Beta4: []float64{-2, 5. / 3, -2. / 3, 1},
}
