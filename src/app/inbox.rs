//! What comes back from other threads: chosen files, opened workspaces, commands. Drained once a frame, never waited for.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::files::{self, Sorted};
use crate::engine::{Engine, Failure, Options, Wake};
use crate::model::Severity;
use crate::ui::command::Command;
use crate::ui::prompt::Purpose;

/// One thing that came back.
pub enum Letter {
    /// Do this.
    Command(Command),
    /// Files were looked at.
    Sorted(Sorted),
    /// A workspace was opened, or why not.
    Opened(PathBuf, Box<Result<Engine, Failure>>),
    /// There is no file dialog on this desktop.
    NoDialog(Purpose),
    /// Tell a person.
    Tell(Severity, String),
}

/// The letter box and the way to wake the window for it. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    sender: Sender<Letter>,
    receiver: Receiver<Letter>,
    wake: Wake,
}

impl Inbox {
    /// An empty one.
    #[must_use]
    pub fn new(wake: Wake) -> Self {
        let (sender, receiver) = unbounded();
        Self { sender, receiver, wake }
    }

    /// What draws a new frame.
    #[must_use]
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// Puts a letter in and wakes the window.
    pub fn send(&self, letter: Letter) {
        let _ = self.sender.send(letter);
        (self.wake)();
    }

    /// Several.
    pub fn send_all(&self, letters: Vec<Letter>) {
        letters.into_iter().for_each(|letter| self.send(letter));
    }

    /// Takes the next letter, if there is one.
    #[must_use]
    pub fn take(&self) -> Option<Letter> {
        self.receiver.try_recv().ok()
    }

    /// Runs something that may take a while on a thread of its own.
    pub fn spawn(&self, body: impl FnOnce() + Send + 'static) {
        if let Err(error) = std::thread::Builder::new().name("window".to_owned()).spawn(body) {
            self.send(Letter::Tell(Severity::Error, format!("No thread could be started: {error}")));
        }
    }

    /// Looks at files; what they are comes back.
    pub fn sort(&self, paths: Vec<PathBuf>) {
        let letters = self.clone();
        self.spawn(move || letters.send(Letter::Sorted(files::sort(paths))));
    }

    /// Opens a workspace; it comes back.
    pub fn open(&self, path: PathBuf, options: Options) {
        let letters = self.clone();
        self.spawn(move || {
            let opened = Engine::open(&path, options);
            letters.send(Letter::Opened(path, Box::new(opened)));
        });
    }

    /// Closes a workspace: its jobs end and what they wrote becomes durable.
    pub fn close(&self, engine: Engine) {
        self.spawn(move || engine.close());
    }
}
