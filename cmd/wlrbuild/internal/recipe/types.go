// Package recipe reads the data that says what can be built: recipes (what to
// build, from which source, configured how), runtimes (where it will run) and
// toolchains (what builds it). Adding a release, a branch, a runtime or a
// toolchain is adding a file; nothing in Go knows any of them by name.
package recipe

// The comments and tags below are the documentation of the formats: the
// published JSON schemas and `wlrbuild explain` are made from them. A field
// without omitempty is mandatory; text in it may not be empty.

// Recipe is recipes/<name>.yaml: what to build.
type Recipe struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.recipe/v1"`
	// The name of the file without .yaml: "php-8.2".
	Name string `yaml:"name"`
	// One line for `wlrbuild list`.
	Title string `yaml:"title"`
	// The folder below patches/: "php".
	Project string `yaml:"project"`
	// The branch: "8.2". Its releases are the branch, a dot and the patch level.
	Branch string `yaml:"branch"`
	// The day after which upstream mends nothing any more: "2026-12-31".
	EOL string `yaml:"eol,omitempty"`
	// Where releases come from.
	Source Source `yaml:"source"`
	// The toolchain it is built with where none is asked for.
	Toolchain string `yaml:"toolchain"`
	// The configure step.
	Configure Configure `yaml:"configure"`
	// The compile step.
	Make Make `yaml:"make"`
	// The functions in which the programs spend their time. Every artifact must
	// have them.
	Hot []HotFunction `yaml:"hot,omitempty"`
	// The programs that come out of the build.
	Artifacts []Artifact `yaml:"artifacts" jsonschema:"minItems=1"`
	// The runtimes it is known to build for.
	Runtimes []string `yaml:"runtimes" jsonschema:"minItems=1"`
	// The project's own tests.
	Tests *Tests `yaml:"tests,omitempty"`
	// What is run to see how fast the artifacts are.
	Bench *Bench `yaml:"bench,omitempty"`
}

// Source says where releases come from. Every provider is optional; they are
// asked in the order of the fields.
type Source struct {
	// Files that must be in a source tree for it to be this project.
	Marks []Mark `yaml:"marks" jsonschema:"minItems=1"`
	// The upstream repository.
	Git *GitSource `yaml:"git,omitempty"`
	// The release archives.
	Tarball *TarballSource `yaml:"tarball,omitempty"`
	// The source package of a Debian suite.
	Debian *DebianSource `yaml:"debian,omitempty"`
	// A file beside the recipe with the armoured OpenPGP public keys that may
	// sign this branch's tags and archives.
	Keys string `yaml:"keys"`
	// The SHA-256 of release archives, by release: of the .tar.xz, in hex.
	Digests map[string]string `yaml:"digests,omitempty"`
}

// Mark is a file that identifies a source tree.
type Mark struct {
	// The file's path in the source tree.
	File string `yaml:"file"`
	// A regular expression that must match in the file; its first group is the
	// release.
	Version string `yaml:"version,omitempty"`
}

// GitSource is an upstream repository.
type GitSource struct {
	// The repository.
	URL string `yaml:"url"`
	// The tag of a release: "php-{version}".
	Tag string `yaml:"tag"`
}

// TarballSource is a release archive.
type TarballSource struct {
	// The archive; "{version}" stands for the release.
	URL string `yaml:"url"`
	// The archive's detached OpenPGP signature; "{version}" stands for the release.
	Signature string `yaml:"signature,omitempty"`
	// A page or document that lists releases.
	Index string `yaml:"index,omitempty"`
	// A regular expression for the index; its first group is a release.
	Releases string `yaml:"releases,omitempty"`
}

// DebianSource is a Debian source package; its .orig.tar is the upstream
// release archive.
type DebianSource struct {
	// The suite; its own security and update pockets are included.
	Suite string `yaml:"suite"`
	// The source package.
	Package string `yaml:"package"`
	// Releases whose archives the mirrors' pools may still have when the suite
	// lists newer ones, which a mirror may not have yet.
	Earlier []EarlierRelease `yaml:"earlier,omitempty"`
}

// EarlierRelease is a release that a suite had.
type EarlierRelease struct {
	// The upstream version.
	Version string `yaml:"version"`
	// Its .orig.tar.
	Archive PoolFile `yaml:"archive"`
	// The signature of that.
	Signature *PoolFile `yaml:"signature,omitempty"`
}

