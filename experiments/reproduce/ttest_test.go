package reproduce

import (
	"math"
	"testing"
)

// Student (1908), "The probable error of a mean": the sleep of ten patients under
// two drugs. R's t.test(extra ~ group, var.equal = TRUE) gives p = 0.07919.
func TestStudentsTTestOfStudentsData(t *testing.T) {
	one := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	other := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	if p := sameMean(one, other); math.Abs(p-0.07919) > 5e-6 {
		t.Errorf("p = %.6f, want 0.07919", p)
	}
}
