package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
)

// hashes are the SHA-256 of the files read, by name without folder: the same
// data have the same hashes wherever they lie.
type hashes map[string]string

// read returns the content of a file and keeps its hash.
func (h hashes) read(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	h[filepath.Base(path)] = hex.EncodeToString(sum[:])
	return content, nil
}

// add keeps the hash of a file that is read elsewhere.
func (h hashes) add(path string) error {
	sum, err := sha256File(path)
	h[filepath.Base(path)] = sum
	return err
}

func sha256File(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