// PoolFile is a file of a Debian archive.
type PoolFile struct {
	// Its path below the archive's root: "pool/main/p/php8.2/…".
	Path string `yaml:"path"`
	// Its digest.
	SHA256 string `yaml:"sha256"`
}

// Configure is the configure step.
type Configure struct {
	// Commands that make configure, scanners and parsers where a source has
	// none, as a git checkout.
	Generate []Command `yaml:"generate,omitempty"`
	// The configure script, relative to the source tree.
	Script string `yaml:"script"`
	// The value of --host, for config.sub.
	Host string `yaml:"host"`
	// Arguments for the script.
	Args []Arg `yaml:"args"`
	// Values of autoconf cache variables.
	Cache []Fact `yaml:"cache,omitempty"`
	// Programs of the build machine whose answers configure would take for
	// the target's. They are replaced while it runs.
	Programs []Program `yaml:"programs,omitempty"`
	// Compiler flags.
	CFlags []Arg `yaml:"cflags,omitempty"`
	// Linker flags.
	LDFlags []Arg `yaml:"ldflags,omitempty"`
	// Globs of the files in the source tree that configure reads. A change
	// elsewhere in the tree does not run it again.
	Inputs []string `yaml:"inputs"`
}

// Command is a program that is run in the source tree. It is an argument
// list, not text for a shell.
type Command struct {
	// The program and its arguments.
	Argv []string `yaml:"argv" jsonschema:"minItems=1"`
	// The command is left out if this file exists.
	Unless string `yaml:"unless,omitempty"`
	// The programs of this machine that it needs.
	Needs []string `yaml:"needs,omitempty"`
}

// Arg is a command-line argument with the reason it is there.
type Arg struct {
	// The argument.
	Arg string `yaml:"arg"`
	// Why it is there.
	Why string `yaml:"why"`
}

// Fact is a value that configure cannot find out by itself, or finds out
// wrongly, when cross-compiling.
type Fact struct {
	// The cache variable: "ac_cv_func_chmod".
	Name string `yaml:"name"`
	// Its value.
	Value string `yaml:"value" jsonschema:"minLength=0"`
	// Why configure has to be told.
	Why string `yaml:"why"`
	// Where one can read more.
	Ref string `yaml:"ref,omitempty"`
}

// Program is a stand-in for a program: it prints a line.
type Program struct {
	// The program it stands for: "uname".
	Name string `yaml:"name"`
	// What it prints, whatever its arguments.
	Print string `yaml:"print"`
	// Why configure must not ask the real one.
	Why string `yaml:"why"`
}

// Make is the compile step.
type Make struct {
	// The targets.
	Targets []string `yaml:"targets" jsonschema:"minItems=1"`
	// Flags for the compilation of single files.
	FileFlags []FileFlags `yaml:"file_flags,omitempty"`
}

// FileFlags are flags for the files that match a glob.
type FileFlags struct {
	// The files, relative to the source tree.
	Glob string `yaml:"glob"`
	// The flags.
	Flags []string `yaml:"flags" jsonschema:"minItems=1"`
	// Why they need them.
	Why string `yaml:"why"`
}

// HotFunction is a function that passes over the linked module make larger for
// the sake of speed.
type HotFunction struct {
	// Its name: "execute_some".
	Function string `yaml:"function"`
	// What it does so often.
	Why string `yaml:"why"`
	// A regular expression for the names of the functions that its indirect calls
	// call. The switch that takes the place of a call has these alone; others are
	// called as elsewhere. Default: all of the type that is called.
	Callees string `yaml:"callees,omitempty"`
	// Those that become a part of it.
	Inline []Inline `yaml:"inline,omitempty"`
}

// Inline says which functions become a part of one that calls them.
type Inline struct {
	// A regular expression for their names: "^ZEND_MUL_". With file, one for that
	// file's text, whose first group is a name.
	Names string `yaml:"names"`
	// A file of the patched source that says which they are.
	File string `yaml:"file,omitempty"`
	// Why these.
	Why string `yaml:"why"`
}

// Artifact is a program that comes out of the build.
type Artifact struct {
	// The first part of its name: "php-cgi" makes
	// dist/php-cgi-<release>-<runtime>.wasm.
	Name string `yaml:"name"`
	// The file that make would link: "sapi/cgi/php-cgi".
	Link string `yaml:"link"`
	// How to see that it runs.
	Smoke *Smoke `yaml:"smoke,omitempty"`
}

