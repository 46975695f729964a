#!/bin/sh
# Compiles the runtime as Embedded Swift for bare-metal targets and lists what it needs from the
# platform. Usage: scripts/check-embedded.sh [target...]
set -eu
cd "$(dirname "$0")/.."
bin=$(dirname "$(command -v swiftc)")
PATH="$PATH:$bin"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
[ $# -gt 0 ] || set -- armv7em-none-none-eabi riscv32-none-none-eabi
for target in "$@"; do
    find Sources/LimbeckRuntime -name '*.swift' | sort | xargs swiftc \
        -enable-experimental-feature Embedded -wmo -parse-as-library -swift-version 6 \
        -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
        -enable-upcoming-feature InternalImportsByDefault -warnings-as-errors \
        -module-name LimbeckRuntime -target "$target" -Osize -c -o "$out/runtime.o"
    echo "$target: compiles"
    if command -v llvm-size >/dev/null; then llvm-size "$out/runtime.o"; fi
    if command -v llvm-nm >/dev/null; then
        llvm-nm --undefined-only "$out/runtime.o" | awk '{ print "  needs " $2 }' | sort -u
    fi
done
