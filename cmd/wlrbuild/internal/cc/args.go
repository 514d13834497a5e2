package cc

import (
	"path/filepath"
	"slices"
	"strings"
)

// kind is what a command line asks of the compiler.
type kind int

const (
	other   kind = iota // preprocess, print something, …
	compile             // one or more sources to objects or assembly
	link
)

// invocation is a parsed command line.
type invocation struct {
	kind   kind
	inputs []string // what is neither an option nor an option's value
	output string   // -o, or what clang writes without it; "" if several

	// reason says why the command line's object may not be cached; "" if it may.
	reason string

	// What follows is complete only when reason is "".

	key      []string // the arguments that decide about the object, directories marked
	child    []string // the arguments for clang, less the outputs
	deps     depsRequest
	user     []string // directories searched for headers: -I, -iquote
	system   []string // … and -isystem, -idirafter
	included []string // -include, -imacros
}

// depsRequest is the dependency file that was asked for.
type depsRequest struct {
	file     string   // "" if none
	userOnly bool     // -MMD
	phony    bool     // -MP
	targets  []string // quoted for make
}

// role is what an option means to the cache.
type role int

const (
	text     role = iota // decides about the object by its text
	onePath              // names a directory or file; its place does not matter
	userDir              // … that is searched for headers
	sysDir               // … after the others
	preFile              // is included before the source
	outFile              // -o
	depFile              // -MF
	depName              // -MT
	depQuote             // -MQ
	lang                 // -x
	frontend             // -Xclang
	refuse               // reads or writes files the cache knows nothing about
)

// valueOptions are the options that have a value: in the next argument, joined
// to the name, or either way.
var valueOptions = []struct {
	name             string
	separate, joined bool
	role             role
}{
	{"-D", true, true, text},
	{"-U", true, true, text},
	{"-I", true, true, userDir},
	{"-iquote", true, true, userDir},
	{"-isystem", true, true, sysDir},
	{"-idirafter", true, true, sysDir},
	{"-include", true, false, preFile},
	{"-imacros", true, false, preFile},
	{"-isysroot", true, true, onePath},
	{"--sysroot", true, false, onePath},
	{"--sysroot=", false, true, onePath},
	{"-resource-dir", true, false, onePath},
	{"-resource-dir=", false, true, onePath},
	{"-L", true, true, onePath},
	{"-B", true, true, onePath},
	{"-o", true, true, outFile},
	{"-MF", true, true, depFile},
	{"-MT", true, true, depName},
	{"-MQ", true, true, depQuote},
	{"-x", true, true, lang},
	{"-Xclang", true, false, frontend},
	{"-target", true, false, text},
	{"-mllvm", true, false, text},
	{"--param", true, false, text},
	{"-Xlinker", true, false, text},
	{"-l", true, true, text},
	{"-z", true, false, text},
	{"-u", true, false, text},
	{"-e", true, false, text},
	{"-T", true, true, refuse},
	{"-arch", true, false, refuse},
	{"-MJ", true, true, refuse},
	{"-Xassembler", true, false, refuse},
	{"-Xpreprocessor", true, false, refuse},
	{"-include-pch", true, false, refuse},
	{"-ivfsoverlay", true, false, refuse},
	{"-working-directory", true, false, refuse},
	{"-dumpdir", true, false, refuse},
	{"--config", true, false, refuse},
	{"--serialize-diagnostics", true, false, refuse},
}

// plainFlags decide about the object, or do nothing, and have no value.
var plainFlags = []string{
	"-c", "-pipe", "-pthread", "-w", "-ansi", "-undef", "-trigraphs", "-pedantic", "-pedantic-errors",
	"-nostdinc", "-nobuiltininc", "-nostdlibinc", "-nostdlib", "-nodefaultlibs", "-nostartfiles",
	"-static", "-shared", "-rdynamic", "-s", "-Qunused-arguments",
	"-no-canonical-prefixes", "--no-wasm-opt", "--no-default-config",
}

// families are beginnings of options that decide about the object by their
// text alone, but for those that begin like one in refused.
var families = []string{"-O", "-g", "-f", "-m", "-W", "-std=", "--std=", "--target="}

var refused = []string{
	// They write further files, or say on stdout or stderr what differs from run to run.
	"-gsplit-dwarf", "-fstack-usage", "-fdump-", "-ftime-", "-fproc-stat-report", "-ftest-coverage", "-fcoverage",
	"-fsave-optimization-record", "-foptimization-record", "-fcrash-diagnostics", "-fgen-reproducer", "-fsyntax-only",
	// They read further files.
	"-fprofile", "-fauto-profile", "-fcs-profile", "-fmemory-profile", "-fmodule", "-fimplicit-module", "-fbuild-session",
	"-fplugin", "-fpass-plugin", "-fsanitize-ignorelist", "-fsanitize-blacklist", "-fsanitize-coverage-", "-fsanitize-system-",
	"-fxray", "-fbasic-block-sections=list", "-fthinlto-index", "-frandomize-layout-seed-file", "-fapinotes",
	"-fno-integrated-as", "-fprebuilt", "-fembed-offload",
	// They put the command line, and so this machine's directories, into the object.
	"-frecord-", "-grecord-",
	// Options for other programs, in a syntax of their own.
	"-Wa,", "-Wp,",
}

// notLink are options that make clang stop before linking or do something else
// altogether. -c and -S are not among them.
func notLink(arg string) bool {
	switch arg {
	case "-E", "-M", "-MM", "-fsyntax-only", "--analyze", "--precompile", "-emit-ast", "-###", "--version", "--help", "-help":
		return true
	}
	return strings.HasPrefix(arg, "-print-") || strings.HasPrefix(arg, "--print-") || strings.HasPrefix(arg, "-dump")
}

