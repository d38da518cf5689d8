package ode

// lincomb writes y + h sum_j a_j k_j to dst, where k_j is its stage from index lo on; dst may be y. This is the kernel of every
// explicit method: one pass over memory for up to seven terms, and as many passes as it takes for more.
func lincomb(dst, y []float64, h float64, a []term, k [][]float64, lo int) {
	for ; len(a) > 7; a = a[7:] {
		lincomb(dst, y, h, a[:7], k, lo)
		y = dst
	}
	n := len(dst)
	y = y[:n]
	switch len(a) {
	case 0:
		copy(dst, y)
	case 1:
		a0, k0 := h*a[0].a, k[a[0].stage][lo:][:n]
		for i := range dst {
			dst[i] = y[i] + a0*k0[i]
		}
	case 2:
		a0, k0 := h*a[0].a, k[a[0].stage][lo:][:n]
		a1, k1 := h*a[1].a, k[a[1].stage][lo:][:n]
		for i := range dst {
			dst[i] = y[i] + (a0*k0[i] + a1*k1[i])
		}
	case 3:
		a0, k0 := h*a[0].a, k[a[0].stage][lo:][:n]
		a1, k1 := h*a[1].a, k[a[1].stage][lo:][:n]
		a2, k2 := h*a[2].a, k[a[2].stage][lo:][:n]
		for i := range dst {
			dst[i] = y[i] + (a0*k0[i] + a1*k1[i] + a2*k2[i])
		}
	case 4:
		a0, k0 := h*a[0].a, k[a[0].stage][lo:][:n]
		a1, k1 := h*a[1].a, k[a[1].stage][lo:][:n]
		a2, k2 := h*a[2].a, k[a[2].stage][lo:][:n]
		a3, k3 := h*a[3].a, k[a[3].stage][lo:][:n]
		for i := range dst {
			dst[i] = y[i] + (a0*k0[i] + a1*k1[i] + a2*k2[i] + a3*k3[i])
		}
	case 5:
		a0, k0 := h*a[0].a, k[a[0].stage][lo:][:n]
		a1, k1 := h*a[1].a, k[a[1].stage][lo:][:n]
		a2, k2 := h*a[2].a, k[a[2].stage][lo:][:n]
		a3, k3 := h*a[3].a, k[a[3].stage][lo:][:n]
		a4, k4 := h*a[4].a, k[a[4].stage][lo:][:n]
		for i := range dst {
			dst[i] = y[i] + (a0*k0[i] + a1*k1[i] + a2*k2[i] + a3*k3[i] + a4*k4[i])
		}
	case 6:
		a0, k0 := h*a[0].a, k[a[0].stage][lo:][:n]
		a1, k1 := h*a[1].a, k[a[1].stage][lo:][:n]
		a2, k2 := h*a[2].a, k[a[2].stage][lo:][:n]
		a3, k3 := h*a[3].a, k[a[3].stage][lo:][:n]
		a4, k4 := h*a[4].a, k[a[4].stage][lo:][:n]
		a5, k5 := h*a[5].a, k[a[5].stage][lo:][:n]
		for i := range dst {
			dst[i] = y[i] + (a0*k0[i] + a1*k1[i] + a2*k2[i] + a3*k3[i] + a4*k4[i] + a5*k5[i])
		}
	case 7:
		a0, k0 := h*a[0].a, k[a[0].stage][lo:][:n]
		a1, k1 := h*a[1].a, k[a[1].stage][lo:][:n]
		a2, k2 := h*a[2].a, k[a[2].stage][lo:][:n]
		a3, k3 := h*a[3].a, k[a[3].stage][lo:][:n]
		a4, k4 := h*a[4].a, k[a[4].stage][lo:][:n]
		a5, k5 := h*a[5].a, k[a[5].stage][lo:][:n]
		a6, k6 := h*a[6].a, k[a[6].stage][lo:][:n]
		for i := range dst {
			dst[i] = y[i] + (a0*k0[i] + a1*k1[i] + a2*k2[i] + a3*k3[i] + a4*k4[i] + a5*k5[i] + a6*k6[i])
		}
	}
}
