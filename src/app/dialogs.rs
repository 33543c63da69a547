//! The platform's file dialogs, asked for on the window's thread and waited for on another.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rfd::{AsyncFileDialog, FileHandle};

use super::inbox::{Inbox, Letter};
use crate::engine::workspace::EXTENSION;
use crate::ui::command::Command;
use crate::ui::prompt::{Purpose, with_ending};

/// Nobody cancels a dialog faster than this: one that is gone so soon was never there.
const SHORTEST_DIALOG: Duration = Duration::from_millis(250);

type Pick = Pin<Box<dyn Future<Output = Option<Vec<PathBuf>>> + Send>>;

fn paths(handles: Vec<FileHandle>) -> Vec<PathBuf> {
    handles.into_iter().map(|handle| handle.path().to_owned()).collect()
}

fn dialog(title: &str, folder: Option<PathBuf>) -> AsyncFileDialog {
    let dialog = AsyncFileDialog::new().set_title(title);
    match folder {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}

/// Shows the dialog for a purpose; what is chosen comes as a command.
pub fn ask(inbox: &Inbox, purpose: Purpose, folder: Option<PathBuf>) {
    let pick: Pick = match purpose {
        Purpose::Open => {
            let dialog = dialog("Open or import", folder)
                .add_filter("Workspaces and metrics", &[EXTENSION, "jsonl", "json", "csv", "log", "txt", "progress"])
                .add_filter("Every file", &["*"]);
            Box::pin(async move { dialog.pick_files().await.map(paths) })
        }
        Purpose::Follow => {
            let dialog = dialog("Follow a file", folder);
            Box::pin(async move { dialog.pick_file().await.map(|handle| paths(vec![handle])) })
        }
        Purpose::New => save("New workspace", "workspace", folder),
        Purpose::Backup => save("Copy the workspace", "backup", folder),
    };
    let letters = inbox.clone();
    inbox.spawn(move || {
        let start = Instant::now();
        match wait_for(pick) {
            Some(paths) => letters.send_all(commands(purpose, paths)),
            None if start.elapsed() < SHORTEST_DIALOG => letters.send(Letter::NoDialog(purpose)),
            None => {}
        }
    });
}

fn save(title: &str, name: &str, folder: Option<PathBuf>) -> Pick {
    let dialog =
        dialog(title, folder).set_file_name(format!("{name}.{EXTENSION}")).add_filter("Workspace", &[EXTENSION]);
    Box::pin(async move { dialog.save_file().await.map(|handle| paths(vec![handle])) })
}

fn commands(purpose: Purpose, mut paths: Vec<PathBuf>) -> Vec<Letter> {
    let command = match purpose {
        Purpose::Open => Some(Command::OpenFiles(std::mem::take(&mut paths))),
        Purpose::New => paths.pop().map(|path| Command::OpenWorkspace(with_ending(path))),
        Purpose::Follow => paths.pop().map(Command::AttachFile),
        Purpose::Backup => paths.pop().map(|path| Command::BackUpTo(with_ending(path))),
    };
    command.map(Letter::Command).into_iter().collect()
}

/// Waits for a future on this thread.
fn wait_for<T>(mut future: Pin<Box<dyn Future<Output = T> + Send>>) -> T {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_that_wakes_from_another_thread_is_waited_for() {
        let mut is_started = false;
        let future = std::future::poll_fn(move |context| {
            if is_started {
                return Poll::Ready(7);
            }
            is_started = true;
            let waker = context.waker().clone();
            let waking = std::thread::Builder::new().name("waker".to_owned()).spawn(move || waker.wake());
            assert!(waking.is_ok());
            Poll::Pending
        });
        assert_eq!(wait_for(Box::pin(future)), 7);
    }
}
