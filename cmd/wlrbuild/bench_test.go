package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/build"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/oracle"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
)

// BenchmarkBuild builds PHP in a new cache, once, and reports what each kind of
// build takes, most of it as a ratio, since only ratios of one run mean
// something on a shared machine:
//
//	WLR_E2E=1 go test -run '^$' -bench Build -benchtime 1x -timeout 60m ./cmd/wlrbuild
func BenchmarkBuild(b *testing.B) {
	if os.Getenv("WLR_E2E") != "1" {
		b.Skip("SKIPPED: builds PHP from source several times; set WLR_E2E=1 to run it")
	}
	const name = "php-8.2"
	dir := b.TempDir()
	run := func(what string, args ...string) time.Duration {
		b.Helper()
		args = append([]string{
			"build", name, "--cache", filepath.Join(dir, "cache"), "--out", filepath.Join(dir, "dist"), "--progress", "quiet",
		}, args...)
		var stderr bytes.Buffer
		start := time.Now()
		if code := cli.Main(args, nil, &stderr, &stderr, os.Environ(), build.Builder{}); code != 0 {
			b.Fatalf("%s: exit %d\n%s", what, code, stderr.String())
		}
		d := time.Since(start)
		b.Logf("%-24s %7.1f s", what, d.Seconds())
		return d
	}
	for b.Loop() {
		cold := run("cold, toolchain included", "--runtime", "wasmedge")
		second := run("second runtime", "--runtime", "wasi")
		same := run("nothing changed", "--runtime", "wasmedge")
		patched := run("one patch line changed", "--runtime", "wasmedge", "--patches", changedPatches(b, dir))
		native := nativeBuild(b, dir, name)
		b.ReportMetric(cold.Minutes(), "cold-min")
		b.ReportMetric(second.Seconds()/cold.Seconds(), "second/cold")
		b.ReportMetric(same.Seconds(), "unchanged-s")
		b.ReportMetric(patched.Seconds()/cold.Seconds(), "patch/cold")
		b.ReportMetric(cold.Seconds()/native.Seconds(), "cold/native")
	}
}

// changedPatches is a copy of the patches with one line of the PHP 8.2 series
// changed, a comment in Zend/zend_execute.c.
func changedPatches(b *testing.B, dir string) string {
	b.Helper()
	to := filepath.Join(dir, "patches")
	if err := os.CopyFS(to, os.DirFS("../../patches")); err != nil {
		b.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(to, "php/8.2/*-zend-ask-for-signals-*.patch"))
	if err != nil || len(names) != 1 {
		b.Fatalf("the patch to change: %v, %v", names, err)
	}
	data, err := os.ReadFile(names[0])
	if err != nil {
		b.Fatal(err)
	}
	changed := bytes.Replace(data, []byte("+/* No signal interrupts WebAssembly;"), []byte("+/* No signal interrupts WebAssembly:"), 1)
	if bytes.Equal(changed, data) {
		b.Fatal("the patch does not have the line to change")
	}
	if err := os.WriteFile(names[0], changed, 0o666); err != nil {
		b.Fatal(err)
	}
	return to
}

// nativeBuild times configure and make of the same release for this machine.
func nativeBuild(b *testing.B, dir, name string) time.Duration {
	b.Helper()
	store, err := cache.Open(filepath.Join(dir, "cache"))
	if err != nil {
		b.Fatal(err)
	}
	set, err := recipe.Open("")
	if err != nil {
		b.Fatal(err)
	}
	r, _, err := set.Find(name)
	if err != nil {
		b.Fatal(err)
	}
	resolver := source.Resolver{Store: store, Recipes: set.FS}
	release, err := resolver.Resolve(b.Context(), source.Request{Recipe: r})
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if _, err := oracle.Build(b.Context(), pipeline.NewState("native", store, nil), oracle.Options{Recipe: r, Release: release}); err != nil {
		b.Fatal(err)
	}
	d := time.Since(start)
	b.Logf("%-24s %7.1f s", "native", d.Seconds())
	return d
}
