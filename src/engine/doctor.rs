//! The doctor: what this machine has of what the window, the store and the probes need, and how to get the rest.

use std::path::Path;

use crate::store::Reader;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What: `libxkbcommon-x11.so.0`, `SQLite`.
    pub name: String,
    /// How it is.
    pub state: State,
    /// In words: a version, a reason, what to do.
    pub detail: String,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There.
    Good,
    /// Not there, and the program does without it.
    Absent,
    /// Not there, and something does not work without it.
    Missing,
}

impl State {
    /// The word people read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Absent => "absent",
            Self::Missing => "missing",
        }
    }
}

/// A library that a desktop loads at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Library {
    /// Its file name for the loader.
    pub file: &'static str,
    /// Its package in Debian and Ubuntu.
    pub apt: &'static str,
    /// Its package in Fedora.
    pub dnf: &'static str,
    /// Its package in Arch.
    pub pacman: &'static str,
}

/// What a window under X11 needs. Without `libxkbcommon-x11` the window system would panic instead of saying so.
#[rustfmt::skip]
pub const X11_LIBRARIES: &[Library] = &[
    Library { file: "libX11.so.6", apt: "libx11-6", dnf: "libX11", pacman: "libx11" },
    Library { file: "libX11-xcb.so.1", apt: "libx11-xcb1", dnf: "libX11-xcb", pacman: "libx11" },
    Library { file: "libXcursor.so.1", apt: "libxcursor1", dnf: "libXcursor", pacman: "libxcursor" },
    Library { file: "libXi.so.6", apt: "libxi6", dnf: "libXi", pacman: "libxi" },
    Library { file: "libxkbcommon.so.0", apt: "libxkbcommon0", dnf: "libxkbcommon", pacman: "libxkbcommon" },
    Library { file: "libxkbcommon-x11.so.0", apt: "libxkbcommon-x11-0", dnf: "libxkbcommon-x11", pacman: "libxkbcommon-x11" },
];

/// What a window under Wayland needs.
#[rustfmt::skip]
pub const WAYLAND_LIBRARIES: &[Library] = &[
    Library { file: "libwayland-client.so.0", apt: "libwayland-client0", dnf: "libwayland-client", pacman: "wayland" },
    Library { file: "libwayland-egl.so.1", apt: "libwayland-egl1", dnf: "libwayland-egl", pacman: "wayland" },
    Library { file: "libxkbcommon.so.0", apt: "libxkbcommon0", dnf: "libxkbcommon", pacman: "libxkbcommon" },
];

/// What drawing needs under either.
#[rustfmt::skip]
pub const GL_LIBRARIES: &[Library] = &[
    Library { file: "libEGL.so.1", apt: "libegl1", dnf: "libglvnd-egl", pacman: "libglvnd" },
    Library { file: "libGL.so.1", apt: "libgl1", dnf: "libglvnd-glx", pacman: "libglvnd" },
];

/// Which display the environment offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// Wayland.
    Wayland,
    /// X11.
    X11,
    /// None: only the headless half works.
    None,
    /// A platform whose display needs no libraries of its own.
    Native,
}

/// The display a window would open on.
#[must_use]
pub fn display() -> Display {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !cfg!(target_os = "linux") {
        Display::Native
    } else if is_set("WAYLAND_DISPLAY") {
        Display::Wayland
    } else if is_set("DISPLAY") {
        Display::X11
    } else {
        Display::None
    }
}

/// The libraries a window on that display needs and the loader cannot find.
#[must_use]
pub fn missing_libraries(display: Display) -> Vec<Library> {
    let wanted: &[&[Library]] = match display {
        Display::X11 => &[X11_LIBRARIES, GL_LIBRARIES],
        Display::Wayland => &[WAYLAND_LIBRARIES, GL_LIBRARIES],
        Display::None | Display::Native => &[],
    };
    wanted.iter().copied().flatten().copied().filter(|library| !can_load(library.file)).collect()
}

/// Asks the loader itself: it alone knows its search path, cache and preloads.
fn can_load(file: &str) -> bool {
    #[expect(
        unsafe_code,
        reason = "loading runs the library's initialisers; these are the ones the window system loads a moment later"
    )]
    // SAFETY: the named libraries are the platform's own window-system libraries, whose initialisers are sound to run
    // at any time from any thread; no symbol is taken from them, and they are closed again.
    unsafe {
        libloading::Library::new(file).is_ok()
    }
}

