#!/bin/sh
# Makes the fixtures: every NAME.c here into NAME.wasm, for wasm32-wasip1. Run it
# after changing one, and commit the .wasm and sources.sha256 with it; `go test`
# compares the latter. The fixtures are committed so that the tests need no
# compiler.
#
#   CLANG=… WASM_LD=… SYSROOT=… BUILTINS=… sh build.sh
#
# With a wasi-sdk: CLANG=$WASI_SDK_PATH/bin/clang WASM_LD=$WASI_SDK_PATH/bin/wasm-ld
# SYSROOT=$WASI_SDK_PATH/share/wasi-sysroot. Those here were made with clang 22 and
# wasi-libc of December 2024.
set -eu
cd "$(dirname "$0")"
: "${CLANG:=clang}" "${WASM_LD:=wasm-ld}" "${SYSROOT:?the folder with include/ and lib/ of wasi-libc}"
: "${BUILTINS:=$("$CLANG" --target=wasm32-wasip1 -print-libgcc-file-name)}"
lib=$SYSROOT/lib/wasm32-wasip1

# Two steps, so that clang runs neither itself nor whatever wasm-opt is on PATH.
for c in *.c; do
	name=${c%.c}
	"$CLANG" --target=wasm32-wasip1 --sysroot "$SYSROOT" -D_GNU_SOURCE -Oz -Wall -Werror -c "$c" -o "$name.o"
	# Without debug information, but with the names of functions, which
	# traps are described with.
	"$WASM_LD" -S -L"$lib" "$lib/crt1-command.o" "$name.o" -lc "$BUILTINS" -o "$name.wasm"
	rm "$name.o"
	chmod 644 "$name.wasm"
done
sha256sum -- *.c > sources.sha256
