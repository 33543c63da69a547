#!/usr/bin/env bash
# Builds reelbench and starts it, after installing what this machine lacks (see setup.sh):
#
#   packaging/run.sh              the window, on the demo; without a display, every tab of the demo as a PNG file
#   packaging/run.sh ARGS...      reelbench ARGS..., for example: packaging/run.sh import metrics.jsonl
set -euo pipefail
called_from=$PWD
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/setup.sh
. packaging/setup.sh

display=
[ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || display=yes

needs=(need_rust need_compiler)
if [ -n "$display" ]; then needs+=(need_window); else needs+=(like_fonts); fi
meet "${needs[@]}"

cargo build --release --locked --bin reelbench
program=$PWD/target/release/reelbench
[ -z "${CARGO_TARGET_DIR:-}" ] || program=$(readlink -f "$CARGO_TARGET_DIR")/release/reelbench

# Without arguments, the demo. With no display reelbench says so itself and draws the tabs into files.
[ $# -gt 0 ] || set -- --demo
cd "$called_from"
exec "$program" "$@"
