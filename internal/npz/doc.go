// Package npz reads and writes NumPy's .npz files: zip archives of .npy arrays.
//
//	err := npz.Write("arrays.npz", []npz.Array{{Name: "W1", Shape: []int{2, 3}, Data: w}})
//	arrays, err := npz.Read("arrays.npz")
//	w = arrays["W1"].Data
//
// Numbers are float64 in memory, whatever they are in the file; arrays of
// unsigned bytes can stay bytes. What is written has no time stamps, so equal
// arrays make equal files.
package npz
