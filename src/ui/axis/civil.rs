//! Ticks by the clock of a zone: days begin at its midnight, months and years on their first day.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::time::{TimeTick, fraction_like};
use crate::model::time::SECOND_NANOS;

const DAY_NANOS: i64 = 86_400 * SECOND_NANOS;

/// A distance between ticks by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Part of a day.
    Nanos(i64),
    /// Whole days, counted within the month.
    Days(i8),
    /// Whole months, counted within the year.
    Months(i8),
    /// Whole years.
    Years(i16),
}

impl Step {
    /// How short it can be.
    pub fn shortest_nanos(self) -> i64 {
        match self {
            Self::Nanos(nanos) => nanos,
            Self::Days(days) => i64::from(days) * DAY_NANOS - DAY_NANOS / 8,
            Self::Months(months) => i64::from(months) * 28 * DAY_NANOS,
            Self::Years(years) => i64::from(years) * 365 * DAY_NANOS,
        }
    }
}

/// Every step, shortest first.
pub(super) fn steps() -> impl Iterator<Item = Step> {
    let parts = super::time::steps().take_while(|nanos| *nanos < DAY_NANOS).map(Step::Nanos);
    let days = [1, 2, 5, 10].map(Step::Days);
    let months = [1, 2, 3, 6].map(Step::Months);
    let years = [1, 2, 5, 10, 20, 50, 100, 200].map(Step::Years);
    parts.chain(days).chain(months).chain(years)
}

/// The ticks of that step in a window.
pub(super) fn ticks(zone: &TimeZone, window: (i64, i64), step: Step) -> Vec<TimeTick> {
    let Some(start) = civil_of(zone, window.0) else { return Vec::new() };
    let Some(mut at) = floor(start, step) else { return Vec::new() };
    let mut ticks: Vec<TimeTick> = Vec::new();
    let mut last_day = None;
    loop {
        // A local time that does not exist (clocks put forward) is taken as the moment after the gap.
        let Some(at_nanos) = nanos_of(zone, at) else { break };
        if at_nanos > window.1 {
            break;
        }
        if at_nanos >= window.0 && ticks.last().is_none_or(|tick| tick.at_nanos < at_nanos) {
            let is_new_day = last_day != Some(at.date());
            last_day = Some(at.date());
            ticks.push(TimeTick { at_nanos, label: label(at, step), day: day(at, step, is_new_day) });
        }
        let Some(next) = after(at, step) else { break };
        at = next;
    }
    ticks
}

fn civil_of(zone: &TimeZone, nanos: i64) -> Option<DateTime> {
    Some(zone.to_datetime(Timestamp::from_nanosecond(i128::from(nanos)).ok()?))
}

fn nanos_of(zone: &TimeZone, civil: DateTime) -> Option<i64> {
    i64::try_from(zone.to_timestamp(civil).ok()?.as_nanosecond()).ok()
}

/// The last tick at or before a local time.
fn floor(at: DateTime, step: Step) -> Option<DateTime> {
    let date = match step {
        Step::Nanos(nanos) => {
            let of_day = i64::try_from(at.time().duration_since(Time::midnight()).as_nanos()).ok()?;
            let whole = of_day.div_euclid(nanos) * nanos;
            return at.date().to_datetime(Time::midnight()).checked_add(Span::new().nanoseconds(whole)).ok();
        }
        Step::Days(days) => Date::new(at.year(), at.month(), (at.day() - 1) / days * days + 1),
        Step::Months(months) => Date::new(at.year(), (at.month() - 1) / months * months + 1, 1),
        Step::Years(years) => Date::new(at.year().div_euclid(years) * years, 1, 1),
    };
    Some(date.ok()?.to_datetime(Time::midnight()))
}

/// The tick after one. Days begin anew with every month, and parts of days with every day.
fn after(at: DateTime, step: Step) -> Option<DateTime> {
    let span = match step {
        Step::Nanos(nanos) => Span::new().nanoseconds(nanos),
        Step::Days(days) => Span::new().days(i64::from(days)),
        Step::Months(months) => Span::new().months(i64::from(months)),
        Step::Years(years) => Span::new().years(i64::from(years)),
    };
    let next = at.checked_add(span).ok()?;
    if let Step::Days(days) = step {
        let is_stub = days > 1 && next.month() == at.month() && i16::from(next.day()) + i16::from(days) / 2 > 31;
        if next.month() != at.month() || is_stub {
            return Some(
                at.date().first_of_month().checked_add(Span::new().months(1)).ok()?.to_datetime(Time::midnight()),
            );
        }
    }
    Some(next)
}

fn label(at: DateTime, step: Step) -> String {
    match step {
        Step::Nanos(nanos) if nanos % (60 * SECOND_NANOS) == 0 => at.strftime("%H:%M").to_string(),
        Step::Nanos(nanos) => {
            let digits = fraction_like(u64::try_from(at.subsec_nanosecond()).unwrap_or(0), nanos);
            format!("{}{digits}", at.strftime("%H:%M:%S"))
        }
        Step::Days(_) => at.strftime("%-d %b").to_string(),
        Step::Months(_) => at.strftime("%b").to_string(),
        Step::Years(_) => at.strftime("%Y").to_string(),
    }
}

fn day(at: DateTime, step: Step, is_new_day: bool) -> Option<String> {
    match step {
        Step::Nanos(_) => is_new_day.then(|| at.strftime("%Y-%m-%d").to_string()),
        Step::Days(_) | Step::Months(_) if at.month() == 1 && at.day() == 1 => Some(at.strftime("%Y").to_string()),
        Step::Days(_) | Step::Months(_) | Step::Years(_) => None,
    }
}
