//! `reelbench render`: tabs as PNG files, drawn off-screen by the window's own code.

use std::path::{Path, PathBuf};

use super::args::RenderArgs;
use super::text::{say, say_json};
use super::{DONE, opening, show};
use crate::engine::{Access, Engine, Failure, Options, demo};
use crate::model::Key;
use crate::ui::offscreen::Stage;
use crate::ui::panels::TABS;
use crate::ui::render::{Subject, render};
use crate::ui::theme::Theme;

pub(super) fn run(args: &RenderArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let path = match workspace {
        None if args.demo => Some(demo::path()?),
        named => named,
    };
    let engine = opening::open(path, "reelbench render", Access::View)?;
    let runs: Vec<Key> = args.run.iter().map(|text| show::find(&engine, text)).collect::<Result<_, _>>()?;
    if args.all {
        return draw_all(&engine, &runs, args, &args.out);
    }
    let wanted = args.tab.as_deref().unwrap_or_default();
    let tab = TABS.iter().find(|tab| tab.name == wanted).ok_or_else(|| {
        let names: Vec<&str> = TABS.iter().map(|tab| tab.name).collect();
        Failure::Refused(format!("There is no tab “{wanted}”; there are {}", names.join(", ")))
    })?;
    let theme = Theme::from_name(&args.theme).ok_or_else(|| {
        let names: Vec<&str> = Theme::ALL.iter().map(|theme| theme.name()).collect();
        Failure::Refused(format!("There is no theme “{}”; there are {}", args.theme, names.join(", ")))
    })?;
    let subject = Subject { tab: tab.name, runs, has_shell: args.window };
    draw(&engine, &subject, theme, args.size, args.scale, &args.out, args.json)?;
    engine.close();
    Ok(DONE)
}

/// Draws every tab of a workspace in both themes into a folder.
pub(super) fn every_tab(workspace: &Path, folder: &Path) -> Result<u8, Failure> {
    let engine = Engine::open(workspace, Options::headless("reelbench render", Access::View))?;
    let args = RenderArgs {
        tab: None,
        all: true,
        run: Vec::new(),
        size: (1280, 800),
        scale: 1.0,
        theme: String::new(),
        window: true,
        demo: false,
        out: folder.to_owned(),
        json: false,
    };
    draw_all(&engine, &[], &args, folder)
}

fn draw_all(engine: &Engine, runs: &[Key], args: &RenderArgs, folder: &Path) -> Result<u8, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::File {
        path: folder.to_owned(),
        reason: format!("the folder cannot be made: {error}"),
    })?;
    for theme in [Theme::Light, Theme::Dark] {
        for tab in TABS {
            let subject = Subject { tab: tab.name, runs: runs.to_vec(), has_shell: args.window };
            let path = folder.join(format!("{}-{}.png", tab.name, theme.name()));
            draw(engine, &subject, theme, args.size, args.scale, &path, args.json)?;
        }
    }
    if !args.json {
        say(&format!(
            "Every tab is drawn in {}",
            std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).display()
        ));
    }
    Ok(DONE)
}

fn draw(
    engine: &Engine,
    subject: &Subject,
    theme: Theme,
    (width, height): (u32, u32),
    pixels_per_point: f32,
    path: &Path,
    is_json: bool,
) -> Result<(), Failure> {
    let stage = Stage { size: [width as usize, height as usize], pixels_per_point, theme, ..Stage::default() };
    let failed = |reason: String| Failure::File { path: path.to_owned(), reason };
    let picture = render(engine, subject, stage).map_err(|error| failed(error.to_string()))?;
    picture.save(path).map_err(|error| failed(error.to_string()))?;
    if is_json {
        say_json(&serde_json::json!({
            "version": 1,
            "tab": subject.tab,
            "theme": theme.name(),
            "file": path.to_string_lossy(),
            "width": width,
            "height": height,
        }));
    } else {
        say(&path.display().to_string());
    }
    Ok(())
}
