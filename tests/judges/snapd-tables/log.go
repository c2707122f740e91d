package asserts

// Laid over snapd's package asserts while its own tests run (SnapdTables.cs): every text that they decode goes to the
// file SNAPD_TABLES with the verdict of Decode, a line of JSON each. Texts whose type a test has changed or made up for
// itself are left out: they say nothing about snapd.

import (
	"encoding/json"
	"os"
	"sync"
)

var logging sync.Mutex

func Decode(text []byte) (Assertion, error) {
	assertion, err := decodeQuietly(text)
	logging.Lock()
	defer logging.Unlock()
	line := struct {
		Text    []byte
		Error   string
		Type    string
		Formats map[string]int
	}{Text: text, Formats: MaxSupportedFormats(1)}
	if err != nil {
		line.Error = err.Error()
	} else {
		line.Type = assertion.Type().Name
	}
	encoded, failure := json.Marshal(line)
	if failure != nil {
		panic(failure)
	}
	file, failure := os.OpenFile(os.Getenv("SNAPD_TABLES"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if failure != nil {
		panic(failure)
	}
	defer file.Close()
	if _, failure = file.Write(append(encoded, '\n')); failure != nil {
		panic(failure)
	}
	return assertion, err
}
