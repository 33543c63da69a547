//! What tells runs of one name apart: the labels in which they differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::queries::RunSummary;

/// For every title that several runs have, the labels that tell these runs apart, the one that tells most first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Apart {
    names: BTreeMap<String, Vec<String>>,
}

impl Apart {
    /// Compares runs that are listed or shown together.
    #[must_use]
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a RunSummary>) -> Self {
        let mut groups: BTreeMap<String, Vec<&RunSummary>> = BTreeMap::new();
        for run in runs {
            groups.entry(run.title()).or_default().push(run);
        }
        let names = groups
            .into_iter()
            .filter(|(_, runs)| runs.len() > 1)
            .map(|(title, runs)| (title, differing(&runs)))
            .filter(|(_, names)| !names.is_empty())
            .collect();
        Self { names }
    }

    /// What is particular about a run among those of its title: `slow, scale=2`. Empty where nothing is.
    #[must_use]
    pub fn words(&self, run: &RunSummary) -> String {
        let Some(names) = self.names.get(&run.title()) else { return String::new() };
        let words = names.iter().filter_map(|name| Some(word(name, run.run.labels.get(name)?)));
        words.collect::<Vec<_>>().join(", ")
    }
}

fn differing(runs: &[&RunSummary]) -> Vec<String> {
    let mut values: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for name in runs.iter().flat_map(|run| run.run.labels.keys()) {
        values.entry(name).or_default();
    }
    for (name, values) in &mut values {
        values.extend(runs.iter().map(|run| run.run.labels.get(*name).map(String::as_str)));
    }
    let mut names: Vec<(&str, usize)> = values.into_iter().map(|(name, values)| (name, values.len())).collect();
    names.sort_by_key(|(_, num_values)| std::cmp::Reverse(*num_values));
    // No more of them than it takes: one that tells nothing new only makes the words longer.
    let mut chosen: Vec<String> = Vec::new();
    let mut num_apart = 1;
    for (name, _) in names {
        chosen.push(name.to_owned());
        let kinds: BTreeSet<Vec<Option<&String>>> =
            runs.iter().map(|run| chosen.iter().map(|name| run.run.labels.get(name)).collect()).collect();
        if kinds.len() <= num_apart {
            chosen.pop();
        }
        num_apart = num_apart.max(kinds.len());
    }
    chosen
}

/// A value that says what it is stands alone; a number or a yes needs its name.
fn word(name: &str, value: &str) -> String {
    const NEED_A_NAME: [&str; 7] = ["", "true", "false", "yes", "no", "on", "off"];
    let is_alone = value.chars().next().is_some_and(char::is_alphabetic) && !NEED_A_NAME.contains(&value);
    if is_alone { value.to_owned() } else { format!("{name}={value}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, Run};

    fn run(title: &str, labels: &[(&str, &str)]) -> RunSummary {
        let mut run = Run::new(Key::of("run", &[title, &format!("{labels:?}")]));
        run.video_id = Some(title.to_owned());
        run.labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        RunSummary { run, num_spans: 0, num_failed_spans: 0, last_nanos: None }
    }

    #[test]
    fn only_what_differs_within_a_title_is_said() {
        let runs = [
            run("harbour", &[("preset", "slow"), ("scale", "2"), ("topic", "sea")]),
            run("harbour", &[("preset", "fast"), ("scale", "2"), ("topic", "sea")]),
            run("harbour", &[("preset", "slow"), ("scale", "3"), ("topic", "sea")]),
            run("garden", &[("preset", "slow")]),
            run("forest", &[("preset", "slow"), ("scale", "2")]),
            run("forest", &[("preset", "fast"), ("scale", "3")]),
        ];
        let apart = Apart::of(&runs);
        let words: Vec<String> = runs.iter().map(|run| apart.words(run)).collect();
        assert_eq!(words, ["slow, scale=2", "fast, scale=2", "slow, scale=3", "", "slow", "fast"]);
    }

    #[test]
    fn a_label_that_one_run_lacks_is_a_difference() {
        let runs = [run("a", &[("gpu", "true")]), run("a", &[])];
        let apart = Apart::of(&runs);
        assert_eq!([apart.words(&runs[0]), apart.words(&runs[1])], ["gpu=true", ""]);
    }
}
