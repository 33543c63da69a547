//! A batch as text that a person can read and a change of which is seen in a diff.

use std::fmt::Write as _;

use reelbench::model::time::format_utc;
use reelbench::model::{Attributes, Batch, Clock, Values};

/// The facts and issues, in the order in which they were found.
pub fn text(batch: &Batch) -> String {
    let mut text = String::new();
    for run in &batch.runs {
        let moment = |nanos: Option<i64>| nanos.map_or("-".to_owned(), |nanos| moment(nanos, run.clock));
        let _ = writeln!(
            text,
            "run {:?} {} video={} {}..{} {} {}{}",
            run.key,
            run.pipeline.as_deref().unwrap_or("-"),
            run.video_id.as_deref().unwrap_or("-"),
            moment(run.start_nanos),
            moment(run.end_nanos),
            run.clock.name(),
            run.outcome.name(),
            run.error.as_ref().map_or(String::new(), |error| format!(" ({error})")),
        );
        if run.media.duration_secs.is_some() || run.media.size_bytes.is_some() {
            let _ = writeln!(text, "  media {:?} s, {:?} bytes", run.media.duration_secs, run.media.size_bytes);
        }
        for (name, value) in &run.labels {
            let _ = writeln!(text, "  label {name}: {value}");
        }
        write_attributes(&mut text, &run.attributes);
    }
    for span in &batch.spans {
        let clock = batch.runs.iter().find(|run| run.key == span.run).map_or(Clock::Utc, |run| run.clock);
        let number = span.number.map_or(String::new(), |number| format!(" #{number}"));
        let parent = span.parent.map_or(String::new(), |parent| format!(" in {parent:?}"));
        let _ = writeln!(
            text,
            "span {:?} of {:?}{parent} {} {}{number} {}..{} {}{}{}{}",
            span.key,
            span.run,
            span.kind.name(),
            span.name,
            moment(span.start_nanos, clock),
            span.end_nanos.map_or("-".to_owned(), |end| moment(end, clock)),
            span.outcome.name(),
            span.error.as_ref().map_or(String::new(), |error| format!(" ({error})")),
            span.provider.as_ref().map_or(String::new(), |provider| format!(" provider={provider}")),
            span.model.as_ref().map_or(String::new(), |model| format!(" model={model}")),
        );
        for measurement in &span.measurements {
            let (name, stat) = (&measurement.name, measurement.stat.name());
            let _ = writeln!(text, "  {name} {stat} {} {}", measurement.value, measurement.unit.code());
        }
        write_attributes(&mut text, &span.attributes);
    }
    for usage in &batch.usages {
        let _ = write!(text, "usage {:?} of {:?}", usage.key, usage.span);
        let _ = write!(text, " {:?} {:?}", usage.provider, usage.model);
        for quantity in &usage.quantities {
            let _ = write!(text, " {}={}", quantity.unit.name(), quantity.amount);
        }
        let cost = usage.reported_cost.as_ref();
        let _ = writeln!(text, " {}", cost.map_or("-".to_owned(), |cost| format!("{} {}", cost.amount, cost.currency)));
    }
    for series in &batch.series {
        let (key, unit, kind) = (series.key, series.unit.code(), series.kind.name());
        let _ = writeln!(text, "series {key:?} of {:?} {} {:?} {unit} {kind}", series.run, series.name, series.labels);
        for samples in batch.samples.iter().filter(|samples| samples.series == key) {
            let values: Vec<String> = match &samples.values {
                Values::Integer(values) => values.iter().map(ToString::to_string).collect(),
                Values::Real(values) => values.iter().map(ToString::to_string).collect(),
            };
            for (at_nanos, value) in samples.at_nanos.iter().zip(values) {
                let _ = writeln!(text, "  {} {value}", moment(*at_nanos, Clock::Elapsed));
            }
        }
    }
    for issue in &batch.issues {
        let (kind, effect) = (issue.kind.name(), issue.kind.effect().name());
        let _ = writeln!(text, "{effect} {kind} ×{} at {}: {}", issue.num_records, issue.place, issue.detail);
    }
    text
}

fn write_attributes(text: &mut String, attributes: &Attributes) {
    for (name, value) in attributes {
        let _ = writeln!(text, "  {name}: {value:?}");
    }
}

fn moment(nanos: i64, clock: Clock) -> String {
    match clock {
        Clock::Utc | Clock::Local => format_utc(nanos),
        Clock::Elapsed => format!("{}.{:09} s", nanos / 1_000_000_000, nanos % 1_000_000_000),
    }
}
