package report

import (
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// ImageRow is one of the rows of [Images]: square images beside each other.
type ImageRow struct {
	Label  string
	Images [][]float64 // each side x side, row-major from the top: 0 is white, 1 is black
}

// Images draws rows of square images below each other, as many in every row, into
// dir/name.svg and dir/name.png. The error says that a file could not be written.
func Images(dir, name, title string, side int, rows []ImageRow) error {
	f := figure{title: title, height: vg.Length(1+1.7*float64(len(rows))) * vg.Centimeter}
	for _, r := range rows {
		f.width = vg.Length(2.5+1.6*float64(len(r.Images))) * vg.Centimeter
		p := newPanel()
		p.HideAxes()
		p.Y.Label.Text = r.Label
		p.Add(plotter.NewImage(strip(r.Images, side), 0, 0, float64(len(r.Images)), 1))
		f.plots = append(f.plots, []*plot.Plot{p})
		f.legends = append(f.legends, newLegend())
	}
	return f.write(dir, name)
}

// strip lays images beside each other.
func strip(images [][]float64, side int) *image.Gray {
	all := image.NewGray(image.Rect(0, 0, side*len(images), side))
	for k, pixels := range images {
		for at, x := range pixels {
			shade := 255 * (1 - min(max(x, 0), 1))
			all.SetGray(k*side+at%side, at/side, color.Gray{Y: uint8(shade)})
		}
	}
	return all
}
