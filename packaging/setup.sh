# shellcheck shell=bash
# What run.sh and test.sh need on this machine: look for it, install it where that is allowed, else say how.
#
# Sourced, not run, in the project's folder. A caller names what it needs and gets on only when all of it is there:
#
#   meet need_rust need_compiler need_window need_test_tools
#
# Each need_* only looks, which takes milliseconds. What is missing is installed through apt, dnf or pacman when this
# is root or sudo asks no password; otherwise the exact command is printed and the script ends with code 2. Things
# that are only nice to have never stop anything.

missing=()      # things that must be there: first words of package_table
missing_nice=() # things that are only nice to have
missing_why=()  # both, with what each is for, in words
loader_cache=   # what the dynamic loader knows, read once

# One line a thing: its name here, then its package for apt, dnf and pacman ("-" where that system has none).
package_table='
cc                       gcc                 gcc                     gcc
libc-headers             libc6-dev           glibc-devel             glibc
libX11.so.6              libx11-6            libX11                  libx11
libX11-xcb.so.1          libx11-xcb1         libX11-xcb              libx11
libXcursor.so.1          libxcursor1         libXcursor              libxcursor
libXi.so.6               libxi6              libXi                   libxi
libxkbcommon.so.0        libxkbcommon0       libxkbcommon            libxkbcommon
libxkbcommon-x11.so.0    libxkbcommon-x11-0  libxkbcommon-x11        libxkbcommon-x11
libwayland-client.so.0   libwayland-client0  libwayland-client       wayland
libwayland-egl.so.1      libwayland-egl1     libwayland-egl          wayland
libEGL.so.1              libegl1             libglvnd-egl            libglvnd
libGL.so.1               libgl1              libglvnd-glx            libglvnd
gl-driver                libgl1-mesa-dri     mesa-dri-drivers        mesa
gl-driver-glx            libglx-mesa0        mesa-libGL              mesa
gl-driver-egl            libegl-mesa0        mesa-libEGL             mesa
libfontconfig.so.1       libfontconfig1      fontconfig              fontconfig
cjk-font                 fonts-droid-fallback google-droid-sans-fonts noto-fonts-cjk
ffmpeg                   ffmpeg              ffmpeg-free             ffmpeg
ffprobe                  ffmpeg              ffmpeg-free             ffmpeg
espeak-ng                espeak-ng           espeak-ng               espeak-ng
pocketsphinx             pocketsphinx        pocketsphinx            -
pocketsphinx-model       pocketsphinx-en-us  pocketsphinx-models     -
Xvfb                     xvfb                xorg-x11-server-Xvfb    xorg-server-xvfb
xkb-data                 xkb-data            xkeyboard-config        xkeyboard-config
xdotool                  xdotool             xdotool                 xdotool
'

say() { printf '%s\n' "$@" >&2; }

stop() { # code, sentences...
  local code=$1
  shift
  say "$@"
  exit "$code"
}

have() { command -v "$1" >/dev/null 2>&1; }

lacks() { # thing, what it is for
  missing+=("$1")
  missing_why+=("$1 ($2)")
}

would_like() { # thing, what it is for
  missing_nice+=("$1")
  missing_why+=("$1 ($2; optional)")
}

# --- looking --------------------------------------------------------------------------------------------------------

