//! Levels that values cannot pass: the memory a host has, all of its cores.

use super::stack::Plot;
use crate::model::{Host, Unit};

/// A level to draw across a plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// In the plot's unit.
    pub value: f64,
    /// What it is: `24 GB installed`.
    pub label: String,
}

/// The limit that a host sets to a plot.
#[must_use]
pub fn limit(plot: &Plot, host: &Host) -> Option<Limit> {
    if plot.names.iter().any(|name| name.ends_with(".limit")) {
        // It was measured, and is a curve among the others.
        return None;
    }
    let has = |name: &str| plot.names.iter().any(|found| found == name);
    if plot.unit == Unit::BYTES && (has("process.memory.usage") || has("system.memory.usage")) && host.memory_bytes > 0
    {
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        let value = host.memory_bytes as f64;
        return Some(Limit { value, label: format!("{} installed", plot.unit.format(value)) });
    }
    if plot.unit == Unit::PERCENT_OF_CORE && host.num_cpus > 0 {
        let value = f64::from(host.num_cpus) * 100.0;
        let label = if host.num_cpus == 1 { "1 core".to_owned() } else { format!("{} cores", host.num_cpus) };
        return Some(Limit { value, label });
    }
    None
}

/// Whether a limit belongs on the axis: once values come near it. Far above them it would only flatten the curves.
#[must_use]
pub fn is_near(limit: &Limit, max: f64) -> bool {
    max >= limit.value * 0.4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, unit: Unit, label: Option<&str>) {
        let plot =
            Plot { title: "a".to_owned(), unit, names: vec![name.to_owned()], curves: Vec::new(), is_by_run: false };
        let host = Host { num_cpus: 4, memory_bytes: 24_000_000_000, ..Host::default() };
        assert_eq!(limit(&plot, &host).map(|limit| limit.label).as_deref(), label);
    }

    #[test]
    fn hosts_limit_memory_and_cores() {
        check("process.memory.usage", Unit::BYTES, Some("24 GB installed"));
        check("process.cpu.utilization", Unit::PERCENT_OF_CORE, Some("4 cores"));
        check("process.disk.io", Unit::BYTES_PER_SECOND, None);
        check("hw.gpu.memory.usage", Unit::BYTES, None);
    }

    #[test]
    fn far_limits_do_not_flatten_curves() {
        let limit = Limit { value: 100.0, label: String::new() };
        assert!(is_near(&limit, 60.0) && !is_near(&limit, 10.0));
    }
}
