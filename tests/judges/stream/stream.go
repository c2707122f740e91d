// Package stream reads streams of assertions, for the judges beside it.
package stream

import (
	"io"
	"os"

	"github.com/snapcore/snapd/asserts"
)

// Read returns the assertions of a file, in their order.
func Read(path string) ([]asserts.Assertion, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []asserts.Assertion
	for decoder := asserts.NewDecoder(file); ; {
		assertion, err := decoder.Decode()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, assertion)
	}
}
