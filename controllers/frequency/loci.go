package frequency

// Loci are the characteristic loci of a loop: Locus[j][k] is an eigenvalue of
// exp(-s Delay) L(s) at s = i Frequencies[k], continuous along k. The mirror images of the
// loci, at negative frequencies, are their conjugates. The frequencies ascend and
// are laid out so that no locus jumps: a few degrees from one to the next.
type Loci struct {
	Frequencies []float64
	Locus       [][]complex128
	Unstable    int // poles of the closed loop in the right half plane
}

// Loci returns the characteristic loci up to where they are too small to matter. Where
// L has a pole at 0 they begin near it, on a quarter circle's end.
func (l Loop) Loci() (Loci, error) {
	w, err := newWalk(l, true)
	if err != nil {
		return Loci{}, err
	}
	loci := Loci{Locus: make([][]complex128, l.Channels), Unstable: w.unstablePoles()}
	for _, p := range w.points[w.around:] {
		loci.Frequencies = append(loci.Frequencies, p.frequency())
		for j, z := range p.loci {
			loci.Locus[j] = append(loci.Locus[j], z)
		}
	}
	return loci, nil
}
