#!/usr/bin/env bash
# A real video pipeline with real tools and no network, to record with reelbench:
#
#   reelbench record --pipeline demo -- packaging/demo/pipeline.sh
#
# FFmpeg draws a test clip and espeak-ng speaks its script (source); the audio is extracted and pocketsphinx
# recognises it (ingest); a text step chooses the passages to keep and writes the narration (director); espeak-ng
# speaks that narration (voice); FFmpeg cuts, scales, encodes and muxes the result (assembly).
#
# Every step runs under `reelbench stage`, which makes it a span of the run being recorded. With no recording going
# on, or with no reelbench at all, the same commands simply run. Recognition of synthetic speech is poor: the
# pipeline is here for its timings, not for its words.
#
# Environment:
#   TOPIC      harbour | library | garden | 城市: what the clip talks about and how it looks     (harbour)
#   CLIP_SECS  length of the clip in seconds                                                     (16)
#   SEED       seed of the clip's noise, so that clips of one topic differ                       (1)
#   SCALE      how many times larger the output picture is                                       (2)
#   PRESET     x264 preset of the final encode                                                   (veryfast)
#   FAIL_AT    ingest | voice | assembly: that step is given a file that does not exist          (none)
#   WORK_DIR   folder for the files in between; kept when named, else temporary and removed
#   OUT        where the finished video goes                                                     (none: measured, then removed)
#   REELBENCH  the reelbench program                                                             (reelbench)
set -euo pipefail

self=$(readlink -f "$0")
export TOPIC=${TOPIC:-harbour} CLIP_SECS=${CLIP_SECS:-16} SEED=${SEED:-1} SCALE=${SCALE:-2} PRESET=${PRESET:-veryfast}
export FAIL_AT=${FAIL_AT:-} LC_ALL=C.UTF-8

# stage NAME [OPTION VALUE]... -- COMMAND...: the command as a span of the recording, or just the command.
stage() {
  if command -v "${REELBENCH:-reelbench}" >/dev/null 2>&1; then
    "${REELBENCH:-reelbench}" stage "$@"
  else
    while [ "$1" != -- ]; do shift; done
    shift
    "$@"
  fi
}

# A phase is this script called again with the phase's name, so that the phase's own steps nest in its span.
phase() { # number, name, function
  printf '%s\n' "$2" >&2
  stage "$2" --number "$1" -- "$self" "$3"
}

operation() { # name, command...
  local name=$1
  shift
  stage "$name" --kind operation -- "$@"
}

ffmpeg_quiet() { # name, arguments...
  local name=$1
  shift
  operation "$name" ffmpeg -hide_banner -nostdin -loglevel error -y "$@"
}

# The step's input, or, when the step was asked to fail, the name of a file that does not exist.
input_of() { # step, file
  if [ "$FAIL_AT" = "$1" ]; then printf '%s.missing\n' "$2"; else printf '%s\n' "$2"; fi
}

# --- what the clip says and shows -------------------------------------------------------------------------------

script_text() {
  case $TOPIC in
    harbour)
      cat <<'TEXT'
Good morning from the harbour. The first boats came in before the sun was up.
They carry fish, salt and letters from the islands.
A man on the long wall is mending a red net, and he does it every day.
When the wind turns to the west, the boats must stay in.
Then the whole town goes to the market and waits for better weather.
At night one lamp burns at the end of the wall, and it shows the way home.
TEXT
      ;;
    library)
      cat <<'TEXT'
The old library opens at nine. Most people come for the newspaper and the warm room.
There are forty thousand books here, and nobody has read them all.
The best chair stands under the window on the second floor.
A small machine brings the books from the cellar. It is slow, and it makes a great noise.
In the evening the lights go out one after another, and the building is quiet.
TEXT
      ;;
    garden)
      cat <<'TEXT'
This is the story of a small garden behind a tall house.
In spring the ground is cold and wet, and we plant beans and onions.
In summer the water has to come from the well, two buckets at a time.
The dog sleeps under the apple tree and watches the birds.
In autumn we eat what is left, and we keep the seeds for another year.
TEXT
      ;;
    城市)
      cat <<'TEXT'
