// Package peers measures ode beside a peer in C++, Boost.odeint, on the same machine in one run. Its only content is a test, which is skipped where
// the compiler, Boost or OpenBLAS is missing, and unless it is asked for:
//
//	ODE_PEERS=1 go test ./ode/peers -v -count=1
//
// writes the table of PEERS.md anew.
package peers
