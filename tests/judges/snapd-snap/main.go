// A judge for snap.yaml: snapd's own library, for the tests of JetsonCore. Built and cached by SnapdJudge.cs from
// Debian's golang-github-snapcore-snapd-dev; never part of the program. Paths come on standard input, one a line; a line
// of JSON answers each: {"error":"…","fields":{…}}, error empty where snapd is content. Fields are those that were read,
// also of a snap.yaml that is refused afterwards.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/ioutil"
	"os"
	"sort"
	"strings"

	"github.com/snapcore/snapd/snap"
)

type answer struct {
	Error  string            `json:"error"`
	Fields map[string]string `json:"fields"`
}

func main() {
	snap.SanitizePlugsSlots = func(*snap.Info) {}
	lines := bufio.NewScanner(os.Stdin)
	answers := bufio.NewWriter(os.Stdout)
	defer answers.Flush()
	for lines.Scan() {
		said := judge(lines.Text())
		line, _ := json.Marshal(said)
		fmt.Fprintf(answers, "%s\n", line)
	}
}

// judge says what snapd does, or "panic: …" where it breaks down.
func judge(path string) (said answer) {
	defer func() {
		if broken := recover(); broken != nil {
			said = answer{Error: fmt.Sprintf("panic: %v", broken)}
		}
	}()
	text, err := ioutil.ReadFile(path)
	if err != nil {
		panic(err)
	}
	info, err := snap.InfoFromSnapYaml(text)
	if err != nil {
		return answer{Error: err.Error()}
	}
	said.Fields = fields(info)
	if err := snap.Validate(info); err != nil {
		said.Error = err.Error()
	}
	return said
}

func fields(info *snap.Info) map[string]string {
	read := map[string]string{
		"name":          info.SuggestedName,
		"version":       info.Version,
		"type":          string(info.SnapType),
		"architectures": strings.Join(info.Architectures, ","),
		"base":          info.Base,
		"title":         info.OriginalTitle,
		"summary":       info.OriginalSummary,
		"description":   info.OriginalDescription,
		"confinement":   string(info.Confinement),
		"license":       info.License,
		"provenance":    info.SnapProvenance,
		"assumes":       strings.Join(info.Assumes, ","),
		"epoch":         info.Epoch.String(),
	}
	var apps, hooks, layouts, users []string
	for name, app := range info.Apps {
		apps = append(apps, strings.Join([]string{
			name, app.Command, app.Daemon, string(app.DaemonScope), app.StopCommand, app.Completer, app.RefreshMode,
			strings.Join(app.CommandChain, "+"), strings.Join(app.After, "+"), fmt.Sprint(len(app.Sockets)),
		}, "|"))
	}
	for name := range info.Hooks {
		hooks = append(hooks, name)
	}
	for path, one := range info.Layout {
		layouts = append(layouts, strings.Join([]string{path, one.Bind, one.BindFile, one.Type, one.Symlink}, "|"))
	}
	for name := range info.SystemUsernames {
		users = append(users, name)
	}
	plugs, slots := []string{}, []string{}
	for name, plug := range info.Plugs {
		plugs = append(plugs, name+"="+plug.Interface)
	}
	for name, slot := range info.Slots {
		slots = append(slots, name+"="+slot.Interface)
	}
	for key, list := range map[string][]string{
		"apps": apps, "hooks": hooks, "layout": layouts, "plugs": plugs, "slots": slots, "system-usernames": users,
	} {
		sort.Strings(list)
		read[key] = strings.Join(list, ",")
	}
	return read
}
