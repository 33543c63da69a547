//! The fields of phase records whose meaning and unit are known. All others are kept as attributes.
//!
//! Sizes in "mb" are MiB there (the original divides by 1024 twice); the figure as written stays among the attributes.

use crate::ingest::facts::{MEBIBYTE, counted};
use crate::model::{SpanKind, Stat, Unit};

/// A number that becomes a measurement of the phase.
pub(super) struct Measured {
    pub field: &'static str,
    /// The field's own name without the unit that it carries.
    pub name: &'static str,
    pub stat: Stat,
    pub unit: Unit,
    /// What the number is multiplied by to be in that unit.
    pub factor: f64,
}

const fn measured(field: &'static str, name: &'static str, unit: Unit) -> Measured {
    Measured { field, name, stat: Stat::Value, unit, factor: 1.0 }
}

const fn size(field: &'static str, name: &'static str) -> Measured {
    Measured { field, name, stat: Stat::Value, unit: Unit::BYTES, factor: MEBIBYTE }
}

pub(super) const MEASURED: &[Measured] = &[
    measured("video_duration_seconds", "video_duration", Unit::SECONDS),
    measured("video_duration", "video_duration", Unit::SECONDS),
    measured("input_video_duration", "input_video_duration", Unit::SECONDS),
    measured("output_video_duration", "output_video_duration", Unit::SECONDS),
    measured("audio_seconds", "audio_duration", Unit::SECONDS),
    measured("narration_duration", "narration_duration", Unit::SECONDS),
    measured("total_narration_duration", "narration_duration", Unit::SECONDS),
    size("size_mb", "size"),
    size("input_video_size_mb", "input_video_size"),
    size("output_video_size_mb", "output_video_size"),
    measured("segments_generated", "segments_generated", counted("{segment}")),
    measured("transcript_segments", "transcript_segments", counted("{segment}")),
    measured("narration_segments", "narration_segments", counted("{segment}")),
    measured("transcript_tokens", "transcript_tokens", counted("{token}")),
    measured("words", "words", counted("{word}")),
    measured("narration_chars", "narration_characters", counted("{character}")),
    measured("actions_generated", "actions_generated", counted("{action}")),
    measured("api_calls", "api_calls", counted("{call}")),
    measured("pronunciation_fixes_applied", "pronunciation_fixes_applied", counted("{fix}")),
    measured("frames_processed", "frames_processed", Unit::FRAMES),
    measured("fps", "output_fps", Unit::FRAMES_PER_SECOND),
    // 1 - output/input: a reduction of duration, not a ratio of sizes.
    measured("compression_ratio", "duration_reduction", Unit::RATIO),
    Measured {
        field: "child_cpu_seconds",
        name: "process.cpu.time",
        stat: Stat::Sum,
        unit: Unit::SECONDS,
        factor: 1.0,
    },
];

/// A duration that becomes a span inside the phase.
pub(super) struct Step {
    pub field: &'static str,
    pub name: &'static str,
    pub kind: SpanKind,
}

const fn operation(field: &'static str, name: &'static str) -> Step {
    Step { field, name, kind: SpanKind::Operation }
}

const fn api_call(field: &'static str, name: &'static str) -> Step {
    Step { field, name, kind: SpanKind::ApiCall }
}

pub(super) const STEPS: &[Step] = &[
    operation("audio_extraction_time", "audio_extraction"),
    operation("transcription_time", "transcription"),
    api_call("api_call_time", "api_call"),
    api_call("total_api_time", "api_calls"),
    operation("cfr_conversion_time", "cfr_conversion"),
    operation("clip_creation_time", "clip_creation"),
    operation("rendering_time", "rendering"),
];

/// Fields that are read by name and need no attribute of their own.
pub(super) const CONSUMED: &[&str] = &[
    "phase",
    "timestamp",
    "elapsed_seconds",
    "run",
    "run_id",
    "video_id",
    "pipeline",
    "llm_provider",
    "llm_model",
    "tts_provider",
    "tts_model",
    "whisper_model",
    "provider",
    "model",
    "success",
    "error",
    "error_message",
    "estimated_cost",
    "cost_usd",
    "tokens_used",
    "usage",
];
