//! The window: eframe around [`window::Window`], which does everything that needs no window system.
//!
//! Before anything is opened the libraries are probed that a desktop loads at run time, because the window system
//! panics over some of them; what goes wrong later comes back as one sentence. Idle costs nothing: a frame is drawn
//! only after input, or when the engine or another thread [wakes](crate::engine::Wake) the window.

pub mod apply;
mod dialogs;
mod files;
pub mod inbox;
pub mod keeping;
mod opening;
pub mod window;

use std::sync::Arc;

use eframe::glow::{self, HasContext as _};

use crate::engine::{doctor, workspace};
use crate::model::Severity;
use crate::ui::icon_picture;
use keeping::Keeper;
pub use window::{Start, Window};

/// Opens the window and returns when it is closed.
///
/// # Errors
/// Why there is no window, and what to do about it.
pub fn run(start: Start) -> Result<(), String> {
    let display = doctor::display();
    if display == doctor::Display::None {
        return Err("there is no display (DISPLAY and WAYLAND_DISPLAY are not set); `reelbench render` draws into files, `reelbench --help` lists what works without a window".to_owned());
    }
    let missing = doctor::missing_libraries(display);
    if !missing.is_empty() {
        return Err(doctor::how_to_install(&missing));
    }
    let (keeper, settings, complaint) = Keeper::load();
    let (width, height) = settings.window_size.unwrap_or((1280.0, 800.0));
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("reelbench")
        .with_title("reelbench")
        .with_inner_size([width, height])
        .with_min_inner_size([640.0, 400.0])
        .with_drag_and_drop(true)
        .with_icon(icon_picture::icon());
    let options = eframe::NativeOptions { viewport, persist_window: false, ..eframe::NativeOptions::default() };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        if let Some(gl) = &creation.gl {
            workspace::note_renderer(&renderer(gl));
        }
        crate::ui::theme::install_fonts(&creation.egui_ctx);
        let ctx = creation.egui_ctx.clone();
        let wake = Arc::new(move || ctx.request_repaint());
        let mut window = Window::new(wake, keeper, settings, display != doctor::Display::Wayland);
        if let Some(complaint) = complaint {
            window.shell.tell(Severity::Warning, complaint);
        }
        window.start(start);
        Ok(Box::new(App { window }))
    });
    eframe::run_native("reelbench", options, create).map_err(|error| sentence(&error))
}

struct App {
    window: Window,
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        self.window.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.window.ui(ui);
    }

    fn on_exit(&mut self, _: Option<&glow::Context>) {
        self.window.close();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

/// What draws: `llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5 (Mesa 22.3.6)`.
fn renderer(gl: &glow::Context) -> String {
    let version = gl.version();
    #[expect(unsafe_code, reason = "glow marks every call of the driver as unsafe")]
    // SAFETY: the context is current on this thread, as eframe promises while it creates the app, and RENDERER is a
    // name that every version of OpenGL answers with a string.
    let renderer = unsafe { gl.get_parameter_string(glow::RENDERER) };
    format!("{renderer}, OpenGL {}.{} {}", version.major, version.minor, version.vendor_info)
}

/// The window system's error as a sentence with a way out.
fn sentence(error: &eframe::Error) -> String {
    let way_out = "`reelbench doctor` says what this machine has; `reelbench render` draws without a window";
    match error {
        eframe::Error::OpenGL(_) | eframe::Error::NoGlutinConfigs(..) | eframe::Error::Glutin(_) => format!(
            "no window could be opened, because OpenGL 2.1 or newer is missing here, as over some remote desktops ({error}). With Mesa, LIBGL_ALWAYS_SOFTWARE=1 draws without a graphics card; {way_out}"
        ),
        _ => format!("no window could be opened: {}; {way_out}", without_place(&error.to_string())),
    }
}

/// The window system's words without the place in its own code where they were said.
fn without_place(text: &str) -> &str {
    match text.rsplit_once(".rs:").and_then(|(_, rest)| rest.split_once(": ")) {
        Some((line, words)) if line.chars().all(|letter| letter.is_ascii_digit()) => words,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::without_place;

    #[test]
    fn errors_do_not_name_somebodys_folders() {
        let told = "winit EventLoopError: os error at /home/x/linux/mod.rs:788: Failed to open connection to X server";
        assert_eq!(without_place(told), "Failed to open connection to X server");
        assert_eq!(without_place("no such display: 7"), "no such display: 7");
    }
}