// Smoke is one run of an artifact.
type Smoke struct {
	// The arguments.
	Args []string `yaml:"args"`
	// What it reads on its standard input.
	Stdin string `yaml:"stdin,omitempty"`
	// Its environment: NAME=VALUE.
	Env []string `yaml:"env,omitempty"`
	// A regular expression for what it must print; "{version}" stands for the
	// release.
	Expect string `yaml:"expect"`
}

// Tests says how a project's own tests are run: by a script in its source tree
// with the options of PHP's run-tests.php, which a native build of the project
// runs.
type Tests struct {
	// The script, relative to the source tree.
	Runner string `yaml:"runner"`
	// The artifact that runs tests, and natively the script.
	CLI string `yaml:"cli"`
	// The artifact that runs the tests that are requests.
	CGI string `yaml:"cgi"`
	// Folders with tests, relative to the source tree.
	Folders []string `yaml:"folders" jsonschema:"minItems=1"`
	// The folder with the tests of an extension; "{extension}" stands for its
	// name in lower case. It counts if the native build has the extension.
	Extensions string `yaml:"extensions,omitempty"`
	// Tests whose scripts start the project's programs, which is what they test.
	// The native build runs these scripts, and what they start are the artifacts,
	// since WASI starts no processes.
	Starting *Starting `yaml:"starting,omitempty"`
}

// Starting says which tests start programs. They run where they are named:
// those of servers need a runtime that listens.
type Starting struct {
	// Folders with such tests, relative to the source tree.
	Folders []string `yaml:"folders" jsonschema:"minItems=1"`
	// A regular expression that is found in the text of such a test. The others
	// of a folder are run as they are anywhere else.
	Text string `yaml:"text"`
}

// Bench is what wlrbuild bench runs.
type Bench struct {
	// The artifact.
	Artifact string `yaml:"artifact"`
	// What it is run for.
	Workloads []Workload `yaml:"workloads" jsonschema:"minItems=1"`
}

// Workload is a run of an artifact that takes some time.
type Workload struct {
	// What reports call it: "bench.php".
	Name string `yaml:"name"`
	// The arguments; "{source}" stands for the source tree, "{files}" for a copy
	// of files.
	Args []string `yaml:"args"`
	// A folder beside the recipe with what it needs.
	Files string `yaml:"files,omitempty"`
	// The arguments with which the native build completes the copy of that, once.
	Generate []string `yaml:"generate,omitempty"`
	// Whether it prints the same every time. Then one that prints anything else
	// than the native build is an error.
	SameOutput bool `yaml:"same_output,omitempty"`
}

// Differences is recipes/differences/<recipe>.yaml: the tests that a native
// build passes and an artifact cannot. Each is held to: one that passes is an
// error, and none excuses a crash, nor a run that does not end unless native PHP
// does not end either.
type Differences struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.differences/v1"`
	// The name of the file without .yaml, which is that of the recipe.
	Name string `yaml:"name"`
	// The tests, by what they have in common.
	Groups []Difference `yaml:"groups"`
}

// Difference is a group of tests that differ for the same reason.
type Difference struct {
	// What it is that the artifact cannot do, and why.
	Why string `yaml:"why"`
	// The runtimes it is true for; all if there are none.
	Runtimes []string `yaml:"runtimes,omitempty"`
	// The engines it is true for, "wasmtime", or "wasmedge 0.14" for the
	// versions that begin so; all if there are none.
	Engines []string `yaml:"engines,omitempty"`
	// Functions of the C library that fail. The tests' scripts wait for ever for what
	// these cannot do. Natively they do so too, if the functions fail with ENOSYS:
	// every run makes sure of that.
	Endless []Failing `yaml:"endless,omitempty"`
	// The tests: their paths in the source tree.
	Tests []string `yaml:"tests" jsonschema:"minItems=1"`
}

// Failing is a function of the C library that fails.
type Failing struct {
	// Its name: "popen".
	Function string `yaml:"function"`
	// What it returns then: -1, or 0 for a null pointer.
	Returns int `yaml:"returns" jsonschema:"minimum=-1"`
}

// Suppressions is a file with findings of `wlrbuild lint` that do not count.
type Suppressions struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.suppressions/v1"`
	// The findings, each with the reason why it does not count.
	Suppress []Suppression `yaml:"suppress" jsonschema:"minItems=1"`
}

