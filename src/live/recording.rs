//! A recording.
use crate::model::{Batch, Key, Source};
/// Options.
#[derive(Clone, Debug)]
pub struct RecordingOptions;
/// A recording.
pub struct Recording;
#[expect(missing_docs, clippy::todo, reason = "arrives with the recorder")]
impl Recording {
    pub fn start(_: RecordingOptions) -> Result<Self, String> {
        todo!()
    }
    pub fn run(&self) -> Key {
        todo!()
    }
    pub fn opening(&mut self) -> (Batch, Source) {
        todo!()
    }
    pub fn has_ended(&mut self) -> bool {
        todo!()
    }
    pub fn interrupt(&mut self) {}
    pub fn tick(&mut self) -> (Batch, Source) {
        todo!()
    }
    pub fn wait_for_tick(&mut self) {}
    pub fn finish(self) -> (Batch, Source, i32) {
        todo!()
    }
}
