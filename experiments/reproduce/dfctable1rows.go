package reproduce

// task is a column of the table.
type task struct {
	name, title string // its scenarios begin with the name
	axis, unit  string
	epochs      int  // published
	wide        bool // has many outputs
	measure     func(Ran) (float64, error)
	lengths     [2]float64 // presentations of DFC: learned and fixed feedback
	shortEpochs int        // at budget short
	shortTrain  int        // samples
}

var tasks = []task{
	{name: "mnist", title: "MNIST, test error", axis: "test error (%)", unit: "%", epochs: 100, measure: bestTestError,
		lengths: [2]float64{20, 10}, shortEpochs: 2, shortTrain: 20000},
	{name: "fashion", title: "Fashion-MNIST, test error", axis: "test error (%)", unit: "%", epochs: 100, measure: bestTestError,
		lengths: [2]float64{6, 1.5}, shortEpochs: 2, shortTrain: 20000},
	{name: "autoencoder", title: "MNIST autoencoder, test loss", axis: "test loss", wide: true, epochs: 25, measure: bestTestLoss,
		lengths: [2]float64{20, 1}, shortEpochs: 1, shortTrain: 10000},
	{name: "train-loss", title: "MNIST, training loss", axis: "training loss", epochs: 100, measure: lastTrainLoss,
		lengths: [2]float64{0.5, 1}},
}

// method is a row of the table, with its published mean and standard deviation
// by task. What is expected at budget short is the mean and four standard
// deviations of such runs with seeds 1 to 3, and at least a tenth of the mean, to
// either side.
type method struct {
	name, title string
	scenario    string // what follows the task's prefix
	level       string // method.level, where it is not the scenario's
	feedback    int    // index of task.lengths
	published   [4][2]float64
	short       [3]Interval // expected at budget short, by task; empty: left out
}

var methods = []method{
	{name: "bp", title: "BP", scenario: "bp",
		published: [4][2]float64{{2.08, 0.15}, {10.60, 0.34}, {0.0942, 0.0009}, {1.53e-7, 0.19e-7}},
		short:     [3]Interval{{5.4, 6.9}, {12.5, 22}, {0.32, 0.39}}},
	{name: "dfc", title: "DFC", scenario: "dfc-ss-learned", level: "response", feedback: learned,
		published: [4][2]float64{{2.25, 0.094}, {11.17, 0.27}, {0.1128, 0.0018}, {7.61e-8, 0.65e-8}},
		short:     [3]Interval{{3.7, 7.8}, {}, {}}},
	{name: "dfc-ssa", title: "DFC-SSA", scenario: "dfc-ss-learned", level: "linear", feedback: learned,
		published: [4][2]float64{{2.18, 0.16}, {11.28, 0.27}, {0.1127, 0.0009}, {4.89e-8, 1.26e-8}},
		short:     [3]Interval{{3.7, 7.8}, {}, {}}},
	{name: "dfc-ss", title: "DFC-SS", scenario: "dfc-ss-learned", feedback: learned,
		published: [4][2]float64{{2.29, 0.097}, {11.15, 0.32}, {0.1121, 0.0004}, {4.80e-8, 0.70e-8}},
		short:     [3]Interval{{3.7, 7.8}, {14.1, 21.5}, {0.3, 0.9}}},
	{name: "dfc-fixed", title: "DFC (fixed)", scenario: "dfc-ss", level: "response", feedback: fixed,
		published: [4][2]float64{{2.47, 0.12}, {11.62, 0.30}, {0.3337, 0.0060}, {1.30e-6, 0.15e-6}},
		short:     [3]Interval{{5.4, 7.9}, {}, {}}},
	{name: "dfc-ssa-fixed", title: "DFC-SSA (fixed)", scenario: "dfc-ss", level: "linear", feedback: fixed,
		published: [4][2]float64{{2.46, 0.11}, {11.44, 0.14}, {0.3190, 0.0077}, {1.73e-6, 0.39e-6}},
		short:     [3]Interval{{5.4, 7.9}, {}, {}}},
	{name: "dfc-ss-fixed", title: "DFC-SS (fixed)", scenario: "dfc-ss", feedback: fixed,
		published: [4][2]float64{{2.39, 0.22}, {11.55, 0.42}, {0.3231, 0.0037}, {1.67e-6, 0.70e-6}},
		short:     [3]Interval{{5.4, 7.9}, {14.6, 21.4}, {0.8, 1.1}}},
	{name: "dfa", title: "DFA", scenario: "dfa",
		published: [4][2]float64{{2.69, 0.11}, {11.38, 0.25}, {0.2995, 0.0036}, {7.09e-7, 1.11e-7}},
		short:     [3]Interval{{13.5, 17}, {19.3, 26.2}, {0.84, 1.03}}},
}

const (
	learned = iota
	fixed
)

// seeds of the published budget.
var seeds = []int{1, 2, 3, 4, 5}
