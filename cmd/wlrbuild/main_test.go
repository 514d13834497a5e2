package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
)

var update = flag.Bool("update", false, "write what commands print into the scripts")

// TestMain lets scripts start this program, under each of its names.
func TestMain(m *testing.M) {
	main := func() { os.Exit(run()) }
	if guest.Is(os.Args[0]) {
		main()
	}
	testscript.Main(m, map[string]func(){"wlrbuild": main, "wlr-cc": main})
}

// TestScript runs testdata/script: the first word of a script's name is the
// subcommand it is about.
//
// $RECIPES is a set of recipes made for tests, $WASM the modules that the
// engines are tested with, $FIXTURES those of the checks, $SYMBOLS those that
// traps are explained with. Besides the commands of package testscript there are:
//
//	exits CODE COMMAND [ARG...]   run a command that must end with CODE
//	recipes DIR                   copy the recipes made for tests to DIR
//	replace FILE OLD NEW          replace text that must be in FILE, once
//	truncate FILE SIZE            cut FILE off
func TestScript(t *testing.T) {
	recipes, err := filepath.Abs("internal/recipe/testdata/set")
	if err != nil {
		t.Fatal(err)
	}
	modules, err := filepath.Abs("../../verify/engine/testdata")
	if err != nil {
		t.Fatal(err)
	}
	fixtures, err := filepath.Abs("../../verify/check/checks")
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := filepath.Abs("../../verify/symbolize/testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("RECIPES", recipes)
			env.Setenv("WASM", modules)
			env.Setenv("FIXTURES", fixtures)
			env.Setenv("SYMBOLS", symbols)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("WLRBUILD_CACHE", filepath.Join(env.WorkDir, ".cache"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"recipes": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) != 1 {
					ts.Fatalf("usage: recipes DIR")
				}
				ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(recipes)))
			},
			"replace":  replace,
			"truncate": truncate,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := err.(*exec.ExitError); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	file := ts.MkAbs(args[0])
	text := ts.ReadFile(args[0])
	if strings.Count(text, args[1]) != 1 {
		ts.Fatalf("%s has %q %d times", args[0], args[1], strings.Count(text, args[1]))
	}
	ts.Check(os.WriteFile(file, []byte(strings.Replace(text, args[1], args[2], 1)), 0o666))
}

func truncate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: truncate FILE SIZE")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}
