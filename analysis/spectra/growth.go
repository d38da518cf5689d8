package spectra

// Growth is the largest transient growth max_t |exp(Mt)|, over t >= 0.
type Growth struct {
	Factor    float64   // +Inf where an eigenvalue has a positive real part
	Time      float64   // when it is reached
	Direction []float64 // of unit length: what grows most, the optimal perturbation
}
