// Package stream names random streams: (seed, purpose, index...) to a generator.
//
// Every random thing in credo draws from a stream of its own, so that a result
// depends neither on the number of workers, nor on which samples share a batch,
// nor on whether the run was interrupted:
//
//	rng := stream.New(seed, "initial weights", layer) // a sequence of draws
//	w := rng.NormFloat64()
//
//	key := stream.Key(seed, "sleep noise", sample) // draws by number, in any order
//	z := stream.NormalAt(key, [4]uint64{step})
//
// The golden values in stream_test.go pin all streams: a change to them changes
// every published result and is a breaking change.
package stream
