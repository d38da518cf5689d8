// Package models holds layered networks and the rules by which they learn.
//
// A rule of credit assignment is a slow-fast system,
//
//	dx/dt     = F(x, theta)     fast: voltages, controller states
//	dtheta/dt = G(x, theta)     slow: weights
//
// and can be solved at several levels of reduction. A [Learner] is the system;
// a [Presenter] is a rule at one level: it shows a tile of samples to a network
// and adds up how the weights would move. [NewPresenter] looks one up by name:
//
//	net, _ := models.NewNetwork([]int{784, 256, 10}, []string{"tanh"}, "softmax", "cross-entropy", true)
//	w := models.NewWeights(net)
//	w.Init(seed, "xavier-normal", 1)
//	dw := models.NewWeights(net)
//	p, _ := models.NewPresenter(net, models.Settings{Rule: "bp"})
//	outcome, err := p.Present(dw, w, batch) // dw += sum over samples of -dL/dW
//
// Every matrix product goes through product.go. Samples never see each other:
// the state of a sample is the same bits in any tile.
package models
