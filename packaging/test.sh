#!/usr/bin/env bash
# Runs the whole test suite, after installing what this machine lacks for it (see setup.sh):
#
#   packaging/test.sh             everything, with the window and without it
#   packaging/test.sh ARGS...     only the tests that cargo selects by ARGS, with the window
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/setup.sh
. packaging/setup.sh

meet need_rust need_compiler need_window need_test_tools

# The headless half has fewer tests and shares every compiled dependency: the second round costs one compilation.
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --no-fail-fast "$@"
  [ $# -gt 0 ] || cargo nextest run --locked --no-fail-fast --no-default-features
else
  cargo test --locked --no-fail-fast --lib --bins --tests "$@"
  [ $# -gt 0 ] || cargo test --locked --no-fail-fast --lib --bins --tests --no-default-features
fi
# Examples in the documentation are tests that neither of the above runs.
[ $# -gt 0 ] || cargo test --locked --doc
