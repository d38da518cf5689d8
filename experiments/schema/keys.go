package schema

// Version is the version of the contract that this package reads.
const Version = 1

// required is the default of a key that has none.
const required = "required"

// distributionNames are what weights may be drawn from.
var distributionNames = []string{"xavier-normal", "xavier-uniform", "normal", "uniform", "truncated-normal", "he-normal"}

var activationNames = []string{"tanh", "sigmoid", "relu", "softplus", "linear"}

// sourceNames are what data.source may be.
var sourceNames = []string{"mnist", "fashion-mnist", "idx", "npz", "csv", "cifar10", "teacher", "linear-map", "quadratic", "delayed-xor"}

// keys is the one table of all keys, in the order in which they are read and written: a value that another one depends on
// comes first.
var keys = []Key{
	{Name: "schema", Default: "1", Meaning: "Version of the scenario format.",
		kind: version(func(s *Scenario) *int { return &s.Schema })},
	{Name: "title", Default: `""`, Meaning: "What people call the experiment.",
		kind: text(func(s *Scenario) *string { return &s.Title })},
	{Name: "seed", Default: "0", Meaning: "From which everything random follows.",
		kind: seed(func(s *Scenario) *uint64 { return &s.Seed })},

	{Name: "data.source", Default: required, Meaning: "Where the samples come from; mnist and fashion-mnist are read from the user's cache; linear-map: y = T x with T uniform in [-1, 1], x ~ N(0, I); quadratic: y_k = x^T Q_k x with Q_k uniform in [-1/2, 1/2], x in [-2, 2]; delayed-xor: streams without end, for recurrent networks.",
		kind: word(func(s *Scenario) *string { return &s.Data.Source }, sourceNames...)},
	{Name: "data.path", Default: `""`, Meaning: "File or directory of an idx, npz or csv source, or a directory with the files of fashion-mnist or of cifar10 (binary version), relative to the scenario.",
		kind: fileName(func(s *Scenario) *string { return &s.Data.Path })},
	{Name: "data.target", Default: `"label"`, Meaning: "What the network should answer: the label (or the table's or teacher's target), or its input (an autoencoder).",
		kind: word(func(s *Scenario) *string { return &s.Data.Target }, "label", "input")},
	{Name: "data.outputs_per_class", Default: "1", Meaning: "Output neurons a class, neighbours: the target is 1 for all of its class, and the guess is the class with the largest sum.",
		kind: integer(func(s *Scenario) *int { return &s.Data.OutputsPerClass }, 1)},
	{Name: "data.scaling", Default: `"standard" for mnist, "unit" for fashion-mnist, idx and cifar10, "none" for the others`, computed: defaultScaling,
		Meaning: "What is done to an input x: none; unit: x/255; standard: (x/255 - 0.1307)/0.3081, the mean and deviation of MNIST.",
		kind:    word(func(s *Scenario) *string { return &s.Data.Scaling }, "none", "unit", "standard")},
	{Name: "data.train", Default: `"all"`, Meaning: "Training samples, the first of a seeded permutation; all: those that validation leaves; of streams, the steps of each in an epoch.",
		kind: count(func(s *Scenario) *int { return &s.Data.Train }, 1)},
	{Name: "data.validation", Default: "0", Meaning: "Validation samples, the last of the same permutation of the training images.",
		kind: integer(func(s *Scenario) *int { return &s.Data.Validation }, 0)},
	{Name: "data.test", Default: `"all"`, Meaning: "Test samples.",
		kind: count(func(s *Scenario) *int { return &s.Data.Test }, 0)},
	{Name: "data.batch", Default: "128", Meaning: "Samples a presentation.",
		kind: integer(func(s *Scenario) *int { return &s.Data.Batch }, 1)},
	{Name: "data.order", Default: `"shuffle"`, Meaning: "Order of the samples: shuffled anew every epoch by the seed, or sequential.",
		kind: word(func(s *Scenario) *string { return &s.Data.Order }, "shuffle", "sequential")},
	{Name: "data.fresh", Default: "false", Meaning: "Whether a teacher, linear-map or quadratic makes other training samples in every epoch, data.train of them; validation and test samples stay.",
		kind: flag(func(s *Scenario) *bool { return &s.Data.Fresh })},
	{Name: "data.teacher.layers", Default: "[]", Meaning: "Neurons a layer of the teacher network, input first; its output is linear.",
		kind: sizes(func(s *Scenario) *[]int { return &s.Data.Teacher.Layers }, true)},
	{Name: "data.teacher.activation", Default: `"relu"`, Meaning: "Activation of the teacher's hidden layers.",
		kind: word(func(s *Scenario) *string { return &s.Data.Teacher.Activation }, activationNames...)},
	{Name: "data.teacher.init", Default: `"xavier-normal"`, Meaning: "Distribution of the teacher's weights.",
		kind: word(func(s *Scenario) *string { return &s.Data.Teacher.Init }, distributionNames...)},
	{Name: "data.teacher.gain", Default: "1", Meaning: "Factor on the teacher's weights.",
		kind: number(func(s *Scenario) *float64 { return &s.Data.Teacher.Gain }, nonNegative)},
	{Name: "data.teacher.bias_scale", Default: "0", Meaning: "The teacher's biases are uniform within so much of 0; 0: it has none.",
		kind: number(func(s *Scenario) *float64 { return &s.Data.Teacher.BiasScale }, nonNegative)},
	{Name: "data.teacher.inputs", Default: `"uniform"`, Meaning: "Distribution of the teacher's inputs: uniform in input_range, or the standard normal.",
		kind: word(func(s *Scenario) *string { return &s.Data.Teacher.Inputs }, "uniform", "normal")},
	{Name: "data.teacher.input_range", Default: "[-1, 1]", Meaning: "Interval in which the teacher's inputs are uniform.",
		kind: span(func(s *Scenario) *[2]float64 { return &s.Data.Teacher.InputRange })},

	{Name: "network.layers", Default: required, Meaning: "Neurons a layer, input first.",
		kind: sizes(func(s *Scenario) *[]int { return &s.Network.Layers }, false)},
	{Name: "network.activation", Default: `"tanh"`, Meaning: "Activation of the hidden layers.",
		kind: activations(activationNames...)},
	{Name: "network.output", Default: `"linear"`, Meaning: "Activation of the output layer; softmax: the output layer is linear, r_L are logits, and softmax acts in loss and target only.",
		kind: word(func(s *Scenario) *string { return &s.Network.Output }, "linear", "softmax", "sigmoid", "tanh", "relu")},
	{Name: "network.init", Default: `"xavier-normal"`, Meaning: "Distribution of the first weights.",
		kind: word(func(s *Scenario) *string { return &s.Network.Init }, distributionNames...)},
	{Name: "network.init_scale", Default: "1", Meaning: "Factor on the first weights, one for all layers or one a layer.",
		kind: perLayer(func(s *Scenario) *[]float64 { return &s.Network.InitScale }, nonNegative)},
	{Name: "network.bias", Default: "true", Meaning: "Whether neurons have a bias, which learns.",
		kind: flag(func(s *Scenario) *bool { return &s.Network.Bias })},
	{Name: "network.bias_scale", Default: "0", Meaning: "The first biases are uniform within so much of 0, one number for all layers or one a layer.",
		kind: perLayer(func(s *Scenario) *[]float64 { return &s.Network.BiasScale }, nonNegative)},
	{Name: "network.density", Default: "1", Meaning: "Share of the synapses W_i that exist, drawn by the seed, one for all layers or one a layer; the others are zero and do not learn.",
		kind: perLayer(func(s *Scenario) *[]float64 { return &s.Network.Density }, share)},
	{Name: "network.normalize", Default: "false", Meaning: "Whether neurons divide their input by the root of its number, v_i = W_i r_{i-1} / sqrt(n_{i-1}) + b_i, so that weights are of order 1; gbp wants it.",
		kind: flag(func(s *Scenario) *bool { return &s.Network.Normalize })},
	{Name: "network.spike", Default: "0", Meaning: "The first probability pi that a weight is 0, of rule gbp.",
		kind: number(func(s *Scenario) *float64 { return &s.Network.Spike }, probability)},
	{Name: "network.slab", Default: "0.01", Meaning: "The first variances Xi of weights that are not 0, of rule gbp, are uniform between 0 and this.",
		kind: number(func(s *Scenario) *float64 { return &s.Network.Slab }, nonNegative)},
	{Name: "network.weights", Default: `""`, Meaning: "An .npz to start from, relative to the scenario: W1.., b1.., pi1.., xi1.., Q1.., R1.., any absent.",
		kind: fileName(func(s *Scenario) *string { return &s.Network.Weights })},
	{Name: "network.recurrent", Default: "false", Meaning: "Whether the one hidden layer reads itself, h_t = phi(U x_t + W h_{t-1} + a), and learns from streams, data.batch of them side by side.",
		kind: flag(func(s *Scenario) *bool { return &s.Network.Recurrent })},

	{Name: "method.rule", Default: required, Meaning: "Learning rule: how errors reach the synapses and what these make of them.", more: describeRules,
		kind: word(func(s *Scenario) *string { return &s.Method.Rule }, ruleNames()...)},
	{Name: "method.level", Default: `"steady"`, Meaning: "How much of the dynamics is solved: coupled: neurons and weights together; buffered: neurons over a presentation, weights at its end; response: the same in closed form; steady: the rest state; linear: the rest state of the loop linearised at the feedforward point; spiking: neurons that spike and weights together, in discrete time steps.",
		kind: word(func(s *Scenario) *string { return &s.Method.Level }, "coupled", "buffered", "response", "steady", "linear", "spiking")},
	{Name: "method.loss", Default: `"cross-entropy" with softmax output, else "squared-error"`, computed: defaultLoss,
		Meaning: "Loss L of one sample: squared-error |e|^2, half of it, its mean over the outputs, or the cross-entropy of softmax.",
		kind: word(func(s *Scenario) *string { return &s.Method.Loss },
			"squared-error", "half-squared-error", "mean-squared-error", "cross-entropy")},
	{Name: "method.target_stepsize", Default: "0.1", Meaning: "lambda in the output target r* = r_L^- - lambda dL/dr_L.",
		kind: number(func(s *Scenario) *float64 { return &s.Method.TargetStepsize }, positive)},
	{Name: "method.target_scale", Default: `"sample"`, Meaning: "The L of which target and update are made: of one sample, or averaged over the minibatch, so 1/batch of it.",
		kind: word(func(s *Scenario) *string { return &s.Method.TargetScale }, "sample", "batch")},
	{Name: "method.forward_rule", Default: `"nonlinear"`, Meaning: "The update of W_i: nonlinear: (phi(v_i) - phi(v_i^ff)) r_{i-1}^T; linear: (v_i - v_i^ff) r_{i-1}^T.",
		kind: word(func(s *Scenario) *string { return &s.Method.ForwardRule }, "nonlinear", "linear")},
	{Name: "method.unstable", Default: `"skip"`, Meaning: "What a sample teaches whose rest state is unstable or not reached: skip: nothing; count: as any other; fail: the run stops.",
		kind: word(func(s *Scenario) *string { return &s.Method.Unstable }, "skip", "count", "fail")},
	{Name: "method.noise", Default: "1e-3", Meaning: "Standard deviation c of the noise from which node-perturbation and learned-feedback estimate the gradient, (l~ - l) xi/c^2.",
		kind: number(func(s *Scenario) *float64 { return &s.Method.Noise }, positive)},
	{Name: "method.noise_site", Default: `"rate"`, Meaning: "Where that noise enters the hidden neurons: rate: behind the nonlinearity; voltage: before it.",
		kind: word(func(s *Scenario) *string { return &s.Method.NoiseSite }, "rate", "voltage")},
	{Name: "method.noise_baseline", Default: `"clean"`, Meaning: "The l that the loss with noise is compared with: clean: that of the same sample without noise; running: a running mean of the minibatches before or, at levels buffered and coupled, of the sample's own past, with timescales.tau_baseline.",
		kind: word(func(s *Scenario) *string { return &s.Method.NoiseBaseline }, "clean", "running")},
	{Name: "method.noise_probability", Default: "1", Meaning: "Probability with which a neuron of a recurrent network has that noise at a step; estimates are divided by it.",
		kind: number(func(s *Scenario) *float64 { return &s.Method.NoiseProbability }, share)},
	{Name: "method.noise_index", Default: `"previous"`, Meaning: "Whose noise an error d_t of a recurrent network meets where feedback weights are learned: of the step before, which B d_t goes to, or of the same step, as in the released program.",
		kind: word(func(s *Scenario) *string { return &s.Method.NoiseIndex }, "previous", "same")},
	{Name: "method.evaluate", Default: `"sample"`, Meaning: "Which network of a distribution of weights is tested, of rule gbp: sample: one drawn anew every epoch; noise: that of the averaged pass, with fresh noise; mean: that without noise.",
		kind: word(func(s *Scenario) *string { return &s.Method.Evaluate }, "sample", "noise", "mean")},

	{Name: "controller.kind", Default: `"pi"`, Meaning: "Proportional, integral and derivative parts of the feedback controller.",
		kind: word(func(s *Scenario) *string { return &s.Controller.Kind }, "p", "i", "pi", "pid")},
	{Name: "controller.k_p", Default: "0", Meaning: "Proportional gain.",
		kind: number(func(s *Scenario) *float64 { return &s.Controller.KP }, nonNegative)},
	{Name: "controller.k_d", Default: "0", Meaning: "Derivative gain.",
		kind: number(func(s *Scenario) *float64 { return &s.Controller.KD }, nonNegative)},
	{Name: "controller.tau_d", Default: "0", Meaning: "Time constant of the filter of the derivative.",
		kind: number(func(s *Scenario) *float64 { return &s.Controller.TauD }, nonNegative)},
	{Name: "controller.alpha", Default: "0", Meaning: "Leak of the integral; 0: a true integrator.",
		kind: number(func(s *Scenario) *float64 { return &s.Controller.Alpha }, nonNegative)},
	{Name: "controller.leak", Default: `"integral"`, Meaning: "What leaks: the integral, tau_u x' = e - alpha x, or the whole signal, tau_u x' = e - alpha u.",
		kind: word(func(s *Scenario) *string { return &s.Controller.Leak }, "integral", "signal")},

	{Name: "timescales.tau_v", Default: "0.2", Meaning: "Time constant of the voltages.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.TauV }, positive)},
	{Name: "timescales.tau_b", Default: "0.2", Meaning: "Time constant of errors on their way down to the hidden layers, of rules whose errors have a pathway, and of eligibility traces of node perturbation.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.TauB }, positive)},
	{Name: "timescales.tau_u", Default: "1", Meaning: "Time constant of the controller's integral.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.TauU }, positive)},
	{Name: "timescales.tau_w", Default: "inf", Meaning: "Time constant of the weights at level coupled; presentation/lr is that of the buffered update.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.TauW }, positiveInf)},
	{Name: "timescales.tau_q", Default: "timescales.tau_w for matching and kolen-pollack, else inf", computed: defaultTauQ,
		Meaning: "Time constant of the feedback weights at level coupled, where they learn awake; presentation/lr of [feedback], times sigma^2 for weight-mirror and in the merged phase, is that of the buffered update.",
		kind:    number(func(s *Scenario) *float64 { return &s.Timescales.TauQ }, positiveInf)},
	{Name: "timescales.tau_noise", Default: "0.5", Meaning: "Correlation time of method.noise, an Ornstein-Uhlenbeck process, at levels buffered and coupled of rules that learn from it; inf: held for a presentation, as at level steady.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.TauNoise }, positiveInf)},
	{Name: "timescales.tau_baseline", Default: "4", Meaning: "Time constant of the running mean of the loss of method.noise_baseline at those levels, long against tau_noise.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.TauBaseline }, positive)},
	{Name: "timescales.tau", Default: "0.9", Meaning: "Weight of the new input in a time step of level spiking: h <- (1 - tau) h + tau (W s + b), and errors likewise; tau = 1 - exp(-1/tau_v) for a step as the unit of time.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.Tau }, share)},
	{Name: "timescales.steps", Default: "5", Meaning: "Time steps for which an image is presented at level spiking, in training and in tests.",
		kind: integer(func(s *Scenario) *int { return &s.Timescales.Steps }, 1)},
	{Name: "timescales.delay", Default: "0", Meaning: "Delay of the control signal on its way to the neurons: u(t - delay) acts on them, and nothing before delay has passed. It moves no rest state, but decides which are stable.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.Delay }, nonNegative)},
	{Name: "timescales.presentation", Default: "20", Meaning: "How long a minibatch is presented; at levels steady and linear a rest state that a presentation does not reach, to a quarter of the way, counts as unstable.",
		kind: number(func(s *Scenario) *float64 { return &s.Timescales.Presentation }, positive)},

	{Name: "feedback.path", Default: `what the rule has: "layerwise" for fa and its kin, else "direct"`, computed: defaultPath, Meaning: "How the control signal u, or the error, reaches the layers: direct: vfb_i = Q_i u; layerwise: vfb_L = Q_L u, vfb_i = Q_i vfb_{i+1}; separate: vfb_i = Q_i psi(f_k) from feedback neurons tau_path df_k/dt = -f_k + R_k psi(f_{k-1}), psi(f_0) = u.",
		kind: word(func(s *Scenario) *string { return &s.Feedback.Path }, "direct", "layerwise", "separate")},
	{Name: "feedback.layers", Default: "[]", Meaning: "Neurons a layer of the separate path, from the output down: the first layer of them feeds layer L, the next L-1, the last every layer that is left.",
		kind: widths(func(s *Scenario) *[]int { return &s.Feedback.Layers })},
	{Name: "feedback.activation", Default: `"tanh"`, Meaning: "Activation psi of the feedback neurons of the separate path.",
		kind: word(func(s *Scenario) *string { return &s.Feedback.Activation }, "tanh", "linear")},
	{Name: "feedback.tau_path", Default: "0", Meaning: "Time constant of the feedback neurons of the separate path; 0: they act at once.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.TauPath }, nonNegative)},
	{Name: "feedback.init", Default: `"zero" for learned-feedback, "random" for rules that mirror weights, else "weight-product"`, computed: defaultFeedback,
		Meaning: "The first feedback weights Q_i: random as the network's, zero but for Q_L = I, W_{i+1}^T ... W_L^T, J_i^T, or the pseudoinverse of J; J averaged over the first minibatch. Other paths than direct know the first three: as random, with Qeff_L = I, or with the same product.",
		kind: word(func(s *Scenario) *string { return &s.Feedback.Init },
			"random", "zero", "weight-product", "transpose-jacobian", "pseudoinverse")},
	{Name: "feedback.distribution", Default: `"xavier-normal"`, Meaning: "Distribution of the feedback weights of init \"random\", with the neurons of the layers they lead from and to as those before and behind.",
		kind: word(func(s *Scenario) *string { return &s.Feedback.Distribution }, distributionNames...)},
	{Name: "feedback.init_scale", Default: "1", Meaning: "Factor on the feedback weights of init \"random\".",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.InitScale }, nonNegative)},
	{Name: "feedback.density", Default: "1", Meaning: "Share of the feedback synapses of each hidden layer that exist, drawn by the seed; the others are zero.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Density }, share)},
	{Name: "feedback.learn", Default: "false", Meaning: "Whether the feedback weights of dfc learn too, from noise: in a sleep phase with a controller of the same kind and tau_u, or while awake.",
		kind: flag(func(s *Scenario) *bool { return &s.Feedback.Learn })},
	{Name: "feedback.phase", Default: `"averaged"`, Meaning: "The phase in which they learn: averaged: asleep, by the rule's mean over the noise, in closed form, as for tau_Q -> inf; simulated: asleep, in presentations of each sample with noise, by Euler-Maruyama, as published; merged: awake, in one noisy phase in which forward weights learn too.",
		kind: word(func(s *Scenario) *string { return &s.Feedback.Phase }, "averaged", "simulated", "merged")},
	{Name: "feedback.tau_v", Default: "0.005", Meaning: "Time constant of the voltages in the sleep phase, which wants tau_v << tau_u.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.TauV }, positive)},
	{Name: "feedback.tau_a", Default: "0.3", Meaning: "Time constant of the apical compartment, where noise and control enter in the sleep phase and the merged one.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.TauA }, positive)},
	{Name: "feedback.tau_f", Default: "3", Meaning: "Time constant of the high-pass filter through which feedback weights see the control signal in the merged phase: long against tau_a, short against the presentation; inf: no filter.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.TauF }, positiveInf)},
	{Name: "feedback.alpha", Default: `0 for controller "p", else 0.5`, computed: defaultSleepLeak, Meaning: "Leak of the controller in the sleep phase, larger than when awake: it keeps loops stable whose feedback has yet to be learned.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Alpha }, nonNegative)},
	{Name: "feedback.k_p", Default: `controller.k_p for controller "p", 0 for "i", else 0.1`, computed: defaultSleepGain, Meaning: "Proportional gain in the sleep phase.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.KP }, nonNegative)},
	{Name: "feedback.sigma", Default: "0.01", Meaning: "Amplitude of the noise of the sleep phase, or of the merged one.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Sigma }, positive)},
	{Name: "feedback.sigma_output", Default: "feedback.sigma", computed: func(s *Scenario) any { return s.Feedback.Sigma },
		Meaning: "Amplitude of the noise in the output layer; 0: none.",
		kind:    number(func(s *Scenario) *float64 { return &s.Feedback.SigmaOutput }, nonNegative)},
	{Name: "feedback.beta", Default: "0.03 feedback.sigma^2; feedback.sigma^2 for weight-mirror", computed: defaultFeedbackDecay,
		Meaning: "Decay in tau_Q dQ_i/dt = -v_fb,i u^T - beta Q_i, or in h r^T - beta Q_i of a weight mirror.",
		kind:    number(func(s *Scenario) *float64 { return &s.Feedback.Beta }, nonNegative)},
	{Name: "feedback.h", Default: "0.4 feedback.tau_v", computed: func(s *Scenario) any { return 0.4 * s.Feedback.TauV },
		Meaning: "Step of the simulated sleep phase.",
		kind:    number(func(s *Scenario) *float64 { return &s.Feedback.H }, positive)},
	{Name: "feedback.presentation", Default: `"50 h"`, Meaning: "How long a simulated presentation of the sleep phase is averaged over: a time, or steps, \"48 h\" being 48 of feedback.h.",
		kind: steps(func(s *Scenario) *float64 { return &s.Feedback.Presentation }, func(s *Scenario) float64 { return s.Feedback.H }, positive)},
	{Name: "feedback.burn_in", Default: "0", Meaning: "How long noise acts before that; 0, as in the released program: the average includes the transient from rest, which several of the loop's slowest time constant leave out.",
		kind: steps(func(s *Scenario) *float64 { return &s.Feedback.BurnIn }, func(s *Scenario) float64 { return s.Feedback.H }, nonNegative)},
	{Name: "feedback.pretrain", Default: "60", Meaning: "Updates of the feedback weights before the first epoch, of rules whose feedback learns awake with a minibatch each.",
		kind: integer(func(s *Scenario) *int { return &s.Feedback.Pretrain }, 0)},
	{Name: "feedback.every", Default: "8", Meaning: "Minibatches between two updates of the feedback weights in training, if feedback.epochs is 0.",
		kind: integer(func(s *Scenario) *int { return &s.Feedback.Every }, 1)},
	{Name: "feedback.epochs", Default: "0", Meaning: "Sleep epochs to an epoch of training, X in the paper: one before it and the others after it, each a pass over the training samples in an order of its own; 0: an update every so many minibatches.",
		kind: integer(func(s *Scenario) *int { return &s.Feedback.Epochs }, 0)},
	{Name: "feedback.samples", Default: "data.batch, at most 8 without feedback.epochs", computed: defaultSleepSamples,
		Meaning: "Samples an update of the feedback weights averages over: the first of the coming minibatch, or the next of the sleep epoch; of noise, for weight-mirror.",
		kind:    integer(func(s *Scenario) *int { return &s.Feedback.Samples }, 1)},
	{Name: "feedback.optimizer", Default: `"ridge" for learned-feedback, "sgd" for that of a recurrent network, else "implicit"`, computed: defaultFeedbackOptimizer,
		Meaning: "How the sleep phase becomes a step of the feedback weights: implicit: linearly implicit Euler, which cannot overshoot; sgd: forward Euler; adam; none moves Q by more than a tenth. Of learned-feedback: ridge, on all samples so far, or sgd.",
		kind:    word(func(s *Scenario) *string { return &s.Feedback.Optimizer }, "implicit", "sgd", "adam", "ridge")},
	{Name: "feedback.gamma", Default: "0.1", Meaning: "Ridge gamma in B = (gamma B_0 + sum lambda d^T) (gamma I + sum d d^T)^-1.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Gamma }, positive)},
	{Name: "feedback.forget", Default: "1", Meaning: "Factor on the sums of optimizer ridge in every minibatch; 1: nothing is forgotten.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Forget }, share)},
	{Name: "feedback.lr", Default: "0.3", Meaning: "Learning rate of the feedback weights: how much time an update covers, with tau_Q = sigma^2 in the sleep phase and for weight-mirror.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.LR }, positive)},
	{Name: "feedback.pretrain_lr", Default: "feedback.lr", computed: func(s *Scenario) any { return s.Feedback.LR },
		Meaning: "Learning rate of the feedback weights before the first epoch, which has an optimizer of its own.",
		kind:    number(func(s *Scenario) *float64 { return &s.Feedback.PretrainLR }, positive)},
	{Name: "feedback.beta1", Default: "0.9", Meaning: "Memory of Adam's mean, for the feedback weights.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Beta1 }, fraction)},
	{Name: "feedback.beta2", Default: "0.999", Meaning: "Memory of Adam's mean square, for the feedback weights.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Beta2 }, fraction)},
	{Name: "feedback.epsilon", Default: "1e-8", Meaning: "Adam's floor of the root mean square, for the feedback weights.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Epsilon }, positive)},
	{Name: "feedback.clip", Default: "0", Meaning: "Largest norm of -v_fb u^T/sigma^2, all layers together, before decay and optimizer \"sgd\" or \"adam\"; of the update of a recurrent network's B; 0: no limit.",
		kind: number(func(s *Scenario) *float64 { return &s.Feedback.Clip }, nonNegative)},
	{Name: "feedback.freeze_output", Default: "false", Meaning: "Whether the feedback weights of the output layer, Q_L, stay as they begin.",
		kind: flag(func(s *Scenario) *bool { return &s.Feedback.FreezeOutput })},

	{Name: "integrator.method", Default: `"auto"`, Meaning: "Method that integrates a presentation; auto chooses.",
		kind: word(func(s *Scenario) *string { return &s.Integrator.Method },
			"auto", "euler", "heun", "bs32", "rk4", "dp5", "tsit5", "vern7", "dop853")},
	{Name: "integrator.rtol", Default: "1e-4", Meaning: "Relative tolerance of a step.",
		kind: number(func(s *Scenario) *float64 { return &s.Integrator.RTol }, positive)},
	{Name: "integrator.atol", Default: "1e-6", Meaning: "Absolute tolerance of a step.",
		kind: number(func(s *Scenario) *float64 { return &s.Integrator.ATol }, positive)},
	{Name: "integrator.h", Default: "0", Meaning: "Fixed step; 0: the step follows the tolerances. The merged phase and node perturbation in time, which are stochastic, need one.",
		kind: number(func(s *Scenario) *float64 { return &s.Integrator.H }, nonNegative)},
	{Name: "integrator.max_steps", Default: "1e5", Meaning: "Steps after which a presentation is given up.",
		kind: integer(func(s *Scenario) *int { return &s.Integrator.MaxSteps }, 1)},

	{Name: "training.epochs", Default: "0", Meaning: "Passes over the training samples; 0: simulate, learn nothing.",
		kind: integer(func(s *Scenario) *int { return &s.Training.Epochs }, 0)},
	{Name: "training.truncation", Default: "7", Meaning: "Steps of a window of truncated backpropagation through time, after which a recurrent network learns; its state is carried over.",
		kind: integer(func(s *Scenario) *int { return &s.Training.Truncation }, 1)},
	{Name: "training.optimizer", Default: `"sgd"`, Meaning: "How an update dW becomes a step of the weights.",
		kind: word(func(s *Scenario) *string { return &s.Training.Optimizer }, "sgd", "momentum", "adam")},
	{Name: "training.lr", Default: "0.01", Meaning: "Learning rate eta.",
		kind: number(func(s *Scenario) *float64 { return &s.Training.LR }, nonNegative)},
	{Name: "training.beta1", Default: "0.9", Meaning: "Memory of Adam's mean.",
		kind: number(func(s *Scenario) *float64 { return &s.Training.Beta1 }, fraction)},
	{Name: "training.beta2", Default: "0.999", Meaning: "Memory of Adam's mean square.",
		kind: number(func(s *Scenario) *float64 { return &s.Training.Beta2 }, fraction)},
	{Name: "training.epsilon", Default: "1e-8", Meaning: "Adam's floor of the root mean square.",
		kind: number(func(s *Scenario) *float64 { return &s.Training.Epsilon }, positive)},
	{Name: "training.momentum", Default: "0.9", Meaning: "Memory of the momentum optimizer.",
		kind: number(func(s *Scenario) *float64 { return &s.Training.Momentum }, fraction)},
	{Name: "training.weight_decay", Default: "0", Meaning: "beta in dW - beta W, taken after clipping and before the optimizer; at level coupled in tau_w dW/dt = G - beta W.",
		kind: number(func(s *Scenario) *float64 { return &s.Training.WeightDecay }, nonNegative)},
	{Name: "training.decoupled_decay", Default: "false", Meaning: "Whether weights decay beside the optimizer's step, W - lr beta W, and not by way of it.",
		kind: flag(func(s *Scenario) *bool { return &s.Training.DecoupledDecay })},
	{Name: "training.decaying", Default: `["W", "b", "pi", "xi"]`, Meaning: "Which arrays decay, of all layers.",
		kind: words(func(s *Scenario) *[]string { return &s.Training.Decaying }, "W", "b", "pi", "xi")},
	{Name: "training.reset_optimizer", Default: "false", Meaning: "Whether the optimizer's memory begins anew every epoch.",
		kind: flag(func(s *Scenario) *bool { return &s.Training.ResetOptimizer })},
	{Name: "training.clip", Default: "0", Meaning: "Largest Frobenius norm of the update of each W_i and each b_i; 0: no limit.",
		kind: number(func(s *Scenario) *float64 { return &s.Training.Clip }, nonNegative)},
	{Name: "training.schedule", Default: `"constant"`, Meaning: "The learning rate in epoch k = 0..n-1: constant: lr; cosine: lr (1 + cos(pi k/n))/2; step: lr step_factor^floor(k/step_every).",
		kind: word(func(s *Scenario) *string { return &s.Training.Schedule }, "constant", "cosine", "step")},
	{Name: "training.step_factor", Default: "0.5", Meaning: "Factor on the learning rate at every step of schedule \"step\".",
		kind: number(func(s *Scenario) *float64 { return &s.Training.StepFactor }, positive)},
	{Name: "training.step_every", Default: "20", Meaning: "Epochs between two steps of schedule \"step\".",
		kind: integer(func(s *Scenario) *int { return &s.Training.StepEvery }, 1)},
	{Name: "training.reduce", Default: `"mean"`, Meaning: "How the updates of a minibatch's samples become one.",
		kind: word(func(s *Scenario) *string { return &s.Training.Reduce }, "mean", "sum")},
	{Name: "training.freeze", Default: "[]", Meaning: "Arrays W1.., b1.. that hold still, each always (\"W1\") or in the epochs it names (\"W1 5\", \"b2 1-20\", \"W2 21-\").",
		kind: freezes(func(s *Scenario) *[]Freeze { return &s.Training.Freeze })},

	{Name: "record.presentations", Default: "0", Meaning: "How many presentations to record, from the first.",
		kind: integer(func(s *Scenario) *int { return &s.Record.Presentations }, 0)},
	{Name: "record.arrays", Default: "[]", Meaning: "What to record, by name: v1.., r1.., m1.., d1.., u, x, e, f1.., W1.., b1.., Q1.., R1.., dW1.., db1.., dpi1.., dxi1..",
		kind: names(func(s *Scenario) *[]string { return &s.Record.Arrays })},
	{Name: "record.times", Default: "[]", Meaning: "When to record states: [] at the end, a list of times, or all accepted steps.",
		kind: times(func(s *Scenario) *[]float64 { return &s.Record.Times }, func(s *Scenario) *bool { return &s.Record.AllTimes })},
	{Name: "record.theory", Default: "[]", Meaning: "What to measure of each epoch's first minibatch, before learning from it: Conditions 1 to 3, the closed loop's spectral abscissa, and angles of the update to references; of the test set before each epoch: angles of feedback to W^T and its pseudoinverse, |B - W^T|/|W| and the share of equal signs, a column a hidden layer, the normalised squared error, and the error with method.noise; of distributions of weights, layer by layer: mean pi, entropy, and the fractions with pi = Xi = 0 (vip) and pi = 1 (uip).",
		kind: words(func(s *Scenario) *[]string { return &s.Record.Theory }, theoryNames()...)},
	{Name: "record.damping", Default: "0.1", Meaning: "Damping gamma of the Gauss-Newton and minimum-norm references: (J J^T + gamma I)^-1.",
		kind: number(func(s *Scenario) *float64 { return &s.Record.Damping }, nonNegative)},

	{Name: "separation.ratio", Default: "[]",
		Meaning: "Ratio of time constants, or ratios, that credo timescales varies to compare learning with its limit for ratio -> 0, at one amount of learning, training.lr = presentation/tau_w an update (at presentation/tau_w, in more and smaller ones); []: tau_u/tau_w for dfc, tau_w/tau_q in its merged phase, tau_v/tau_w for rules with a pathway of errors.",
		kind:    oneOrMore(func(s *Scenario) *[]string { return &s.Separation.Ratio }, ratioNames...)},
	{Name: "separation.values", Default: "[]", Meaning: "Values of the ratio; []: separation.points of separation.range.",
		kind: rising(func(s *Scenario) *[]float64 { return &s.Separation.Values })},
	{Name: "separation.range", Default: "[1e-3, 1e-1]", Meaning: "Least and largest value of the ratio.",
		kind: span(func(s *Scenario) *[2]float64 { return &s.Separation.Range })},
	{Name: "separation.points", Default: "7", Meaning: "Values in separation.range, in equal steps of the logarithm.",
		kind: integer(func(s *Scenario) *int { return &s.Separation.Points }, 2)},
	{Name: "separation.within", Default: "5", Meaning: "Distance from the limit, in percent, within which the largest ratio is sought.",
		kind: number(func(s *Scenario) *float64 { return &s.Separation.Within }, positive)},
	{Name: "separation.updates", Default: "10", Meaning: "Minibatches that are learned from, with training.lr.",
		kind: integer(func(s *Scenario) *int { return &s.Separation.Updates }, 1)},
	{Name: "separation.levels", Default: `["coupled", "buffered"]`, Meaning: "Levels that are compared with their limits, as far as the ratio has one there.",
		kind: words(func(s *Scenario) *[]string { return &s.Separation.Levels }, "coupled", "buffered")},
}

// defaultScaling is the scaling under which the papers learn MNIST, and other images.
func defaultScaling(s *Scenario) any {
	switch s.Data.Source {
	case "mnist":
		return "standard"
	case "idx", "fashion-mnist", "cifar10":
		return "unit"
	}
	return "none"
}

func defaultLoss(s *Scenario) any {
	if s.Network.Output == "softmax" {
		return "cross-entropy"
	}
	return "squared-error"
}

func defaultSleepLeak(s *Scenario) any {
	if s.Controller.Kind == "p" {
		return 0.0
	}
	return 0.5
}

// defaultSleepSamples is the program's minibatch, or what one is enough for.
func defaultSleepSamples(s *Scenario) any {
	if s.Feedback.Epochs > 0 {
		return int64(max(1, s.Data.Batch))
	}
	return int64(min(8, max(1, s.Data.Batch)))
}

func defaultSleepGain(s *Scenario) any {
	switch s.Controller.Kind {
	case "p":
		return s.Controller.KP
	case "i":
		return 0.0
	}
	return 0.1
}
