//! `reelbench stage`: runs a command as a span of the run that is being recorded, or just runs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::{KindName, StageArgs};
use super::text::complain;
use super::{opening, record};
use crate::engine::Failure;
use crate::engine::record::StageOptions;
use crate::model::SpanKind;

pub(super) fn run(args: StageArgs) -> Result<u8, Failure> {
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let on_interrupt = Arc::clone(&is_interrupted);
    opening::on_interrupt(move || on_interrupt.store(true, Ordering::Relaxed))?;
    let options = StageOptions {
        name: args.name,
        number: args.number,
        kind: match args.kind {
            KindName::Stage => SpanKind::Stage,
            KindName::Operation => SpanKind::Operation,
            KindName::ApiCall => SpanKind::ApiCall,
        },
        provider: args.provider,
        model: args.model,
        command: args.command,
    };
    let (exit_code, warning) = crate::engine::record::stage(&options, &is_interrupted)?;
    if let Some(warning) = warning {
        complain(&warning);
    }
    Ok(record::code(exit_code, is_interrupted.load(Ordering::Relaxed)))
}