# Rust comes from rustup, not from the distribution, whose version is rarely new enough: so it is never installed here.
need_rust() {
  local wanted found how
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  how="Get it from https://rustup.rs:  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
then open a new shell (or run:  . \"\$HOME/.cargo/env\") and start this script again."
  if ! have cargo || ! have rustc; then
    [ ! -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ] || PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  fi
  if ! have cargo || ! have rustc; then stop 2 "Rust $wanted or newer is needed and was not found here." "$how"; fi
  found=$(rustc --version | sed 's/^rustc \([0-9.]*\).*/\1/')
  if [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ]; then
    have rustup && how="Run:  rustup update stable"
    stop 2 "Rust $wanted or newer is needed; this is $found." "$how"
  fi
}

# SQLite is compiled from its C source into the program. A compiler without the C library's headers does not help.
need_compiler() {
  if ! have cc; then
    lacks cc "the C compiler that builds the bundled SQLite, and the linker"
    [ "$(uname)" != Linux ] || lacks libc-headers "the C library's headers"
  elif ! printf '#include <stdio.h>\nint main(void) { return 0; }\n' | cc -x c - -o /dev/null 2>/dev/null; then
    lacks libc-headers "the C library's headers: cc is there but cannot compile a program"
  fi
}

has_library() { # soname
  local ldconfig
  if [ -z "$loader_cache" ]; then
    ldconfig=$(PATH="$PATH:/sbin:/usr/sbin" command -v ldconfig) || ldconfig=
    loader_cache=$([ -z "$ldconfig" ] || "$ldconfig" -p 2>/dev/null) || loader_cache=
    loader_cache=${loader_cache:-none}
  fi
  case $loader_cache in
    none) return 0 ;; # no cache to ask (musl, Nix): the program asks the loader itself when it starts
    *[[:space:]]"$1 "*) return 0 ;;
    *) return 1 ;;
  esac
}

any_file() { # pattern...
  local file
  for file in "$@"; do [ ! -e "$file" ] || return 0; done
  return 1
}

# The window opens these at run time; nothing links them, so nothing else would notice that they are missing.
need_window() {
  [ "$(uname)" = Linux ] || return 0
  local library
  for library in libX11.so.6 libX11-xcb.so.1 libXcursor.so.1 libXi.so.6 libxkbcommon.so.0 libxkbcommon-x11.so.0 \
    libEGL.so.1 libGL.so.1; do
    has_library "$library" || lacks "$library" "the window opens it at run time"
  done
  if [ -n "${WAYLAND_DISPLAY:-}" ]; then
    for library in libwayland-client.so.0 libwayland-egl.so.1; do
      has_library "$library" || lacks "$library" "the window opens it at run time under Wayland"
    done
  fi
  if ! has_library libGLX_mesa.so.0 && ! has_library libGLX_nvidia.so.0; then
    lacks gl-driver-glx "an OpenGL driver for X11"
  fi
  if ! has_library libEGL_mesa.so.0 && ! has_library libEGL_nvidia.so.0; then
    lacks gl-driver-egl "an OpenGL driver for EGL"
  fi
  if has_library libGLX_mesa.so.0 && ! has_library libGLX_nvidia.so.0 &&
    ! any_file /usr/lib/dri/swrast_dri.so /usr/lib64/dri/swrast_dri.so /usr/lib/*/dri/swrast_dri.so \
      /usr/lib/libgallium*.so /usr/lib64/libgallium*.so /usr/lib/*/libgallium*.so; then
    lacks gl-driver "Mesa's drivers, software rendering among them"
  fi
  like_fonts
}

# Chinese titles are drawn as boxes without a font that has them; everything else works.
like_fonts() {
  [ "$(uname)" = Linux ] || return 0
  has_library libfontconfig.so.1 || would_like libfontconfig.so.1 "finds fonts for Chinese and other scripts"
  if have fc-list; then
    [ -z "$(fc-list ':charset=4e2d' file 2>/dev/null)" ] || return 0 # 4e2d is the character for "middle"
  elif [ -n "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" "$HOME/.fonts" \
    \( -iname '*cjk*' -o -iname '*droidsansfallback*' -o -iname 'wqy*' -o -iname '*uming*' -o -iname '*ukai*' \) \
    -print -quit 2>/dev/null)" ]; then
    return 0
  fi
  would_like cjk-font "a font for Chinese titles"
}

