package abi

import (
	"strings"
	"testing"
	"testing/fstest"
)

const goodInterface = `schema: wlrbuild.abi-interface/v1
name: two
title: two functions
source: a test
functions:
  - {name: a, type: (i32) -> i32, params: [x]}
  - {name: b, type: ()}
`

const goodProfile = `schema: wlrbuild.abi/v1
name: small
title: a small runtime
start: small {module}
releases:
  - {version: 1.0.0, known: run}
  - {version: 1.10.0, known: read}
imports:
  - module: host
    include: two
    without: [b]
    source: a test
    functions:
      - {name: c, type: (i64), until: 1.10.0}
      - {name: c, type: () -> i64, since: 1.10.0}
link:
  - {until: 1.10.0, unknown: refused, mismatch: refused, says: no}
  - {since: 1.10.0, unknown: at-call, mismatch: linked, says: no, wrong: garbage}
features:
  - name: gc
    states:
      - {state: flag, flag: --gc}
`

func load(iface, profile string) ([]*Profile, error) {
	return Load(fstest.MapFS{
		"small.yaml":          {Data: []byte(profile)},
		"interfaces/two.yaml": {Data: []byte(iface)},
	})
}

func TestLoad(t *testing.T) {
	all, err := load(goodInterface, goodProfile)
	if err != nil {
		t.Fatal(err)
	}
	p := all[0]
	var got []string
	for _, target := range p.Targets() {
		for _, f := range target.All() {
			got = append(got, target.String()+" "+f.Module+"."+f.Name+" "+string(f.Type)+" "+f.Source)
		}
	}
	want := []string{
		"small 1.0.0 host.a (i32) -> i32 a test",
		"small 1.0.0 host.c (i64) a test",
		"small 1.10.0 host.a (i32) -> i32 a test",
		"small 1.10.0 host.c () -> i64 a test",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for version, want := range map[string]string{"": "1.10.0", "1": "1.10.0", "1.0": "1.0.0", "1.2.5": "1.2.5", "2": "2"} {
		target, err := p.Target(version)
		if err != nil || target.Version != want {
			t.Errorf("Target(%q) = %s, %v; want %s", version, target.Version, err, want)
		}
	}
	for _, version := range []string{"0.9", "x", "1.x"} {
		if target, err := p.Target(version); err == nil {
			t.Errorf("Target(%q) = %s", version, target.Version)
		}
	}
}

func TestLoadMistakes(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"title: a small", "titel: a small", `small.yaml:3:1: unknown field "titel"`},
		{"name: small", "name: big", `small.yaml:2:7: name "big": it has to be that of the file, "small"`},
		{"abi/v1", "abi/v2", `small.yaml:1:9: schema "wlrbuild.abi/v2": it has to be "wlrbuild.abi/v1"`},
		{"start: small {module}\n", "", "small.yaml:1:1: start is missing or empty"},
		{"version: 1.0.0, known: run", "version: 1.0.0", "small.yaml:6:5: known is missing or empty"},
		{"known: run", "known: guessed", `small.yaml:6:29: "guessed": it has to be one of run, read`},
		{"version: 1.10.0", "version: 0.10.0", "small.yaml:7:15: release 0.10.0 has to come before 1.0.0"},
		{"version: 1.10.0", "version: v1", `small.yaml:7:15: release "v1": write numbers and dots`},
		{"include: two", "include: three", `small.yaml:10:14: there is no interface "three"`},
		{"without: [b]", "without: [c]", `small.yaml:11:15: the interface has no function "c"`},
		{"type: (i64),", "type: (i65),", `small.yaml:14:25: type "(i65)": "i65" is no value type; those are i32, i64, f32, f64, v128, funcref, externref, exnref`},
		{"type: (i64),", "type: i64,", `small.yaml:14:25: type "i64": write it as (i32 i64) -> i32`},
		{"type: () -> i64, since", "type: (i64), params: [a, b], since", "small.yaml:15:40: 2 names for 1 parameters"},
		{"type: () -> i64, since: 1.10.0", "type: (i64)", `small.yaml:15:16: function "c" is there twice with the same type`},
		{"mismatch: linked", "mismatch: ignored", `small.yaml:18:49: "ignored": it has to be one of refused, at-call, linked`},
		{", wrong: garbage", "", "small.yaml:18:5: wrong says what comes of a mismatch that is linked, and only of that"},
		{"{since: 1.10.0, unknown", "{since: 1.11.0, unknown", "small.yaml:17:3: release 1.10.0 is in 0 of the spans and has to be in one"},
		{"name: gc", "name: gcc", `small.yaml:20:11: feature "gcc": it has to be one of `},
		{", flag: --gc", "", "small.yaml:22:9: flag says what turns a feature on"},
		{"until: 1.10.0}\n      - {name: c", "until: x}\n      - {name: c", `small.yaml:14:9: release "x": write numbers and dots`},
	} {
		text := strings.Replace(goodProfile, c.old, c.new, 1)
		if text == goodProfile {
			t.Fatalf("%q is not in the profile", c.old)
		}
		_, err := load(goodInterface, text)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q for %q: %v\nwant %s", c.new, c.old, err, c.want)
		}
	}
	_, err := load(strings.Replace(goodInterface, "params: [x]", "parms: [x]", 1), goodProfile)
	if want := `interfaces/two.yaml:6:35: unknown field "parms"`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestProfiles reads what is shipped.
