package stream

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// New returns the sequential generator of the stream (seed, purpose, index...):
// PCG-DXSM seeded with the first half of the name's digest.
func New(seed uint64, purpose string, index ...uint64) *rand.Rand {
	d := digest(seed, purpose, index)
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(d[0:]), binary.LittleEndian.Uint64(d[8:])))
}

// Key returns the Philox key of the stream (seed, purpose, index...): the second
// half of the name's digest, so that it shares no bit with the seed that New uses.
func Key(seed uint64, purpose string, index ...uint64) [2]uint64 {
	d := digest(seed, purpose, index)
	return [2]uint64{binary.LittleEndian.Uint64(d[16:]), binary.LittleEndian.Uint64(d[24:])}
}

// digest is SHA-256 of seed, len(purpose), purpose, index..., with numbers as
// 8 bytes, little-endian. The length in front of purpose makes the encoding
// one-to-one: different names never hash the same bytes.
func digest(seed uint64, purpose string, index []uint64) [sha256.Size]byte {
	name := binary.LittleEndian.AppendUint64(nil, seed)
	name = binary.LittleEndian.AppendUint64(name, uint64(len(purpose)))
	name = append(name, purpose...)
	for _, i := range index {
		name = binary.LittleEndian.AppendUint64(name, i)
	}
	return sha256.Sum256(name)
}
