package schema

// Scenario is one experiment as the user wrote it down, every default filled in. It is a value to read: nothing here changes
// once Load or Parse has returned it. The meaning of every field stands at its key in the table (Keys).
type Scenario struct {
	Schema     int
	Title      string
	Seed       uint64
	Data       Data
	Network    Network
	Method     Method
	Controller Controller
	Timescales Timescales
	Feedback   Feedback
	Integrator Integrator
	Training   Training
	Record     Record
	Stability  Stability
	Separation Separation

	File string // where it was read from

	places places // of the keys that were written down
}

// All as a count of samples stands for as many as there are.
const All = -1

// Data says what is learned.
type Data struct {
	Source, Path, Target, Scaling string
	OutputsPerClass               int
	Train, Validation, Test       int // may be All
	Batch                         int
	Order                         string
	Fresh                         bool
	Teacher                       Teacher
}

// Teacher is the network whose answers are learned when the source is "teacher".
type Teacher struct {
	Layers           []int
	Activation, Init string
	Gain, BiasScale  float64
	Inputs           string
	InputRange       [2]float64
}

// Network is the network that learns.
type Network struct {
	Layers       []int    // neurons, input first
	Activation   []string // one a hidden layer
	Output, Init string
	InitScale    []float64 // one, or one a layer; so are the other two
	Bias         bool
	Normalize    bool
	Spike, Slab  float64
	BiasScale    []float64
	Density      []float64
	Weights      string // file to start from, "" for none
	Recurrent    bool
}

// Method is the learning rule and the level at which it is solved.
type Method struct {
	Rule, Level, Loss                  string
	TargetStepsize                     float64
	TargetScale, ForwardRule, Unstable string
	Evaluate                           string
	Noise, NoiseProbability            float64 // standard deviation of what node perturbation adds, and how often it does
	NoiseSite, NoiseBaseline           string
	NoiseIndex                         string
}

// Controller is the feedback controller of DFC.
type Controller struct {
	Kind                string
	KP, KD, TauD, Alpha float64
	Leak                string
}

// Timescales are times in the user's unit; TauW, TauQ and TauNoise may be +Inf.
type Timescales struct {
	TauV, TauB, TauU, TauW, TauQ, Presentation float64
	Delay                                      float64
	TauNoise, TauBaseline                      float64 // of node perturbation in time

	Tau   float64 // of a time step at level spiking
	Steps int
}

// Feedback says which way the control signal takes, where the feedback weights Q
// come from, and how they learn, in the sleep phase or in the merged one.
type Feedback struct {
	Path                     string
	Layers                   []int
	Activation               string
	TauPath                  float64
	Init, Distribution       string
	InitScale, Density       float64
	Learn                    bool
	Phase                    string
	TauV, TauA, Alpha, KP    float64
	TauF                     float64 // may be +Inf
	Sigma, SigmaOutput, Beta float64
	H, Presentation, BurnIn  float64 // of the simulated phase
	Pretrain, Every, Epochs  int
	Samples                  int
	Optimizer                string
	LR, PretrainLR           float64
	Beta1, Beta2, Epsilon    float64
	Clip                     float64 // 0: off
	FreezeOutput             bool
	Gamma, Forget            float64 // of optimizer ridge
}

// Integrator says how presentations are integrated.
type Integrator struct {
	Method     string
	RTol, ATol float64
	H          float64 // fixed step; 0: adaptive
	MaxSteps   int
}

// Training says how updates become weights.
type Training struct {
	Epochs, Truncation        int
	Optimizer                 string
	LR, Beta1, Beta2, Epsilon float64
	Momentum, WeightDecay     float64
	DecoupledDecay            bool
	Decaying                  []string
	ResetOptimizer            bool
	Clip                      float64 // 0: off
	Schedule, Reduce          string
	StepFactor                float64
	StepEvery                 int
	Freeze                    []Freeze
}

// Record says what is kept of the first presentations.
type Record struct {
	Presentations int
	Arrays        []string
	Times         []float64 // empty: the final state
	AllTimes      bool      // every accepted step
	Theory        []string  // what to measure of each epoch's first minibatch
	Damping       float64   // of the reference updates among them
	Weights       []int     // the epochs after which they are kept
}