Welcome to the city at night. Ten million people live here and half of them are awake.
The last train leaves at one, and the first train leaves at four.
Between the two there are the street sweepers, the bakers and the taxi drivers.
Look at the bridge with the blue lights. It was built in three years.
When the sun comes up the river turns gold, and everything begins again.
TEXT
      ;;
    *)
      printf 'pipeline.sh: TOPIC=%s is not known; use harbour, library, garden or 城市.\n' "$TOPIC" >&2
      return 2
      ;;
  esac
}

# The clip's picture as an FFmpeg source. Each moves in its own way, so that encoders work differently hard.
picture() {
  local size=640x360 rate=25
  case $TOPIC in
    harbour) printf 'testsrc2=size=%s:rate=%s,noise=alls=4:allf=t:all_seed=%s' $size $rate "$SEED" ;;
    library) printf 'gradients=size=%s:rate=%s:speed=0.02:seed=%s' $size $rate "$SEED" ;;
    garden) printf 'life=size=160x90:rate=%s:mold=10:ratio=0.2:seed=%s:death_color=#203010:life_color=#a0d040,scale=%s:flags=neighbor' $rate "$SEED" ${size/x/:} ;;
    *) printf 'mandelbrot=size=%s:rate=%s:start_scale=2.%s,hue=H=0.3*t' $size $rate "$SEED" ;;
  esac
}

# --- the phases, in order -----------------------------------------------------------------------------------------

source_phase() {
  script_text >script.txt
  operation speak_script espeak-ng -v en-us -s 135 -f script.txt -w script.wav
  ffmpeg_quiet draw_clip -f lavfi -i "$(picture)" -i script.wav -af apad -t "$CLIP_SECS" \
    -c:v libx264 -preset ultrafast -crf 20 -pix_fmt yuv420p -c:a aac -b:a 96k clip.mp4
}

ingest_phase() {
  ffmpeg_quiet extract_audio -i "$(input_of ingest clip.mp4)" -vn -ac 1 -ar 16000 -c:a pcm_s16le speech.wav
  operation recognise "$self" recognise
}

# Words with their times, one a line: start, end, word. The two generations of pocketsphinx speak differently.
recognise() {
  if command -v pocketsphinx_continuous >/dev/null 2>&1; then
    pocketsphinx_continuous -infile speech.wav -time yes -logfn /dev/null |
      awk 'NF == 4 && $1 !~ /^[<\[]/ { sub(/\([0-9]+\)$/, "", $1); print $2, $3, $1 }' >words.txt
  else
    pocketsphinx single speech.wav 2>/dev/null | tr '{' '\n' |
      sed -nE 's/^"b":([0-9.]+),"d":([0-9.]+),"p":[-0-9.e]+,"t":"([^"<[]+)".*/\1 \2 \3/p' |
      awk 'NF == 3 { sub(/\([0-9]+\)$/, "", $3); print $1, $1 + $2, $3 }' >words.txt
  fi
}

