#!/bin/sh
# Makes the modules of the fixtures that are C: those that need debug information
# and relocations. CLANG is a clang for wasm32-wasip1, version 22 for those here.
set -eu
cd "$(dirname "$0")"
for c in */testdata/*.c; do
	(cd "$(dirname "$c")" && "${CLANG:-clang}" --target=wasm32-wasip1 -nostdlib --no-wasm-opt -g -O1 \
		-ffile-prefix-map="$PWD"=. -Wl,--no-entry,--emit-relocs,-z,stack-size=131072,--stack-first \
		-o "$(basename "$c" .c).wasm" "$(basename "$c")")
	chmod 644 "${c%.c}.wasm"
done