# The demo pipeline's programs, and a screen that needs no monitor.
need_test_tools() {
  have ffmpeg || lacks ffmpeg "the demo pipeline encodes with it"
  have ffprobe || lacks ffprobe "tests compare with what it says"
  have espeak-ng || lacks espeak-ng "the demo pipeline's voice"
  have pocketsphinx_continuous || have pocketsphinx || lacks pocketsphinx "the demo pipeline's speech recognition"
  any_file /usr/share/pocketsphinx/model/en-us /usr/local/share/pocketsphinx/model/en-us \
    /usr/share/pocketsphinx/en-us || lacks pocketsphinx-model "the recogniser's English model"
  [ "$(uname)" = Linux ] || return 0
  have Xvfb || lacks Xvfb "the window is opened on it"
  any_file /usr/share/X11/xkb/rules /usr/share/xkeyboard-config-2/rules || lacks xkb-data "keyboard tables for Xvfb"
  have xdotool || would_like xdotool "presses keys in the window on Xvfb"
}

# --- getting --------------------------------------------------------------------------------------------------------

package_manager() {
  local manager
  for manager in apt-get dnf pacman; do
    if have "$manager"; then
      printf '%s\n' "$manager"
      return
    fi
  done
}

packages_for() { # manager, things...: their packages, each once; nothing for what that system does not pack
  local manager=$1 column=4
  shift
  case $manager in apt-get) column=2 ;; dnf) column=3 ;; esac
  printf '%s\n' "$@" | awk -v column="$column" -v table="$package_table" '
    BEGIN { n = split(table, line, "\n"); for (i = 1; i <= n; i++) if (split(line[i], word, " ") == 4) package[word[1]] = word[column] }
    package[$1] != "" && package[$1] != "-" && !(package[$1] in seen) { seen[package[$1]] = 1; print package[$1] }' | paste -s -d ' ' -
}

install_command() { # manager, packages
  case $1 in
    apt-get) printf 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends %s' "$2" ;;
    dnf) printf 'dnf install -y --setopt=install_weak_deps=False %s' "$2" ;;
    pacman) printf 'pacman -S --needed --noconfirm %s' "$2" ;;
  esac
}

# meet need_rust need_window...: looks, installs what is missing where that is allowed, and looks once more, because a
# package with the right name may still not hold the thing. Ends the script, with code 2, unless all of it is there.
meet() {
  look "$@"
  [ ${#missing_why[@]} -gt 0 ] || return 0
  say "Missing here:"
  printf '  %s\n' "${missing_why[@]}" >&2
  install_missing
  look "$@"
  [ ${#missing[@]} -eq 0 ] ||
    stop 2 "Still missing: ${missing[*]}. Please install what holds it by hand, then start again."
}

look() { # need_* functions...
  missing=() missing_nice=() missing_why=() loader_cache=
  local need
  for need in "$@"; do "$need"; done
}

install_missing() {
  local manager packages command by_hand
  manager=$(package_manager)
  if [ -z "$manager" ]; then
    [ ${#missing[@]} -gt 0 ] || return 0
    stop 2 "No apt, dnf or pacman was found. Please install the above by the means of this system, then start again."
  fi
  packages=$(packages_for "$manager" ${missing[@]+"${missing[@]}"} ${missing_nice[@]+"${missing_nice[@]}"})
  [ -n "$packages" ] || return 0 # this system packs none of it: meet names what is missing
  command=$(install_command "$manager" "$packages")
  by_hand="sudo sh -c '$command'"
  have sudo || by_hand="su -c '$command'"

  local as_root=(sh -c)
  if [ "$(id -u)" != 0 ]; then
    as_root=(sudo -n sh -c)
    if ! have sudo || ! sudo -n true 2>/dev/null; then
      # Nobody is asked for a password for what is only nice to have.
      [ ${#missing[@]} -gt 0 ] || { say "To add it:" "  $by_hand" && return 0; }
      stop 2 "Installing it needs root. Please run" "  $by_hand" "then start this script again."
    fi
  fi
  say "Installing: $command"
  "${as_root[@]}" "$command" >&2 || [ ${#missing[@]} -eq 0 ] ||
    stop 2 "The installation failed; the messages above say why. The command was" "  $by_hand"
  hash -r
}
