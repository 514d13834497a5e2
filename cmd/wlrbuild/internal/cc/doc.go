// Package cc is the compiler launcher that stands as $CC while a project is
// configured and made. It runs the real clang with the flags the build wants,
// keeps the objects in a content-addressed cache, and can put a record of a
// link in the place of the program, so that the same objects are linked once
// per runtime.
//
// # The cache
//
// A compilation is known by a key: the digest of everything that is known
// before the compiler starts (this launcher's version, the toolchain's digest,
// the arguments, the working directory, the content of the source). Below a
// key is a manifest: entries that say "if these headers have these digests,
// the object is that one". So a hit reads and hashes files, and starts no
// compiler. Time stamps never make a hit; they only ever forbid storing (see
// launcher.observe).
//
// The directories of this machine (work tree, build tree, toolchain) are
// replaced by fixed names in the key, in manifests, and by clang in the object
// itself. A build in another place finds and makes the same bytes.
//
// # Headers that were not there
//
// The list of headers that were read does not tell when a new file would be
// found before one of them, or when an __has_include that said no would say
// yes. Each entry therefore also remembers which lookups had a file: the names
// spelled after any include, import, embed or __has_include in any file that
// was read (also those in inactive code), times the directories that can be
// searched (-I and its kin, and the directory of each file read). A hit reads
// those directories again; if a remembered name has appeared in or vanished
// from one, the entry does not apply. Compared with a digest of the
// directories' listings, a build directory in which objects and other headers
// appear while make runs costs no misses; compared with a list of absent
// candidate paths, it needs one readdir a directory instead of thousands of
// stats.
//
// It does not see a lookup whose name is made by a macro and that finds
// nothing, and it does not look into the compiler's built-in directories:
// those are the toolchain, whose digest is in the key.
//
// # What is not cached
//
// Only a compilation of one C file whose options are all known to be harmless
// is cached; the rest is passed through with the reason on record: a list of
// what is known cannot be out of date in the dangerous direction. Failing
// compilations are never stored.
package cc
