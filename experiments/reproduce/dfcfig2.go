package reproduce

import (
	"errors"
	"math"
	"sync"

	"credo/analysis"
	"credo/experiments/report"
	"credo/internal/stream"
	"credo/models"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// dfcFig2 is Figure 2 of Meulemans et al. (2021): random feedback weights that
// satisfy Conditions 2 and 3, beside J^T, J^+ and the damped inverses between.
// It needs no training: J is that of a student of Figure 3 at one sample.
var dfcFig2 = Entry{
	ID:     "dfc-fig2",
	Title:  "Feedback weights that satisfy Conditions 2 and 3",
	Source: dfcPaper + ", Figure 2",
	Cells:  func(Budget) []Cell { return nil },
	Quantities: func(b Budget) []Quantity {
		return []Quantity{
			{Name: "least Condition 2 ratio of the random feedback", Published: claimed("1"), Expected: Interval{1 - 1e-9, 1 + 1e-9},
				Measure: ofFeedback(b, func(f *feedbackSpace) float64 { return floats.Min(f.share) })},
			{Name: "least Re eig(JQ) of the random feedback", Published: claimed("positive"), Expected: above(0),
				Measure: ofFeedback(b, func(f *feedbackSpace) float64 { return floats.Min(f.margin) })},
			{Name: "spread of the random feedback over that of J^T to J^+", Published: claimed("much wider"), Expected: above(2),
				Measure: ofFeedback(b, func(f *feedbackSpace) float64 { return spread(f.random) / spread(f.damped) })},
		}
	},
	Draw: drawFig2,
}

// feedbackSpace holds feedback weights as rows, each of norm 1.
type feedbackSpace struct {
	random, damped                   *mat.Dense // damped: J^T (J J^T + gamma I)^-1 over gamma
	transposeJacobian, pseudoinverse []float64
	share, margin                    []float64 // of the random ones: Condition 2's ratio, least Re eig(JQ)
}

func ofFeedback(b Budget, measure func(*feedbackSpace) float64) func(Runs) ([]float64, error) {
	return func(Runs) ([]float64, error) {
		f, err := feedbackSpaces[b]()
		if err != nil {
			return nil, err
		}
		return []float64{measure(f)}, nil
	}
}

// feedbackSpaces are drawn once, when they are first asked for.
var feedbackSpaces = map[Budget]func() (*feedbackSpace, error){
	Short: sync.OnceValues(func() (*feedbackSpace, error) { return newFeedbackSpace(1000) }),
	Full:  sync.OnceValues(func() (*feedbackSpace, error) { return newFeedbackSpace(5000) }),
}

// newFeedbackSpace draws Q = J^T R with R normal, which satisfies Condition 2,
// keeps those that satisfy Condition 3, and scales them to norm 1.
func newFeedbackSpace(samples int) (*feedbackSpace, error) {
	j, err := studentJacobian()
	if err != nil {
		return nil, err
	}
	outputs, neurons := j.Dims()
	f := &feedbackSpace{random: mat.NewDense(samples, outputs*neurons, nil)}
	rng, r := stream.New(1, "figure 2", 0), mat.NewDense(outputs, outputs, nil)
	var gram, jq mat.Dense
	gram.Mul(j, j.T())
	for len(f.share) < samples {
		for i := range r.RawMatrix().Data {
			r.RawMatrix().Data[i] = rng.NormFloat64()
		}
		jq.Mul(&gram, r)
		least, err := leastEigenvalue(&jq)
		if err != nil {
			return nil, err
		}
		if least > 0 {
			f.keep(j, &gram, r, least)
		}
	}
	return f, f.addDamped(j, &gram)
}

// keep adds Q = J^T R, scaled to norm 1, whose JQ has the least eigenvalue least.
func (f *feedbackSpace) keep(j, gram, r *mat.Dense, least float64) {
	var q mat.Dense
	q.Mul(j.T(), r)
	size := mat.Norm(&q, 2)
	floats.ScaleTo(f.random.RawRowView(len(f.share)), 1/size, q.RawMatrix().Data)
	f.share, f.margin = append(f.share, rowSpaceRatio(j, gram, &q)), append(f.margin, least/size)
}

// studentJacobian is J = [J_1 .. J_L] of a student at a random input.
func studentJacobian() (*mat.Dense, error) {
	net, err := models.NewNetwork([]int{15, 10, 10, 5}, []string{"tanh", "tanh"}, "linear", "squared-error", true)
	if err != nil {
		return nil, err
	}
	w := models.NewWeights(net)
	if err := w.Init(1, "xavier-normal", 1); err != nil {
		return nil, err
	}
	rng, input := stream.New(1, "figure 2", 1), make([]float64, net.Inputs())
	for i := range input {
		input[i] = 2*rng.Float64() - 1
	}
	return analysis.Jacobian(net, w, input), nil
}

func leastEigenvalue(a mat.Matrix) (float64, error) {
	values, err := analysis.Eigenvalues(mat.DenseCopyOf(a))
	least := math.Inf(1)
	for _, v := range values {
		least = min(least, real(v))
	}
	return least, err
}

// rowSpaceRatio is |P_J Q|_F / |Q|_F, P_J = J^T (J J^T)^-1 J.
func rowSpaceRatio(j, gram, q *mat.Dense) float64 {
	var jq, solved, projected mat.Dense
	jq.Mul(j, q)
	if err := solved.Solve(gram, &jq); err != nil {
		return math.NaN()
	}
	projected.Mul(j.T(), &solved)
	return mat.Norm(&projected, 2) / mat.Norm(q, 2)
}

// addDamped adds J^T, J^+ and the damped inverses for gamma from 1e-5 to 100.
func (f *feedbackSpace) addDamped(j, gram *mat.Dense) error {
	gammas := floats.LogSpan(make([]float64, 60), 1e-5, 100)
	outputs, neurons := j.Dims()
	f.damped = mat.NewDense(len(gammas), outputs*neurons, nil)
	failed := []error{}
	for k, gamma := range gammas {
		failed = append(failed, dampedInverse(f.damped.RawRowView(k), j, gram, gamma))
	}
	f.pseudoinverse, f.transposeJacobian = make([]float64, outputs*neurons), make([]float64, outputs*neurons)
	transpose := mat.DenseCopyOf(j.T()).RawMatrix().Data
	floats.ScaleTo(f.transposeJacobian, 1/floats.Norm(transpose, 2), transpose)
	return errors.Join(append(failed, dampedInverse(f.pseudoinverse, j, gram, 0))...)
}

// dampedInverse sets dst to J^T (J J^T + gamma I)^-1, scaled to norm 1.
func dampedInverse(dst []float64, j, gram *mat.Dense, gamma float64) error {
	var m, q mat.Dense
	m.CloneFrom(gram)
	for i := range gram.RawMatrix().Rows {
		m.Set(i, i, m.At(i, i)+gamma)
	}
	if err := m.Inverse(&m); err != nil {
		return err
	}
	q.Mul(j.T(), &m)
	floats.ScaleTo(dst, 1/mat.Norm(&q, 2), q.RawMatrix().Data)
	return nil
}

// spread is the root mean square distance of rows from their mean.
func spread(rows *mat.Dense) float64 {
	_, d := rows.Dims()
	sum := 0.0
	for k := range d {
		sum += stat.PopVariance(mat.Col(nil, k, rows), nil)
	}
	return math.Sqrt(sum)
}

func drawFig2(figures string, b Budget, _ Runs, _ []Outcome) error {
	f, err := feedbackSpaces[b]()
	if err != nil {
		return err
	}
	var components stat.PC
	if !components.PrincipalComponents(f.random, nil) {
		return errors.New("the principal components of the feedback weights do not exist")
	}
	var axes mat.Dense
	components.VectorsTo(&axes)
	_, d := f.random.Dims()
	plane := axes.Slice(0, d, 0, 2)
	project := func(label string, rows mat.Matrix) report.Points {
		var at mat.Dense
		at.Mul(rows, plane)
		return report.Points{Label: label, X: mat.Col(nil, 0, &at), Y: mat.Col(nil, 1, &at)}
	}
	return report.Cloud(figures, "dfc-fig2", "Figure 2 of Meulemans et al. (2021)", "first principal component", "second principal component",
		project("random Q", f.random), []report.Points{
			project("transpose of J", mat.NewDense(1, d, f.transposeJacobian)),
			project("pseudoinverse of J", mat.NewDense(1, d, f.pseudoinverse)),
			project("damped inverses", f.damped),
		})
}