// Suppression says which findings do not count, and why. Of what it leaves out,
// anything will do.
type Suppression struct {
	// The check: "WLR103" or "trap-only".
	Check string `yaml:"check"`
	// The module: a pattern for the last part of its path, "php-*.wasm".
	File string `yaml:"file,omitempty"`
	// The runtime: "wasmedge", or "wasmedge@0.14" for the releases that begin
	// so. A finding on several is suppressed on these alone.
	Runtime string `yaml:"runtime,omitempty"`
	// Text that the message has in it.
	Match string `yaml:"match,omitempty"`
	// Why it does not count.
	Reason string `yaml:"reason"`
}

// Runtime is recipes/runtimes/<name>.yaml: where an artifact runs.
type Runtime struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.runtime/v1"`
	// The name of the file without .yaml: "wasmedge".
	Name string `yaml:"name"`
	// One line for `wlrbuild list`.
	Title string `yaml:"title"`
	// The folder below sockshim-c/backends.
	Backend string `yaml:"backend"`
	// How longjmp gets to its setjmp, and whether there are contexts (fibers):
	// none: longjmp ends the process; no contexts;
	// checked: by returning from one function after the other, each of which asks
	// whether that is so, which every engine can run; no contexts;
	// resumable: the same, and functions can also be suspended, for contexts;
	// exnref: by the exception handling of the final proposal; no contexts.
	Setjmp string `yaml:"setjmp" jsonschema:"enum=none,enum=checked,enum=resumable,enum=exnref"`
	// Passes over the linked module, in this order.
	PostLink []string `yaml:"post_link,omitempty"`
	// A program that the module goes through after them.
	Optimizer *Optimizer `yaml:"optimizer,omitempty"`
	// Linker flags.
	LDFlags []Arg `yaml:"ldflags,omitempty"`
	// Bytes of shadow stack.
	Stack int64 `yaml:"stack" jsonschema:"minimum=65536"`
	// The programs that run its artifacts, best first.
	Engines []Engine `yaml:"engines" jsonschema:"minItems=1"`
	// The engine for a project's own tests, which are thousands of short runs;
	// without it, the first one.
	TestEngine string `yaml:"test_engine,omitempty"`
}

// Optimizer is a program that makes another module of one, which does the same.
type Optimizer struct {
	// Its arguments: "{in}" stands for the module, "{out}" for what it writes.
	Args []string `yaml:"args"`
	// Where it can be had.
	Fetch DebianPackages `yaml:"fetch"`
}

// Variant is recipes/variants/<name>.yaml: what another build would do
// differently. Nobody ships it; wlrbuild bench compares it with what is shipped.
type Variant struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.variant/v1"`
	// The name of the file without .yaml: "as-linked".
	Name string `yaml:"name"`
	// One line that says what is different, and why it is of interest.
	Title string `yaml:"title"`
	// Compiler flags that come after the recipe's.
	CFlags []Arg `yaml:"cflags,omitempty"`
	// What stands in the place of the runtime's setjmp.
	Setjmp string `yaml:"setjmp,omitempty" jsonschema:"enum=none,enum=checked,enum=resumable,enum=exnref"`
	// What stands in the place of the runtime's post_link: [] for no passes.
	PostLink []string `yaml:"post_link,omitempty"`
	// What stands in the place of the runtime's optimizer.
	Optimizer *Optimizer `yaml:"optimizer,omitempty"`
}

// Engine says how an engine is started for this runtime's artifacts.
type Engine struct {
	// Its name: "wasmedge", "wazero", "wasmtime", "node".
	Name string `yaml:"name"`
	// Whether the engine is a part of wlrbuild or a program.
	Kind string `yaml:"kind" jsonschema:"enum=embedded,enum=command"`
	// The set of host functions that an embedded engine gives its guests; without
	// it, those of WASI preview 1.
	Host string `yaml:"host,omitempty" jsonschema:"enum=wasmedge"`
	// The known releases, in the order in which they are fetched, each with what differs.
	Releases []EngineRelease `yaml:"releases,omitempty"`
	// The names that are looked for on PATH.
	Programs []string `yaml:"programs,omitempty"`
	// The arguments that make it print its version.
	VersionArgs []string `yaml:"version_args,omitempty"`
	// A regular expression for that; its first group is the version.
	Version string `yaml:"version,omitempty"`
	// The largest exit status a guest can end with; 0 means 255.
	ExitMax int `yaml:"exit_max,omitempty"`
}

