package sde

// Checks are those of all tableaus.
func Checks() []func() error { return []func() error{sra1.Check, sosra.Check, sriw1.Check} }
