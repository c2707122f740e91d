// A judge for seeds: what `snap prepare-image` does, with roots and a store of the tests' own. Built and cached by
// SnapdJudge.cs from Debian's golang-github-snapcore-snapd-dev; never part of the program.
//
// On each line of standard input a case as JSON: Model, Snaps (files), Channel, DisableConsoleConf, CloudInit,
// BootFlags, Classic, Architecture, Out. For
// each a line of JSON: Error, empty where the image was prepared in Out. The store of all cases answers for the
// assertions of a stream and for nothing else.
//
//	snapd-image ROOTS STATEMENTS
//
// Where SNAPPY_FORCE_SAS_URL is set, that store is asked instead, for snaps too.
//
// snapd asks the environment for its store before main begins: so the program starts the store, and itself once more.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"

	"../stream"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/image"
	"github.com/snapcore/snapd/snap"
)

type imageCase struct {
	Model, Channel, CloudInit, Out string
	Snaps                          []string
	SnapChannels                   map[string]string
	DisableConsoleConf, Classic    bool
	BootFlags                      []string
	Architecture                   string
}

const storeVariable = "SNAPPY_FORCE_SAS_URL"

func main() {
	var err error
	if os.Getenv(storeVariable) == "" {
		err = runWithStore(os.Args[2])
	} else {
		err = run(os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runWithStore(statementsPath string) error {
	statements, err := stream.Read(statementsPath)
	if err != nil {
		return err
	}
	store := httptest.NewServer(serve(statements))
	defer store.Close()
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Env = append(os.Environ(), storeVariable+"="+store.URL+"/", "SNAPPY_FORCE_API_URL="+store.URL+"/")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	return again.Run()
}

func run(rootsPath string) error {
	roots, err := stream.Read(rootsPath)
	if err != nil {
		return err
	}
	snap.SanitizePlugsSlots = func(*snap.Info) {} // set by snapd's interfaces, which play no part here
	image.MockTrusted(roots)
	image.Stdout, image.Stderr = io.Discard, io.Discard
	output := json.NewEncoder(os.Stdout)
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		var one imageCase
		if err := json.Unmarshal(input.Bytes(), &one); err != nil {
			return err
		}
		verdict := struct{ Error string }{}
		if err := prepare(&one); err != nil {
			verdict.Error = err.Error()
		}
		output.Encode(verdict)
	}
	return nil
}

func prepare(one *imageCase) error {
	options := &image.Options{
		ModelFile: one.Model, Snaps: one.Snaps, SnapChannels: one.SnapChannels, Channel: one.Channel,
		PrepareDir: one.Out, Classic: one.Classic, Architecture: one.Architecture,
		Customizations: image.Customizations{
			Validation: "ignore", CloudInitUserData: one.CloudInit, BootFlags: one.BootFlags,
		},
	}
	if one.DisableConsoleConf {
		options.Customizations.ConsoleConf = "disabled"
	}
	return image.Prepare(options)
}

func serve(statements []asserts.Assertion) http.Handler {
	known := make(map[string]asserts.Assertion)
	for _, one := range statements {
		known[one.Ref().Unique()] = one
	}
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		path := strings.TrimPrefix(request.URL.Path, "/v2/assertions/")
		if one := known[path]; one != nil {
			answer.Header().Set("Content-Type", asserts.MediaType)
			answer.Write(asserts.Encode(one))
			return
		}
		answer.Header().Set("Content-Type", "application/json")
		if request.URL.Path == "/v2/snaps/refresh" { // is there something newer, or something to download?
			io.WriteString(answer, `{"results":[]}`)
			return
		}
		answer.WriteHeader(404)
		io.WriteString(answer, `{"error-list":[{"code":"not-found","message":"not found: no assertion"}]}`)
	})
}
