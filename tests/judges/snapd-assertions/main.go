// A judge for assertions: snapd's own library behind a few verbs, for the tests of JetsonCore. Built and cached by
// SnapdJudge.cs from Debian's golang-github-snapcore-snapd-dev; never part of the program.
//
//	decode FILE                 each assertion of a stream: its reference, its encoding must be what was read
//	verify TRUSTED FILE         adds a stream to a database that trusts the assertions of TRUSTED
//	commit TRUSTED FILE...      adds each stream to a database of its own, whatever the order in it; a line for each
//	sign KEY.pem HEADERS.json   an assertion with the headers (and "body"), signed now
//	key KEY.pem                 the key's id, then its encoded public key
//	packet KEY.pem SECONDS FILE the signature packet of golang.org/x/crypto over a file, in hexadecimal
//	trusted                     the trusted root assertions of production
//	validate TRUSTED SEED...    what snap debug validate-seed says of each folder of a seed; a line for each
//	seed TRUSTED SEED_FOLDER    loads a seed of Ubuntu Core 16 or 18 as snapd does at the first boot
//	sets CASE...                which validation sets the snaps of a case break: JSON files with Sets (a stream) and Snaps
//	systems TRUSTED SEED...     loads the recovery system of each folder, the root of ubuntu-seed; a line for each
package main

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"../stream"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/asserts/snapasserts"
	"github.com/snapcore/snapd/asserts/sysdb"
	"github.com/snapcore/snapd/seed"
	"github.com/snapcore/snapd/snap"
	"github.com/snapcore/snapd/snap/snapfile"
	"github.com/snapcore/snapd/timings"
	"golang.org/x/crypto/openpgp/packet"
)

