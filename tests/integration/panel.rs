//! One tab on a workspace of its own, driven by the labels it shows: what the tests of tabs share.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use reelbench::engine::queries::RunQuery;
use reelbench::engine::{Access, Engine, Options};
use reelbench::model::Key;
use reelbench::ui::command::Command;
use reelbench::ui::panels::{Context, TABS};
use reelbench::ui::theme::Theme;
use reelbench::ui::view::{RunFrame, View};

/// What a tab draws with, and what it asked for.
pub struct Desk {
    pub engine: Engine,
    pub view: View,
    pub commands: Vec<Command>,
    pub theme: Theme,
}

impl Desk {
    /// A workspace in a folder, filled by `fill`, with these runs in view.
    pub fn new(folder: &Path, fill: impl FnOnce(&Engine) -> Vec<Key>) -> Self {
        let engine =
            Engine::open(&folder.join("a.reelbench"), Options::headless("reelbench test", Access::Edit)).unwrap();
        let runs = fill(&engine);
        let frames = runs.into_iter().map(|run| frame(&engine, run)).collect();
        Self { engine, view: View { frames, ..View::default() }, commands: Vec::new(), theme: Theme::Dark }
    }
}

fn frame(engine: &Engine, run: Key) -> RunFrame {
    let found = engine.ask(&RunQuery { run }).unwrap().run;
    let (origin_nanos, end_nanos) = found.bounds().unwrap_or((0, 0));
    RunFrame {
        run,
        title: found.title(),
        apart: String::new(),
        origin_nanos,
        end_nanos,
        clock: found.run.clock,
        outcome: found.run.outcome,
    }
}

/// A tab drawn at a size, and the desk it stands on.
pub struct Bench {
    pub harness: Harness<'static>,
    pub desk: Rc<RefCell<Desk>>,
}

impl Bench {
    /// Opens the tab of that name and waits until everything it asks for is there.
    pub fn open(tab: &str, desk: Desk, size: [f32; 2]) -> Self {
        let found = TABS.iter().find(|found| found.name == tab).unwrap();
        let mut panel = (found.make)();
        let desk = Rc::new(RefCell::new(desk));
        let shared = Rc::clone(&desk);
        let theme = desk.borrow().theme;
        let harness = Harness::builder()
            .with_size(size)
            .with_theme(theme.base())
            .with_context_setup(move |ctx| {
                reelbench::ui::theme::install_fonts(ctx);
                theme.apply(ctx);
            })
            .build_ui(move |ui| {
                let desk = &mut *shared.borrow_mut();
                let mut context = Context {
                    engine: &desk.engine,
                    view: &mut desk.view,
                    theme: desk.theme,
                    commands: &mut desk.commands,
                };
                panel.panel_ui(ui, &mut context);
            });
        let mut bench = Self { harness, desk };
        bench.settle();
        bench
    }

    /// Draws frames until nothing is asked for any more; the one place in these tests that lets time pass.
    pub fn settle(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut num_quiet = 0;
        while num_quiet < 3 {
            self.harness.step();
            let num_waiting = self.desk.borrow().engine.take_num_waiting();
            num_quiet = if num_waiting == 0 { num_quiet + 1 } else { 0 };
            assert!(Instant::now() < deadline, "the tab did not settle");
            if num_waiting > 0 {
                std::thread::park_timeout(Duration::from_millis(2));
            }
        }
    }

    /// Draws until something shows that nobody is asked for: what another thread does.
    pub fn wait_for(&mut self, what: &str, mut look: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !look(self) {
            assert!(Instant::now() < deadline, "{what} did not show");
            std::thread::park_timeout(Duration::from_millis(5));
            self.settle();
        }
    }

    /// What the tab asked for since the last call.
    pub fn take_commands(&self) -> Vec<Command> {
        std::mem::take(&mut self.desk.borrow_mut().commands)
    }
}