// EngineRelease is a range of releases that are started the same way.
type EngineRelease struct {
	// The first release of the range; without it, there is no first one.
	Since string `yaml:"since,omitempty"`
	// The first release after the range; without it, there is no end.
	Until string `yaml:"until,omitempty"`
	// What follows the program: "{dirs}" is replaced by one expansion of dir
	// per directory, "{env}" by one of env per variable, "{module}" and
	// "{args}" by what they say, "{argv0}" by the program's name.
	Run []string `yaml:"run" jsonschema:"minItems=1"`
	// The same for a module that was compiled ahead of time.
	RunAOT []string `yaml:"run_aot,omitempty"`
	// The arguments that compile ahead of time, from "{in}" to "{out}".
	Compile []string `yaml:"compile,omitempty"`
	// The same for code that any processor of this machine's architecture runs.
	CompileGeneric []string `yaml:"compile_generic,omitempty"`
	// Where a compiled file has the module, if the engine does not need the bodies
	// of its functions any more: they are taken out, so that it starts faster.
	CompiledModule *CompiledModule `yaml:"compiled_module,omitempty"`
	// The arguments that open a directory: "{host}" and "{guest}".
	Dir []string `yaml:"dir,omitempty"`
	// The arguments that set a variable: "{name}" and "{value}".
	Env []string `yaml:"env,omitempty"`
	// Where such a release can be had.
	Fetch *DebianPackages `yaml:"fetch,omitempty"`
}

// CompiledModule says where a shared library, in ELF, that was compiled of a module has
// the module.
type CompiledModule struct {
	// The symbol of its bytes: "wasm.code".
	Bytes string `yaml:"bytes"`
	// The symbol of their number, in 32 bits: "wasm.size".
	Size string `yaml:"size"`
}

// DebianPackages is a set of binary packages, unpacked in a prefix of ours
// and started with the loader they bring, so that the machine's own packages
// stay as they are.
type DebianPackages struct {
	// The suite they are taken from.
	Suite string `yaml:"suite"`
	// The packages.
	Packages []string `yaml:"packages" jsonschema:"minItems=1"`
	// The program's path in the prefix.
	Program string `yaml:"program,omitempty"`
	// The folders of the prefix in which the loader looks for libraries.
	Libraries []string `yaml:"libraries,omitempty"`
}

// Toolchain is recipes/toolchains/<name>.yaml: clang, lld, the archiver and a
// WASI sysroot, from one provider.
type Toolchain struct {
	// The format of the file.
	Schema string `yaml:"schema" jsonschema:"enum=wlrbuild.toolchain/v1"`
	// The name of the file without .yaml.
	Name string `yaml:"name"`
	// One line for `wlrbuild list`.
	Title string `yaml:"title"`
	// The value of clang's --target: "wasm32-wasip1".
	Target string `yaml:"target"`
	// Debian packages.
	Debian *DebianPackages `yaml:"debian,omitempty"`
	// A release archive.
	Archive *Archive `yaml:"archive,omitempty"`
	// A variable of the environment that names a folder with the layout of
	// wasi-sdk: "WASI_SDK_PATH".
	EnvVar string `yaml:"env,omitempty"`
	// The programs' paths in the prefix: clang, wasm-ld, ar, ranlib, nm,
	// objcopy, strip.
	Programs map[string]string `yaml:"programs"`
	// Headers and libraries.
	Sysroot Sysroot `yaml:"sysroot"`
	// Flags for every call of clang.
	Flags []Arg `yaml:"flags,omitempty"`
	// The oldest clang that will do.
	MinClang int `yaml:"min_clang" jsonschema:"minimum=1"`
}

// Archive is a release archive with its digest.
type Archive struct {
	// The archive.
	URL string `yaml:"url"`
	// Its SHA-256 in hex.
	SHA256 string `yaml:"sha256"`
	// How many leading folders of its paths are left out.
	Strip int `yaml:"strip,omitempty"`
}

// Sysroot says where headers and libraries lie in a toolchain's prefix.
type Sysroot struct {
	// The folder of the headers.
	Include string `yaml:"include"`
	// The folder of the libraries.
	Lib string `yaml:"lib"`
	// The target's libclang_rt.builtins.
	Builtins string `yaml:"builtins"`
}
