package report

import (
	"image/color"
	"testing"
)

func TestStripShowsImagesBesideEachOtherFromTheTop(t *testing.T) {
	got := strip([][]float64{{1, 0, 0, 0}, {0, 0, 0.5, 7}}, 2)
	want := [][]uint8{
		{0, 255, 255, 255},
		{255, 255, 127, 0},
	}
	if size := got.Bounds().Size(); size.X != 4 || size.Y != 2 {
		t.Fatalf("%v pixels, want 4 x 2", size)
	}
	for y, row := range want {
		for x, shade := range row {
			if got.GrayAt(x, y) != (color.Gray{Y: shade}) {
				t.Errorf("pixel %d, %d is %d, want %d", x, y, got.GrayAt(x, y).Y, shade)
			}
		}
	}
}