// parse reads a command line without the program's name.
func parse(args []string, mark rewriter) *invocation {
	inv := &invocation{}
	refuseFor := func(reason string) {
		if inv.reason == "" {
			inv.reason = reason
		}
	}
	var stops, compiles, objects bool
	var output string
	var wantDeps bool
	keep := func(args ...string) { inv.child = append(inv.child, args...) }

	for i := 0; i < len(args); i++ {
		arg := args[i]
		if notLink(arg) {
			stops = true
		}
		switch {
		case arg == "-":
			inv.inputs = append(inv.inputs, arg)
			refuseFor("the source comes from stdin")
			continue
		case arg == "" || arg[0] != '-':
			if strings.HasPrefix(arg, "@") {
				refuseFor("response file " + arg)
			}
			inv.inputs = append(inv.inputs, arg)
			inv.key = append(inv.key, "input", mark.path(arg))
			keep(arg)
			continue
		case arg == "-MD" || arg == "-MMD":
			wantDeps = true
			inv.deps.userOnly = inv.deps.userOnly || arg == "-MMD" // as in clang, -MMD wins
			continue
		case arg == "-MP":
			inv.deps.phony = true
			continue
		case arg == "-c":
			compiles, objects = true, true
		case arg == "-S":
			compiles = true
		}
		if slices.Contains(plainFlags, arg) {
			inv.key = append(inv.key, arg)
			keep(arg)
			continue
		}

		opt, value, next := findValueOption(args, i)
		if opt < 0 {
			if !inFamily(arg) {
				refuseFor("option " + arg)
			}
			inv.key = append(inv.key, arg)
			keep(arg)
			continue
		}
		if next > len(args) {
			refuseFor("option " + arg + " without a value")
			break
		}
		whole := args[i:next]
		i = next - 1
		name := valueOptions[opt].name
		switch valueOptions[opt].role {
		case outFile:
			output = value
			continue
		case depFile:
			inv.deps.file = value
			continue
		case depName:
			inv.deps.targets = append(inv.deps.targets, value)
			continue
		case depQuote:
			inv.deps.targets = append(inv.deps.targets, quoteMake(value))
			continue
		case lang:
			if value != "c" {
				refuseFor("option -x " + value)
			}
			inv.key = append(inv.key, name, value)
		case frontend:
			if !harmlessFrontend(value) {
				refuseFor("option -Xclang " + value)
			}
			inv.key = append(inv.key, name, value)
		case refuse:
			refuseFor("option " + name)
		case userDir:
			inv.user = append(inv.user, value)
			inv.key = append(inv.key, name, mark.path(value))
		case sysDir:
			inv.system = append(inv.system, value)
			inv.key = append(inv.key, name, mark.path(value))
		case preFile:
			inv.included = append(inv.included, value)
			inv.key = append(inv.key, name, mark.path(value))
		case onePath:
			inv.key = append(inv.key, name, mark.path(value))
		case text:
			inv.key = append(inv.key, name, value)
		}
		keep(whole...)
	}

	switch {
	case stops || len(inv.inputs) == 0:
		inv.kind = other
		return inv
	case compiles:
		inv.kind = compile
	default:
		inv.kind = link
		inv.output = output
		if output == "" {
			inv.output = "a.out"
		}
		return inv
	}

	if len(inv.inputs) != 1 {
		refuseFor("several sources")
	} else if filepath.Ext(inv.inputs[0]) != ".c" {
		refuseFor("not a C source")
	}
	if !objects || slices.Contains(args, "-S") {
		refuseFor("option -S")
	}
	inv.output = output
	if output == "" && len(inv.inputs) == 1 && objects {
		inv.output = replaceExt(filepath.Base(inv.inputs[0]), ".o")
	}
	switch {
	case !wantDeps && inv.deps.file != "":
		refuseFor("option -MF without -MD or -MMD")
	case inv.deps.file == "-":
		refuseFor("option -MF -")
	case wantDeps && inv.deps.file == "":
		inv.deps.file = replaceExt(inv.output, ".d")
	}
	if wantDeps && len(inv.deps.targets) == 0 {
		inv.deps.targets = []string{quoteMake(inv.output)}
	}
	return inv
}

// findValueOption looks for the option args[i] in valueOptions. value is its
// value and next the index after it, which is past the end if the value is
// missing. The longest name wins: -include-pch is not -include.
func findValueOption(args []string, i int) (opt int, value string, next int) {
	opt = -1
	for n, o := range valueOptions {
		if opt >= 0 && len(o.name) < len(valueOptions[opt].name) {
			continue
		}
		rest, ok := strings.CutPrefix(args[i], o.name)
		switch {
		case !ok:
		case rest == "" && o.separate:
			opt, value, next = n, "", i+2
			if i+1 < len(args) {
				value = args[i+1]
			}
		case rest != "" && o.joined:
			opt, value, next = n, rest, i+1
		}
	}
	return opt, value, next
}

func inFamily(arg string) bool {
	begins := func(prefix string) bool { return strings.HasPrefix(arg, prefix) }
	return slices.ContainsFunc(families, begins) && !slices.ContainsFunc(refused, begins)
}

// harmlessFrontend reports whether an argument of -Xclang decides about the
// object by its text. Those that have a value give it by another -Xclang.
func harmlessFrontend(arg string) bool {
	switch arg {
	case "-target-feature", "-target-cpu", "-target-abi":
		return true
	}
	return strings.HasPrefix(arg, "+") || inFamily(arg)
}

func replaceExt(name, ext string) string {
	return strings.TrimSuffix(name, filepath.Ext(name)) + ext
}
