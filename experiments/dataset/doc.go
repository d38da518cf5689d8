// Package dataset loads what networks learn from: MNIST, folders of idx files,
// .npz and .csv files, and random teacher networks.
//
//	data, err := dataset.Load(ctx, dataset.Spec{
//		Source: "mnist", Scaling: "standard", Train: 55000, Validation: 5000, Test: -1, Seed: 42,
//	}, log.Println)
//	data.Train.Inputs(tile, []int{0, 1, 2})
//
// What the files must be:
//
//   - idx: a folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and the
//     same of t10k, gzipped or not, with a hyphen or a dot before "idx".
//   - npz: X_train, Y_train, X_test and Y_test, or X and Y; row k of each is sample
//     k, further dimensions of X are flattened. Integer Y of one dimension are
//     labels, other Y are targets. A network whose target is its input needs no Y.
//   - csv: a file, or a folder with train.csv and test.csv. A line is a sample: its
//     inputs, then the label, if the network has several outputs, or one number an
//     output. A network whose target is its input needs the inputs only. A first
//     line without any number is a header; lines that begin with # are comments.
//
// Labels count from 0. All numbers must be finite.
//
// A permutation of the training samples by the seed is cut: the first are the
// training set, the last the validation set. Where there are no test samples (X
// and Y alone, one csv file) the ones in front of the validation set are the test
// set, as many as asked for by number; so its size does not change what validates.
// Otherwise the test set is the first of the test samples.
//
// Images stay bytes in memory and are scaled as they are used.
package dataset
