package dataset_test

import (
	"context"
	"fmt"

	"credo/experiments/dataset"
	"gonum.org/v1/gonum/blas/blas64"
)

func ExampleLoad() {
	data, err := dataset.Load(context.Background(), dataset.Spec{
		Source: "teacher", Scaling: "none", Train: 100, Validation: 10, Test: 20, Seed: 42,
		Teacher: dataset.Teacher{Layers: []int{15, 30, 5}, Activation: "relu", Init: "xavier-normal", Gain: 1, InputRange: [2]float64{-1, 1}},
	}, func(line string) { fmt.Println(line) })
	if err != nil {
		fmt.Println(err)
		return
	}
	batch := []int{3, 1, 4}
	x := blas64.General{Rows: 3, Cols: 15, Stride: 15, Data: make([]float64, 3*15)}
	y := blas64.General{Rows: 3, Cols: 5, Stride: 5, Data: make([]float64, 3*5)}
	data.Train.Inputs(x, batch)
	data.Train.Targets(y, batch)
	fmt.Println(data.Train.Len(), data.Validation.Len(), data.Test.Len(), data.Train.Dim(), data.Train.TargetDim())
	// Output: 100 10 20 15 5
}