func TestProfiles(t *testing.T) {
	all, err := Profiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		runtime, version, module, name, want string
	}{
		{"wasmedge", "0.8.2", "wasi_snapshot_preview1", "sock_accept", "(i32 i32 i32) -> i32"},
		{"wasmedge", "0.11.0", "wasi_snapshot_preview1", "sock_accept", "(i32 i32) -> i32"},
		{"wasmedge", "0.14.1", "wasi_snapshot_preview1", "sock_accept", "(i32 i32) -> i32, (i32 i32 i32) -> i32"},
		{"wasmedge", "0.9.1", "wasi_snapshot_preview1", "sock_recv_from", ""},
		{"wasmtime", "", "wasi_snapshot_preview1", "sock_accept", "(i32 i32 i32) -> i32"},
		{"wazero", "", "wasi_snapshot_preview1", "sock_open", ""},
		{"wamr", "1.0.0", "wasi_snapshot_preview1", "sock_open", "(i32 i32 i32 i32) -> i32"},
		{"wasm3", "", "wasi_snapshot_preview1", "path_link", ""},
		{"wasmer", "", "wasix_32v1", "sock_open", "(i32 i32 i32 i32) -> i32"},
	} {
		p, err := Find(c.runtime)
		if err != nil {
			t.Fatal(err)
		}
		target, err := p.Target(c.version)
		if err != nil {
			t.Fatal(err)
		}
		var types []string
		for _, f := range target.Functions(c.module, c.name) {
			types = append(types, string(f.Type))
		}
		if got := strings.Join(types, ", "); got != c.want {
			t.Errorf("%s %s: %s.%s is %q, want %q", c.runtime, c.version, c.module, c.name, got, c.want)
		}
	}
	counts := map[string]int{}
	for _, p := range all {
		for _, target := range p.Targets() {
			names := map[string]bool{}
			for _, f := range target.All() {
				if f.Module == "wasi_snapshot_preview1" {
					names[f.Name] = true
				}
			}
			counts[target.String()] = len(names)
		}
	}
	for target, want := range map[string]int{
		"wasmedge 0.8.2": 50, "wasmedge 0.9.0": 50, "wasmedge 0.9.1": 55, "wasmedge 0.10.0": 57, "wasmedge 0.11.2": 58,
		"wasmedge 0.12.0": 69, "wasmedge 0.17.1": 69, "wasmtime 39.0.1": 46, "wazero 1.12.0": 46, "node 20.20.2": 46,
		"wamr 1.0.0": 62, "wamr 1.1.2": 94, "wamr 2.4.5": 94, "wasmer main": 47, "wasm3 0.9.0": 19, "wasm3-uvwasi 0.9.0": 40,
	} {
		if counts[target] != want {
			t.Errorf("%s has %d functions, want %d", target, counts[target], want)
		}
	}
}