# Passages end where the speaker pauses. The densest ones, up to 60 % of the clip, are kept in their own order.
# This step measures itself and reports in one JSON line, as any script or program may; so it needs no `stage`.
director_phase() {
  local start=${EPOCHREALTIME/[.,]/} end
  awk -v clip_secs="$CLIP_SECS" '
    function close_passage() { if (words != "") { num++; from[num] = first; to[num] = last; text[num] = words; count[num] = n } }
    NR > 1 && $1 - last > 0.35 || last - first > 6 { close_passage(); words = "" }
    { if (words == "") { first = $1; n = 0 } words = words (words == "" ? "" : " ") $3; last = $2; n++ }
    END {
      close_passage()
      # A recogniser may hear nothing at all; then the opening seconds are kept and the narrator says so.
      if (num == 0) { num = 1; from[1] = 0; to[1] = clip_secs / 2; text[1] = "nothing was understood"; count[1] = 1 }
      print num > "passages.txt"
      for (left = clip_secs * 0.6; left > 0; left -= to[best] - from[best]) {
        best = 0
        for (i = 1; i <= num; i++) if (!(i in kept) && to[i] - from[i] > 0.2 && to[i] - from[i] <= left) {
          density = count[i] / (to[i] - from[i])
          if (best == 0 || density > best_density) { best = i; best_density = density }
        }
        if (best == 0) break
        kept[best] = 1
      }
      for (i = 1; i <= num; i++) if (i in kept) {
        printf "%.3f %.3f\n", from[i], to[i] > "edits.txt"
        printf "%s.\n", text[i] > "narration.txt"
      }
    }' words.txt
  end=${EPOCHREALTIME/[.,]/}
  if [ -n "${REELBENCH_EVENTS:-}" ]; then
    awk -v start="$start" -v end="$end" -v words="$(wc -l <words.txt)" -v passages="$(cat passages.txt)" -v edits="$(wc -l <edits.txt)" 'BEGIN {
      printf "{\"phase\": \"phase2_director\", \"timestamp\": %.6f, \"elapsed_seconds\": %.6f, ", end / 1e6, (end - start) / 1e6
      printf "\"transcript_segments\": %d, \"transcript_words\": %d, \"actions_generated\": %d}\n", passages, words, edits
    }' >>"$REELBENCH_EVENTS"
  fi
}

voice_phase() {
  local number=0 sentence
  : >voice.list
  while IFS= read -r sentence; do
    number=$((number + 1))
    printf '%s\n' "$sentence" >"say$number.txt"
    operation "speak_$number" espeak-ng -v en-gb -s 165 -f "say$number.txt" -w "say$number.wav"
    printf "file 'say%s.wav'\n" "$number" >>voice.list
  done <narration.txt
  ffmpeg_quiet join_voice -f concat -safe 0 -i "$(input_of voice voice.list)" -ac 1 -ar 48000 -c:a pcm_s16le voice.wav
}

assembly_phase() {
  local keep
  keep=$(awk '{ printf "%sbetween(t,%s,%s)", (NR > 1 ? "+" : ""), $1, $2 }' edits.txt)
  ffmpeg_quiet cut -i clip.mp4 -an -vf "select='$keep',setpts=N/25/TB" -r 25 -c:v ffv1 cut.mkv
  ffmpeg_quiet scale_encode -i "$(input_of assembly cut.mkv)" -vf "scale=iw*$SCALE:-2:flags=lanczos" \
    -c:v libx264 -preset "$PRESET" -crf 21 -pix_fmt yuv420p picture.mp4
  ffmpeg_quiet mux -i picture.mp4 -i voice.wav -map 0:v -map 1:a -c:v copy -c:a aac -b:a 128k -af apad -shortest \
    -movflags +faststart out.mp4
}

# --- calls ----------------------------------------------------------------------------------------------------------

case ${1:-} in
  "") ;;
  source_phase | ingest_phase | recognise | voice_phase | assembly_phase)
    "$1"
    exit
    ;;
  *)
    printf 'pipeline.sh: it takes no arguments; see the environment variables in its first lines.\n' >&2
    exit 2
    ;;
esac

if [ -n "${WORK_DIR:-}" ]; then
  mkdir -p "$WORK_DIR"
else
  WORK_DIR=$(mktemp -d)
  trap 'rm -rf "$WORK_DIR"' EXIT
fi
[ -z "${OUT:-}" ] || OUT=$(readlink -f "$OUT")
cd "$WORK_DIR"

phase 0 phase0_source source_phase
phase 1 phase1_ingest ingest_phase
printf 'phase2_director\n' >&2
director_phase
phase 3 phase3_voice voice_phase
phase 4 phase4_assembly assembly_phase

printf 'done: %s bytes, %s of %s passages kept\n' "$(wc -c <out.mp4)" "$(wc -l <edits.txt)" "$(cat passages.txt)" >&2
[ -z "${OUT:-}" ] || cp out.mp4 "$OUT"
