package frequency_test

import (
	"fmt"

	"credo/controllers/frequency"
)

func ExampleLoop_Margins() {
	// three lags in a row, in a loop of gain 2
	l := frequency.Loop{
		Channels: 1,
		Corners:  []float64{1},
		Transfer: func(dst []complex128, s complex128) { dst[0] = 2 / ((s + 1) * (s + 1) * (s + 1)) },
	}
	m, err := l.Margins()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("gain up to %.3f, where it oscillates with %.3f\n", m.GainAbove.Value, m.GainAbove.Frequency)
	fmt.Printf("delay up to %.3f, where it oscillates with %.3f\n", m.Delay.Value, m.Delay.Frequency)
	// Output:
	// gain up to 4.000, where it oscillates with 1.732
	// delay up to 1.539, where it oscillates with 0.766
}
