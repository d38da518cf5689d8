// Package sdetest has stochastic differential equations with known answers, and
// the measurement of strong convergence that every [sde.Method] must pass.
package sdetest
