//! How the plots are stacked: which curves each has, what its legend calls them, and which of them are shown.

use std::collections::BTreeSet;

use crate::engine::queries::{SeriesAnswer, UnitGroup};
use crate::model::{Key, Unit};
use crate::ui::view::View;

/// One plot of the stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What it is called; tells it from every other plot.
    pub title: String,
    /// The unit of its axis.
    pub unit: Unit,
    /// The metrics in it: `process.memory.usage`.
    pub names: Vec<String>,
    /// Its curves: those of the same name in several runs stand together.
    pub curves: Vec<Curve>,
    /// Whether its curves, details aside, are one thing in several runs: the runs are what its legend tells apart.
    pub is_by_run: bool,
}

/// One curve: a series of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The series.
    pub series: Key,
    /// Its run's place in the view.
    pub run: usize,
    /// What the legend calls it: the same in every run.
    pub legend: String,
    /// Which of the palette's colours it has: the same in every run.
    pub hue: usize,
    /// Whether it is a detail, shown only when asked for.
    pub is_detail: bool,
    /// Whether its rate is drawn.
    pub is_rate: bool,
}

impl Plot {
    /// How many legend entries are details.
    #[must_use]
    pub fn num_details(&self) -> usize {
        let details: BTreeSet<&str> =
            self.curves.iter().filter(|curve| curve.is_detail).map(|curve| curve.legend.as_str()).collect();
        details.len()
    }

    /// The curves that the legend lists: without details unless they are opened.
    pub fn listed(&self, has_details: bool) -> impl Iterator<Item = &Curve> {
        self.curves.iter().filter(move |curve| has_details || !curve.is_detail)
    }

    /// How the view names what a row of the legend hides: an entry of all runs, or one run where there is one entry only.
    #[must_use]
    pub fn entry(&self, curve: &Curve) -> String {
        if self.is_by_run && !curve.is_detail {
            return format!("{}/{}", self.title, curve.series.to_hex());
        }
        format!("{}/{}", self.title, curve.legend)
    }

    /// Whether a curve is hidden by its legend entry.
    #[must_use]
    pub fn is_hidden(&self, view: &View, curve: &Curve) -> bool {
        !view.hidden_series.is_empty() && view.hidden_series.contains(&self.entry(curve))
    }

    /// Hides a legend entry, or shows it again.
    pub fn toggle(&self, view: &mut View, curve: &Curve) {
        let entry = self.entry(curve);
        if !view.hidden_series.remove(&entry) {
            view.hidden_series.insert(entry);
        }
    }

    /// Hides every other entry; if that is how it is already, shows them all.
    pub fn isolate(&self, view: &mut View, curve: &Curve) {
        let mut others: BTreeSet<String> = self.curves.iter().map(|curve| self.entry(curve)).collect();
        others.remove(&self.entry(curve));
        let is_alone = !others.is_empty() && others.is_subset(&view.hidden_series);
        self.show_all(view);
        if !is_alone {
            view.hidden_series.extend(others);
        }
    }

    /// Shows every entry.
    pub fn show_all(&self, view: &mut View) {
        for curve in &self.curves {
            view.hidden_series.remove(&self.entry(curve));
        }
    }
}

/// The stack for the runs in view.
#[must_use]
pub fn stack(answer: &SeriesAnswer, view: &View) -> Vec<Plot> {
    let mut titles: BTreeSet<String> = BTreeSet::new();
    let mut plots = Vec::with_capacity(answer.groups.len());
    for group in &answer.groups {
        let mut plot = plot_of(group, view);
        if !titles.insert(plot.title.clone()) {
            plot.title = format!("{}: {}", plot.title, group.unit.words());
        }
        if !plot.curves.is_empty() {
            plots.push(plot);
        }
    }
    plots
}

fn plot_of(group: &UnitGroup, view: &View) -> Plot {
    let has_main = group.series.iter().any(|entry| entry.is_main);
    let mut legends: Vec<(bool, &str)> = Vec::new();
    for entry in &group.series {
        let legend = (has_main && !entry.is_main, entry.legend.as_str());
        if !legends.contains(&legend) {
            legends.push(legend);
        }
    }
    // The main ones first, each part in the order of its names with numbers by size: cpu2 before cpu10.
    legends.sort_by_cached_key(|(is_detail, legend)| (*is_detail, natural(legend)));
    let mut curves: Vec<Curve> = group
        .series
        .iter()
        .filter_map(|entry| {
            let run = entry.row.series.run?;
            let is_detail = has_main && !entry.is_main;
            Some(Curve {
                series: entry.row.series.key,
                run: view.frames.iter().position(|frame| frame.run == run)?,
                legend: entry.legend.clone(),
                hue: legends.iter().position(|legend| *legend == (is_detail, entry.legend.as_str()))?,
                is_detail,
                is_rate: entry.is_rate,
            })
        })
        .collect();
    curves.sort_by_key(|curve| (curve.hue, curve.run));
    let mut names: Vec<String> = group.series.iter().map(|entry| entry.row.series.name.clone()).collect();
    names.dedup();
    let num_main = curves.iter().filter(|curve| !curve.is_detail).count();
    let is_by_run = num_main > 1 && curves.iter().all(|curve| curve.is_detail || curve.hue == 0);
    Plot { title: group.title.clone(), unit: group.unit.clone(), names, curves, is_by_run }
}

/// A name split so that its numbers compare as numbers.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0_u64)];
    let mut is_number = false;
    for letter in name.chars() {
        match letter.to_digit(10) {
            Some(digit) => {
                if let Some((_, number)) = parts.last_mut() {
                    *number = number.saturating_mul(10).saturating_add(u64::from(digit));
                }
                is_number = true;
            }
            None => {
                if std::mem::take(&mut is_number) {
                    parts.push((String::new(), 0));
                }
                if let Some((text, _)) = parts.last_mut() {
                    text.push(letter);
                }
            }
        }
    }
    parts
}