func main() {
	verbs := map[string]func([]string) error{
		"decode": decode, "verify": verify, "commit": commit, "sign": sign, "key": key, "packet": signPacket, "trusted": trusted,
		"seed": loadSeed, "validate": validate, "systems": loadSystems, "sets": checkSets,
	}
	if err := verbs[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func decode(arguments []string) error {
	all, err := stream.Read(arguments[0])
	for _, assertion := range all {
		headers, err := json.Marshal(assertion.Headers())
		if err != nil {
			return err
		}
		fmt.Printf("%s %s\n", assertion.Ref().Unique(), headers)
	}
	return err
}

func verify(arguments []string) error {
	roots, err := stream.Read(arguments[0])
	if err != nil {
		return err
	}
	database, err := asserts.OpenDatabase(&asserts.DatabaseConfig{
		Backstore: asserts.NewMemoryBackstore(), Trusted: roots,
	})
	if err != nil {
		return err
	}
	all, err := stream.Read(arguments[1])
	if err != nil {
		return err
	}
	for _, assertion := range all {
		if asserts.AccountKeyRequestType == assertion.Type() {
			err = database.Check(assertion)
		} else {
			err = database.Add(assertion)
		}
		if err != nil {
			return fmt.Errorf("%s: %v", assertion.Ref().Unique(), err)
		}
	}
	return nil
}

func commit(arguments []string) error {
	roots, err := stream.Read(arguments[0])
	if err != nil {
		return err
	}
	for _, path := range arguments[1:] {
		fmt.Printf("%s\n", verdict(commitOne(roots, path)))
	}
	return nil
}

func verdict(err error) string {
	if err == nil {
		return "ok"
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

func commitOne(roots []asserts.Assertion, path string) error {
	database, err := asserts.OpenDatabase(&asserts.DatabaseConfig{
		Backstore: asserts.NewMemoryBackstore(), Trusted: roots,
	})
	if err != nil {
		return err
	}
	all, err := stream.Read(path)
	if err != nil {
		return err
	}
	batch := asserts.NewBatch(nil)
	var requests []asserts.Assertion
	for _, assertion := range all {
		if asserts.AccountKeyRequestType == assertion.Type() { // kept in no database, only checked
			requests = append(requests, assertion)
		} else if err := batch.Add(assertion); err != nil {
			return err
		}
	}
	if err := batch.CommitTo(database, nil); err != nil {
		return err
	}
	for _, request := range requests {
		if err := database.Check(request); err != nil {
			return err
		}
	}
	return nil
}

func readKey(path string) (*rsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	return private.(*rsa.PrivateKey), nil
}

func sign(arguments []string) error {
	private, err := readKey(arguments[0])
	if err != nil {
		return err
	}
	text, err := os.ReadFile(arguments[1])
	if err != nil {
		return err
	}
	var headers map[string]interface{}
	if err := json.Unmarshal(text, &headers); err != nil {
		return err
	}
	body, _ := headers["body"].(string)
	delete(headers, "body")
	keys := asserts.NewMemoryKeypairManager()
	signing := asserts.RSAPrivateKey(private)
	if err := keys.Put(signing); err != nil {
		return err
	}
	database, err := asserts.OpenDatabase(&asserts.DatabaseConfig{KeypairManager: keys})
	if err != nil {
		return err
	}
	kind := asserts.Type(headers["type"].(string))
	if kind == nil {
		return fmt.Errorf("unknown type %v", headers["type"])
	}
	signed, err := database.Sign(kind, headers, []byte(body), signing.PublicKey().ID())
	if err != nil {
		return err
	}
	os.Stdout.Write(asserts.Encode(signed))
	return nil
}

func key(arguments []string) error {
	private, err := readKey(arguments[0])
	if err != nil {
		return err
	}
	public := asserts.RSAPublicKey(&private.PublicKey)
	encoded, err := asserts.EncodePublicKey(public)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s\n", public.ID(), encoded)
	return nil
}

func signPacket(arguments []string) error {
	private, err := readKey(arguments[0])
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(arguments[1], 10, 64)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(arguments[2])
	if err != nil {
		return err
	}
	signing := packet.NewRSAPrivateKey(time.Date(2016, time.January, 1, 0, 0, 0, 0, time.UTC), private)
	signature := &packet.Signature{
		PubKeyAlgo: signing.PubKeyAlgo, Hash: crypto.SHA512,
		CreationTime: time.Unix(seconds, 0), IssuerKeyId: &signing.KeyId,
	}
	hash := crypto.SHA512.New()
	hash.Write(content)
	if err := signature.Sign(hash, signing, nil); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := signature.Serialize(&out); err != nil {
		return err
	}
	fmt.Printf("%x\n", out.Bytes())
	return nil
}

func trusted(arguments []string) error {
	encoder := asserts.NewEncoder(os.Stdout)
	for _, assertion := range sysdb.Trusted() {
		if err := encoder.Encode(assertion); err != nil {
			return err
		}
	}
	return nil
}

// validate does what `snap debug validate-seed` does with each seed; a line for each.
func validate(arguments []string) error {
	roots, err := stream.Read(arguments[0])
	if err != nil {
		return err
	}
	snap.SanitizePlugsSlots = func(*snap.Info) {} // set by snapd's interfaces, which play no part here
	seed.MockTrusted(roots)
	for _, folder := range arguments[1:] {
		fmt.Println(verdict(seed.ValidateFromYaml(filepath.Join(folder, "seed.yaml"))))
	}
	return nil
}

// loadSeed does what snapd does with a seed at the first boot, up to the point where it would install the snaps.
func loadSeed(arguments []string) error {
	roots, err := stream.Read(arguments[0])
	if err != nil {
		return err
	}
	database, err := asserts.OpenDatabase(&asserts.DatabaseConfig{
		Backstore: asserts.NewMemoryBackstore(), Trusted: roots,
	})
	if err != nil {
		return err
	}
	snap.SanitizePlugsSlots = func(*snap.Info) {} // set by snapd's interfaces, which play no part here
	return load(database, arguments[1], "")
}

func checkSets(arguments []string) error {
	for _, path := range arguments {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var one struct {
			Sets  string
			Snaps []struct {
				Name, Id string
				Revision int
			}
		}
		if err := json.Unmarshal(text, &one); err != nil {
			return err
		}
		all, err := stream.Read(one.Sets)
		if err != nil {
			return err
		}
		sets := snapasserts.NewValidationSets()
		for _, set := range all {
			if err := sets.Add(set.(*asserts.ValidationSet)); err != nil {
				return err
			}
		}
		var snaps []*snapasserts.InstalledSnap
		for _, sn := range one.Snaps {
			snaps = append(snaps, snapasserts.NewInstalledSnap(sn.Name, sn.Id, snap.R(sn.Revision)))
		}
		err = sets.Conflict()
		if err == nil {
			err = sets.CheckInstalledSnaps(snaps, nil)
		}
		fmt.Println(verdict(err))
	}
	return nil
}

func loadSystems(arguments []string) error {
	roots, err := stream.Read(arguments[0])
	if err != nil {
		return err
	}
	snap.SanitizePlugsSlots = func(*snap.Info) {} // set by snapd's interfaces, which play no part here
	for _, folder := range arguments[1:] {
		database, err := asserts.OpenDatabase(&asserts.DatabaseConfig{
			Backstore: asserts.NewMemoryBackstore(), Trusted: roots,
		})
		if err != nil {
			return err
		}
		systems, err := filepath.Glob(filepath.Join(folder, "systems", "*"))
		if err != nil || len(systems) != 1 {
			return fmt.Errorf("%d systems in %s: %v", len(systems), folder, err)
		}
		if err := load(database, folder, filepath.Base(systems[0])); err != nil {
			fmt.Println("refused:", verdict(err))
		} else {
			fmt.Println("end")
		}
	}
	return nil
}

// checkNeeds does what snapd does before it installs the snaps.
func checkNeeds(loaded seed.Seed) error {
	var infos []*snap.Info
	if err := loaded.Iter(func(one *seed.Snap) error {
		file, err := snapfile.Open(one.Path)
		if err != nil {
			return err
		}
		info, err := snap.ReadInfoFromSnapFile(file, one.SideInfo)
		infos = append(infos, info)
		return err
	}); err != nil {
		return err
	}
	if errs := snap.ValidateBasesAndProviders(infos); errs != nil {
		return errs[0]
	}
	return nil
}

func load(database *asserts.Database, folder, label string) error {
	loaded, err := seed.Open(folder, label)
	if err != nil {
		return err
	}
	commit := func(batch *asserts.Batch) error { return batch.CommitTo(database, nil) }
	if err := loaded.LoadAssertions(database, commit); err != nil {
		return err
	}
	if err := loaded.LoadMeta(seed.AllModes, nil, timings.New(nil)); err != nil {
		return err
	}
	if err := checkNeeds(loaded); err != nil {
		return err
	}
	fmt.Printf("model %s, essential", loaded.Model().Model())
	for _, one := range loaded.EssentialSnaps() {
		fmt.Printf(" %s", one.SnapName())
	}
	fmt.Println()
	return loaded.Iter(func(one *seed.Snap) error {
		fmt.Printf("%s id=%q revision=%s channel=%q devmode=%v\n",
			one.SnapName(), one.ID(), one.SideInfo.Revision, one.Channel, one.DevMode)
		return nil
	})
}