/// The sentence for libraries that are missing: what, and the command that installs them.
#[must_use]
pub fn how_to_install(missing: &[Library]) -> String {
    let files: Vec<&str> = missing.iter().map(|library| library.file).collect();
    let packages = |name: fn(&Library) -> &'static str| {
        let mut names: Vec<&str> = missing.iter().map(name).collect();
        names.sort_unstable();
        names.dedup();
        names.join(" ")
    };
    format!(
        "The window needs {} which this machine lacks. Install with\n  sudo apt install {}      (Debian, Ubuntu)\n  sudo dnf install {}      (Fedora)\n  sudo pacman -S {}      (Arch)",
        files.join(", "),
        packages(|library| library.apt),
        packages(|library| library.dnf),
        packages(|library| library.pacman)
    )
}

/// Looks at everything. `renderer` is what drew the window last, where one was open on this machine.
#[must_use]
pub fn examine(workspace: &Path, renderer: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add =
        |name: &str, state: State, detail: String| findings.push(Finding { name: name.to_owned(), state, detail });
    add("reelbench", State::Good, env!("CARGO_PKG_VERSION").to_owned());
    add("SQLite", State::Good, format!("{} (bundled)", Reader::sqlite_version()));
    let display = display();
    let shown = match display {
        Display::X11 => (State::Good, "X11".to_owned()),
        Display::Wayland => (State::Good, "Wayland".to_owned()),
        Display::Native => (State::Good, "the system's own".to_owned()),
        Display::None => (
            State::Absent,
            "none: DISPLAY and WAYLAND_DISPLAY are not set; the headless half and `render` work".to_owned(),
        ),
    };
    add("display", shown.0, shown.1);
    // Without a display the X11 set is looked at all the same: it is what a remote session will need.
    let asked = if display == Display::None { Display::X11 } else { display };
    let is_needed = display != Display::None;
    let missing = missing_libraries(asked);
    for library in [X11_LIBRARIES, WAYLAND_LIBRARIES, GL_LIBRARIES].concat() {
        if missing.contains(&library) {
            let state = if is_needed { State::Missing } else { State::Absent };
            add(
                library.file,
                state,
                format!("install {} (apt), {} (dnf) or {} (pacman)", library.apt, library.dnf, library.pacman),
            );
        }
    }
    if missing.is_empty() && asked != Display::Native {
        add("window libraries", State::Good, "all found".to_owned());
    }
    match renderer {
        Some(renderer) => add("renderer", State::Good, renderer.to_owned()),
        None => add(
            "renderer",
            State::Absent,
            "not known yet: it is noted when a window opens; `render` draws on the CPU".to_owned(),
        ),
    }
    match crate::live::probes::gpu::availability() {
        Ok(words) => add("NVML", State::Good, words),
        Err(reason) => add("NVML", State::Absent, reason),
    }
    findings.extend(examine_workspace(workspace));
    findings
}

fn examine_workspace(workspace: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name = format!("workspace {}", workspace.display());
    if workspace.exists() {
        let checked = Reader::open(workspace).and_then(|reader| Ok((reader.integrity_check()?, reader.totals()?)));
        let (state, detail) = match checked {
            Ok((faults, totals)) if faults.is_empty() => (
                State::Good,
                format!(
                    "integrity check clean; {} runs, {} spans, {} samples",
                    totals.num_runs, totals.num_spans, totals.num_samples
                ),
            ),
            Ok((faults, _)) => (State::Missing, format!("damaged: {}; restore a backup", faults.join("; "))),
            Err(error) => (State::Missing, error.to_string()),
        };
        findings.push(Finding { name, state, detail });
    } else {
        findings.push(Finding {
            name,
            state: State::Absent,
            detail: "not there yet; it is made when something is recorded or imported".to_owned(),
        });
    }
    let folder = workspace.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    if let Some(bytes) = crate::live::host::free_bytes(folder) {
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        let free = crate::model::Unit::BYTES.format(bytes as f64);
        let state = if bytes < 100_000_000 { State::Missing } else { State::Good };
        findings.push(Finding { name: format!("disk of {}", folder.display()), state, detail: format!("{free} free") });
    }
    findings
}
