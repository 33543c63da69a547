//! What a phase consumed and what it says that cost: tokens of the planner, audio of the recogniser, text of the voice.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::ingest::findings::{Findings, clip};
use crate::ingest::json::{self, Object};
use crate::model::{Cost, IssueKind, Key, Place, Quantity, Span, Usage, UsageUnit};

/// Token counts, in the spellings of S2, of OpenAI's two interfaces and of Anthropic's.
const TOKENS: &[(&[&str], UsageUnit)] = &[
    (&["prompt", "prompt_tokens", "input", "input_tokens"], UsageUnit::InputToken),
    (&["completion", "completion_tokens", "output", "output_tokens"], UsageUnit::OutputToken),
    (&["cached", "cached_tokens"], UsageUnit::CachedInputToken),
    (&["reasoning", "reasoning_tokens"], UsageUnit::ReasoningToken),
];

/// Objects inside a usage object that hold further counts.
const DETAILS: &[&str] =
    &["prompt_tokens_details", "completion_tokens_details", "input_tokens_details", "output_tokens_details"];

const COSTS: &[&str] = &["estimated_cost", "cost_usd"];

/// Who serves a phase and with what, as its record says.
pub(super) fn served_by(object: &Object) -> (Option<String>, Option<String>) {
    let first = |fields: &[&str]| fields.iter().find_map(|&field| object.get(field).and_then(json::name));
    let provider = first(&["llm_provider", "tts_provider", "provider"]);
    let model = first(&["llm_model", "tts_model", "whisper_model", "model", "voice_id"]);
    match object.get("transcription_method").and_then(json::text) {
        // "api" can only be OpenAI's: the field beside it is called whisper_model, and there it has one model.
        Some("api") => (provider.or(Some("openai".to_owned())), model.or(Some("whisper-1".to_owned()))),
        Some("local") => (provider.or(Some("local".to_owned())), model),
        _ => (provider, model),
    }
}

/// The usage of a phase, if its record tells of any.
pub(super) fn read(object: &Object, span: &Span, place: Place, findings: &mut Findings) -> Option<Usage> {
    let mut quantities = Vec::new();
    let mut add = |unit, amount: Option<Decimal>| {
        if let Some(amount) = amount
            && !quantities.iter().any(|known: &Quantity| known.unit == unit)
        {
            quantities.push(Quantity { unit, amount });
        }
    };
    for counts in [object.get("tokens_used"), object.get("usage")].into_iter().flatten().filter_map(Json::as_object) {
        let details = DETAILS.iter().filter_map(|&field| counts.get(field).and_then(Json::as_object));
        for counts in std::iter::once(counts).chain(details) {
            for (fields, unit) in TOKENS {
                add(*unit, amount(counts, fields, place, findings));
            }
        }
    }
    let is_speech = object.contains_key("tts_provider");
    let is_recognition = object.contains_key("transcription_method") || object.contains_key("whisper_model");
    if is_speech {
        add(UsageUnit::Character, number(object, &["narration_chars", "narration_characters", "characters"]));
        add(UsageUnit::MediaSecond, number(object, &["total_narration_duration", "narration_duration"]));
    }
    if is_recognition {
        add(UsageUnit::MediaSecond, number(object, &["audio_seconds", "video_duration_seconds", "video_duration"]));
    }
    let reported_cost = amount(object, COSTS, place, findings)
        .map(|amount| Cost { amount, currency: currency(object).unwrap_or("USD").to_owned() });
    let is_billed = is_speech || is_recognition || span.provider.is_some();
    if is_billed {
        add(UsageUnit::Request, number(object, &["api_calls"]));
    }
    (is_billed || reported_cost.is_some() || !quantities.is_empty()).then(|| Usage {
        key: Key::of("usage", &[&span.key.to_hex(), "phase"]),
        run: span.run,
        span: Some(span.key),
        provider: span.provider.clone(),
        model: span.model.clone(),
        quantities,
        reported_cost,
    })
}

/// Counts of a usage object that have no place in a `Usage`, as attributes `tokens_used.total`.
pub(super) fn further_counts(object: &Object) -> impl Iterator<Item = (String, &Json)> {
    ["tokens_used", "usage"].into_iter().flat_map(move |field| {
        let (counts, other) = match object.get(field) {
            Some(Json::Object(counts)) => (Some(counts), None),
            other => (None, other),
        };
        let is_further =
            |name: &str| !DETAILS.contains(&name) && !TOKENS.iter().any(|(spellings, _)| spellings.contains(&name));
        counts
            .into_iter()
            .flatten()
            .filter(move |(name, _)| is_further(name))
            .map(move |(name, count)| (format!("{field}.{name}"), count))
            .chain(other.into_iter().map(move |value| (field.to_owned(), value)))
    })
}

/// The first of the fields that holds an amount; one that holds anything else is told.
fn amount(object: &Object, fields: &[&str], place: Place, findings: &mut Findings) -> Option<Decimal> {
    fields.iter().find_map(|&field| {
        let value = object.get(field).filter(|value| !value.is_null())?;
        let amount = json::decimal(value);
        if amount.is_none() {
            findings.add(IssueKind::BadValue, place, format!("{field}: {}", clip(&value.to_string())));
        }
        amount
    })
}

/// The first of the fields that holds a number; they are measurements too, which tell of what is wrong with them.
fn number(object: &Object, fields: &[&str]) -> Option<Decimal> {
    fields.iter().find_map(|&field| object.get(field).and_then(json::decimal))
}

fn currency(object: &Object) -> Option<&str> {
    object.get("currency").and_then(json::text)
}
