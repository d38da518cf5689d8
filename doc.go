// Package credo is the root of a program and a library that simulate credit
// assignment as dynamics: how a network decides which of its synapses to change.
//
//	cmd/credo     the command line
//	experiments   scenarios (TOML), data, training, recording, run directories
//	analysis      Jacobians, rest states, spectra, alignment
//	models        networks and learning rules as slow-fast systems
//	controllers   linear filters: P, I, PI, PID
//	ode, sde      integrators for any differential equation
//
// A package imports only those below it; ode and sde know nothing of neural
// networks and can be used alone. ARCHITECTURE.md says why things are where
// they are.
package credo
