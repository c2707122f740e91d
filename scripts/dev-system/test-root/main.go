// Writes snapd's public test root, as its source package has it, into a folder: test-root.pem, the private key that
// jetson-core key import takes, and test-root.assert, the account and account-key that jetson-core build --trust takes.
//
//	test-root DIR
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/asserts/assertstest"
	"github.com/snapcore/snapd/asserts/systestkeys"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string) error {
	_, key := assertstest.ReadPrivKey(systestkeys.TestRootPrivKey)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(filepath.Join(dir, "test-root.pem"), block, 0600); err != nil {
		return err
	}
	trust := append(asserts.Encode(systestkeys.TestRootAccount), '\n')
	trust = append(trust, asserts.Encode(systestkeys.TestRootAccountKey)...)
	return os.WriteFile(filepath.Join(dir, "test-root.assert"), trust, 0644)
}
