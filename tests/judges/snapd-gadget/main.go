// A judge for gadgets: snapd's own gadget library behind a few verbs, for the tests of JetsonCore. Built and cached by
// SnapdJudge.cs from Debian's golang-github-snapcore-snapd-dev; never part of the program. Paths come on standard
// input, one a line; a line of JSON answers each: {"error":"…"} with an empty text where snapd is content.
//
//	yaml MODE      each path is a gadget.yaml: read, validated for the kind of model, laid out without its content
//	layout MODE    each path is a gadget.yaml: read, validated and laid out; the answer says where everything lies
//	pack           each path is a gadget's folder, judged as `snap pack` does
//	content KERNEL each path is a gadget's folder, judged with its content and a kernel's folder
//	update POLICY  each line is OLD<tab>NEW, two gadget.yaml; POLICY is refresh or remodel
//
// MODE is none, uc18, uc20, classic or classic-modes.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/ioutil"
	"os"
	"sort"
	"strings"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/gadget"
)

type model struct {
	classic bool
	grade   asserts.ModelGrade
}

func (m *model) Classic() bool             { return m.classic }
func (m *model) Grade() asserts.ModelGrade { return m.grade }

func modelOf(mode string) gadget.Model {
	switch mode {
	case "uc18":
		return &model{grade: asserts.ModelGradeUnset}
	case "uc20":
		return &model{grade: asserts.ModelDangerous}
	case "classic":
		return &model{classic: true, grade: asserts.ModelGradeUnset}
	case "classic-modes":
		return &model{classic: true, grade: asserts.ModelDangerous}
	}
	return nil
}

func main() {
	argument := ""
	if len(os.Args) > 2 {
		argument = os.Args[2]
	}
	verbs := map[string]func(string) error{
		"yaml":    func(path string) error { return judgeYaml(path, modelOf(argument)) },
		"layout":  func(path string) error { return describeLayout(path, modelOf(argument)) },
		"pack":    func(path string) error { return judgeContent(path, "") },
		"content": func(path string) error { return judgeContent(path, argument) },
		"update":  func(line string) error { return judgeUpdate(line, argument) },
	}
	judge := verbs[os.Args[1]]
	lines := bufio.NewScanner(os.Stdin)
	answers := bufio.NewWriter(os.Stdout)
	defer answers.Flush()
	for lines.Scan() {
		answer, _ := json.Marshal(map[string]string{"error": verdict(judge, lines.Text())})
		fmt.Fprintf(answers, "%s\n", answer)
	}
}

// verdict is what snapd says, or "panic: …" where it breaks down.
func verdict(judge func(string) error, line string) (said string) {
	defer func() {
		if broken := recover(); broken != nil {
			said = fmt.Sprintf("panic: %v", broken)
		}
	}()
	if err := judge(line); err != nil {
		return err.Error()
	}
	return ""
}

func read(path string, model gadget.Model) (*gadget.Info, error) {
	text, err := ioutil.ReadFile(path)
	if err != nil {
		return nil, err
	}
	info, err := gadget.InfoFromGadgetYaml(text, model)
	if err != nil {
		return nil, err
	}
	return info, gadget.Validate(info, model, nil)
}

func judgeYaml(path string, model gadget.Model) error {
	info, err := read(path, model)
	if err != nil {
		return err
	}
	for name, volume := range info.Volumes {
		if _, err := gadget.LayoutVolumePartially(volume, gadget.DefaultConstraints); err != nil {
			return fmt.Errorf("invalid layout of volume %q: %v", name, err)
		}
	}
	return nil
}

// places is an answer that is no fault: "NAME: START+SIZE …" for each volume, by name.
type places string

func (p places) Error() string { return string(p) }

func describeLayout(path string, model gadget.Model) error {
	info, err := read(path, model)
	if err != nil {
		return err
	}
	var lines []string
	for name, volume := range info.Volumes {
		laidOut, err := gadget.LayoutVolumePartially(volume, gadget.DefaultConstraints)
		if err != nil {
			return fmt.Errorf("invalid layout of volume %q: %v", name, err)
		}
		line := "places " + name + ":"
		for _, one := range laidOut.LaidOutStructure {
			line += fmt.Sprintf(" #%d %d+%d", one.YamlIndex, one.StartOffset, one.Size)
		}
		lines = append(lines, line)
	}
	sort.Strings(lines)
	return places(strings.Join(lines, "\n"))
}

func judgeContent(folder, kernel string) error {
	info, err := gadget.ReadInfoAndValidate(folder, nil, nil)
	if err != nil {
		return err
	}
	return gadget.ValidateContent(info, folder, kernel)
}

func judgeUpdate(line, policy string) error {
	paths := strings.SplitN(line, "\t", 2)
	old, err := read(paths[0], modelOf("uc18"))
	if err != nil {
		return fmt.Errorf("old: %v", err)
	}
	fresh, err := read(paths[1], modelOf("uc18"))
	if err != nil {
		return fmt.Errorf("new: %v", err)
	}
	if policy == "remodel" {
		return gadget.IsCompatible(old, fresh)
	}
	return fmt.Errorf("unknown policy %q", policy)
}