/// A value as the narrow columns show it: sizes, rates and shares keep their unit, of counts the heading says it.
#[must_use]
pub fn short_value(unit: &Unit, value: f64) -> String {
    match unit.code() {
        "%{core}" => Unit::PERCENT.format(value),
        "s" | "By" | "By/s" | "bit/s" | "%" | "W" | "Cel" | "{x}" | "1" | "{frame}/s" => unit.format(value),
        // Any other rate: threads started, packets sent.
        code if code.ends_with("/s") => format!("{}/s", Unit::COUNT.format(value)),
        _ => Unit::COUNT.format(value),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::queries::{SeriesEntry, SeriesRow};
    use crate::model::{Clock, Outcome, Series, SeriesKind};
    use crate::ui::view::RunFrame;

    fn entry(run: &str, legend: &str, is_main: bool) -> SeriesEntry {
        let series = Series {
            key: Key::of("series", &[run, legend]),
            run: Some(Key::of("run", &[run])),
            span: None,
            name: "system.cpu.utilization".to_owned(),
            labels: BTreeMap::new(),
            unit: Unit::PERCENT,
            kind: SeriesKind::Gauge,
            interval_nanos: None,
        };
        let row = SeriesRow { series, num_samples: 1, start_nanos: None, end_nanos: None, min: None, max: None };
        SeriesEntry { row, legend: legend.to_owned(), is_main, is_rate: false }
    }

    fn view(runs: &[&str]) -> View {
        let frame = |run: &&str| RunFrame {
            run: Key::of("run", &[run]),
            title: (*run).to_owned(),
            apart: String::new(),
            origin_nanos: 0,
            end_nanos: 1,
            clock: Clock::Utc,
            outcome: Outcome::Succeeded,
        };
        View { frames: runs.iter().map(frame).collect(), ..View::default() }
    }

    fn answer(series: Vec<SeriesEntry>) -> SeriesAnswer {
        let group = UnitGroup { title: "CPU".to_owned(), unit: Unit::PERCENT, series };
        SeriesAnswer { groups: vec![group], absences: Vec::new() }
    }

    #[test]
    fn the_same_entry_of_two_runs_has_one_colour() {
        let answer = answer(vec![
            entry("a", "cpu10", false),
            entry("a", "cpu2", false),
            entry("a", "all", true),
            entry("b", "all", true),
        ]);
        let plots = stack(&answer, &view(&["a", "b"]));
        let found: Vec<(&str, usize, usize, bool)> = plots[0]
            .curves
            .iter()
            .map(|curve| (curve.legend.as_str(), curve.run, curve.hue, curve.is_detail))
            .collect();
        assert_eq!(found, [("all", 0, 0, false), ("all", 1, 0, false), ("cpu2", 0, 1, true), ("cpu10", 0, 2, true)]);
        assert_eq!((plots[0].listed(false).count(), plots[0].listed(true).count(), plots[0].num_details()), (2, 4, 2));
    }

    #[test]
    fn details_alone_are_shown() {
        let plots = stack(&answer(vec![entry("a", "cpu0", false)]), &view(&["a"]));
        assert_eq!(plots[0].num_details(), 0);
    }

    #[test]
    fn series_of_runs_not_in_view_are_left_out() {
        assert!(stack(&answer(vec![entry("c", "all", true)]), &view(&["a"])).is_empty());
    }

    #[test]
    fn isolating_twice_shows_all_again() {
        let mut view = view(&["a"]);
        let plots = stack(&answer(vec![entry("a", "x", true), entry("a", "y", true), entry("a", "z", true)]), &view);
        let plot = &plots[0];
        let hidden = |view: &View| plot.curves.iter().filter(|curve| plot.is_hidden(view, curve)).count();
        let [x, y, z] = [0, 1, 2].map(|at| &plot.curves[at]);
        plot.isolate(&mut view, y);
        assert_eq!(hidden(&view), 2);
        plot.isolate(&mut view, z);
        assert_eq!((hidden(&view), view.hidden_series.contains("CPU/y")), (2, true));
        plot.isolate(&mut view, z);
        assert_eq!(hidden(&view), 0);
        plot.toggle(&mut view, x);
        assert_eq!(view.hidden_series.iter().collect::<Vec<_>>(), ["CPU/x"]);
    }

    #[test]
    fn one_thing_in_several_runs_is_hidden_by_run() {
        let mut view = view(&["a", "b"]);
        let plots =
            stack(&answer(vec![entry("a", "all", true), entry("b", "all", true), entry("b", "cpu0", false)]), &view);
        let plot = &plots[0];
        plot.toggle(&mut view, &plot.curves[0]);
        let hidden: Vec<bool> = plot.curves.iter().map(|curve| plot.is_hidden(&view, curve)).collect();
        assert_eq!(hidden, [true, false, false]);
    }

    #[test]
    fn narrow_values_leave_the_unit_to_the_heading() {
        for (unit, value, text) in [
            (Unit::PERCENT_OF_CORE, 187.25, "187 %"),
            (Unit::BYTES, 1_234_567.0, "1.23 MB"),
            (Unit::BYTES_PER_SECOND, 1_234_567.0, "1.23 MB/s"),
            (Unit::BITS_PER_SECOND, 14_100_000.0, "14.1 Mbit/s"),
            (Unit::new("{thread}"), 12.0, "12"),
            (Unit::FRAMES_PER_SECOND, 24.0, "24 fps"),
            (Unit::new("{packet}/s"), 24.0, "24/s"),
        ] {
            assert_eq!(short_value(&unit, value), text);
        }
    }
}
