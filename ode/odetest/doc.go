// Package odetest holds problems with known answers and the laws that every method of package ode obeys.
//
//	func TestMyMethod(t *testing.T) { odetest.Conformance(t, myMethod) }
package odetest
