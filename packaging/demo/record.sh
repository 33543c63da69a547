#!/usr/bin/env bash
# Records data/demo/demo.reelbench anew: 12 executions of pipeline.sh, one of which fails and one is interrupted.
#
#   packaging/demo/record.sh [OUT]
#
# The file is what `reelbench record` measured on this machine and nothing else, so the numbers differ from those of
# another machine. Nothing else should be running meanwhile. It takes three to five minutes.
#
# Environment: REELBENCH, the program (target/release/reelbench, which is built if it is not there).
set -euo pipefail
set -m # each recording gets its own process group and does not inherit an ignored Ctrl-C
cd "$(dirname "$(readlink -f "$0")")/../.."

out=${1:-data/demo/demo.reelbench}
max_bytes=$((3 * 1000 * 1000))
if [ -z "${REELBENCH:-}" ]; then
  cargo build --release --locked --bin reelbench
  REELBENCH=$(readlink -f "${CARGO_TARGET_DIR:-target}")/release/reelbench
fi
export REELBENCH

folder=$(mktemp -d)
recorder=
trap '[ -z "$recorder" ] || kill "$recorder" 2>/dev/null || true; rm -rf "$folder"' EXIT
workspace=$folder/demo.reelbench

fail() {
  printf 'record.sh: %s\n' "$*" >&2
  exit 1
}

num_recorded=0
begin() { # video id, environment of pipeline.sh...: starts a recording in the background
  local video_id=$1 setting labels=()
  shift
  for setting in "$@"; do
    case $setting in
      PRESET=* | SCALE=* | TOPIC=*) labels+=(--label "$(tr '[:upper:]' '[:lower:]' <<<"${setting%%=*}")=${setting#*=}") ;;
    esac
  done
  num_recorded=$((num_recorded + 1))
  work_dir=$folder/work$num_recorded
  printf '== %s of 12: %s %s\n' "$num_recorded" "$video_id" "$*" >&2
  env "$@" WORK_DIR="$work_dir" "$REELBENCH" record --workspace "$workspace" --pipeline demo --video-id "$video_id" \
    "${labels[@]}" -- packaging/demo/pipeline.sh </dev/null &
  recorder=$!
}

finish() { # how the run must have ended
  local outcome
  wait "$recorder" || true # its code is the pipeline's
  recorder=
  outcome=$("$REELBENCH" runs --workspace "$workspace" --json --limit 1 | sed -n 's/.*"outcome":"\([a-z]*\)".*/\1/p')
  [ "$outcome" = "$1" ] || fail "the run is $outcome, and $1 was expected"
  rm -rf "$work_dir"
}

record() {
  begin "$@"
  finish succeeded
}

harbour=港口的早晨
library=old-library
garden=后院的花园
city=城市之夜

record $harbour TOPIC=harbour PRESET=veryfast SCALE=2
record $harbour TOPIC=harbour PRESET=veryfast SCALE=2 SEED=2
record $library TOPIC=library PRESET=veryfast SCALE=2 CLIP_SECS=12
record $harbour TOPIC=harbour PRESET=medium SCALE=2
record $garden TOPIC=garden PRESET=veryfast SCALE=2 CLIP_SECS=22

begin $garden TOPIC=garden PRESET=veryfast SCALE=2 CLIP_SECS=22 FAIL_AT=assembly
finish failed

record $garden TOPIC=garden PRESET=medium SCALE=2 CLIP_SECS=22
record $city TOPIC=城市 PRESET=veryfast SCALE=2

# Ctrl-C while the encoder writes: its file grows when the first frames are through.
begin $city TOPIC=城市 PRESET=slower SCALE=3 CLIP_SECS=24
until [ "$(wc -c 2>/dev/null <"$work_dir/picture.mp4" || echo 0)" -gt 100000 ]; do
  kill -0 "$recorder" 2>/dev/null || fail "the recording that was to be interrupted ended by itself"
  sleep 0.05
done
kill -INT "$recorder"
finish interrupted

record $city TOPIC=城市 PRESET=slow SCALE=2
record $harbour TOPIC=harbour PRESET=slow SCALE=2
record $harbour TOPIC=harbour PRESET=veryfast SCALE=2 SEED=3

"$REELBENCH" backup --workspace "$workspace" "$folder/small.reelbench"
size_bytes=$(wc -c <"$folder/small.reelbench")
[ "$size_bytes" -lt $max_bytes ] || fail "the workspace has $size_bytes bytes, and the repository takes less than $max_bytes"
mkdir -p "$(dirname "$out")"
mv "$folder/small.reelbench" "$out"
"$REELBENCH" runs --workspace "$out"
printf '%s: %s runs, %s bytes\n' "$out" "$num_recorded" "$size_bytes"
