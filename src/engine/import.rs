//! Imports: a file is recognised, read in blocks by one importer, and written batch by batch with its checkpoint.
//!
//! Memory stays bounded by a block and a batch. The same content is recognised by its hash before it is parsed,
//! wherever the file lies. A cancelled import keeps what was written; its source stays marked as incomplete.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::jobs::Progress;
use super::{Engine, Event, Failure, JobId};
use crate::ingest::{self, Context, HEAD_BYTES, Head, Importer};
use crate::live::clock;
use crate::model::{Batch, Effect, Issue, Key, Source, SourceKind, Zone};
use crate::store::Written;

/// How much is read at once.
const BLOCK_BYTES: usize = 1024 * 1024;
/// How many facts are written at once.
const MAX_BATCH_FACTS: usize = 20_000;
/// How deep folders are searched for files to import.
const MAX_FOLDER_DEPTH: usize = 8;

/// What to import and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportRequest {
    /// The file.
    pub path: PathBuf,
    /// The importer's name, when the user overrides what the content says.
    pub format: Option<String>,
    /// The zone of local times without one: an IANA name or an offset.
    pub zone: Option<String>,
}

/// What an import did: the report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// The file.
    pub path: PathBuf,
    /// The importer that read it; `None` when no importer knows the file.
    pub format: Option<&'static str>,
    /// Its source in the workspace.
    pub source: Option<Key>,
    /// What the file holds, whether or not it was known before.
    pub held: Counts,
    /// What was new to the workspace.
    pub written: Written,
    /// Whether this very content was imported before; it was then not read again.
    pub is_known: bool,
    /// Whether it was cancelled on the way.
    pub is_cancelled: bool,
    /// What was repaired, noticed or skipped.
    pub issues: Vec<Issue>,
    /// Why it could not be read at all.
    pub failure: Option<String>,
    /// Whether that is only because no importer knows its format: in a folder such files are passed over.
    pub is_unknown: bool,
}

/// How many facts a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Distinct runs.
    pub num_runs: u64,
    /// Distinct spans.
    pub num_spans: u64,
    /// Distinct series.
    pub num_series: u64,
    /// Samples.
    pub num_samples: u64,
    /// Usages.
    pub num_usages: u64,
}

impl ImportReport {
    /// How many records had that effect.
    #[must_use]
    pub fn count(&self, effect: Effect) -> u64 {
        self.issues.iter().filter(|issue| issue.kind.effect() == effect).map(|issue| issue.num_records).sum()
    }

    /// One sentence: what came in.
    #[must_use]
    pub fn sentence(&self) -> String {
        let name = self
            .path
            .file_name()
            .map_or_else(|| self.path.display().to_string(), |name| name.to_string_lossy().into_owned());
        if let Some(failure) = &self.failure {
            return failure.clone();
        }
        if self.is_known {
            return format!("{name} was imported before; nothing was added");
        }
        let Written { num_new_runs, num_new_spans, num_new_samples, num_new_usages, .. } = self.written;
        let mut parts = Vec::new();
        for (count, one, many) in [
            (num_new_runs, "run", "runs"),
            (num_new_spans, "span", "spans"),
            (num_new_samples, "sample", "samples"),
            (num_new_usages, "usage", "usages"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {}", if count == 1 { one } else { many }));
            }
        }
        let added = if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") };
        let skipped = match self.count(Effect::Skipped) {
            0 => String::new(),
            count => format!("; {count} skipped"),
        };
        let cancelled = if self.is_cancelled { "; cancelled before its end" } else { "" };
        format!("{name}: {added}{skipped}{cancelled}")
    }
}

impl Engine {
    /// Imports a file here and now. The report tells everything, a file that cannot be read included.
    ///
    /// # Errors
    /// Only when the workspace cannot be written.
    pub fn import(&self, request: &ImportRequest, progress: &Progress) -> Result<ImportReport, Failure> {
        match Import::open(self, request) {
            Ok(import) => import.run(progress),
            Err(Failure::File { path, reason }) => {
                let failure = Some(format!("{}: {reason}", path.display()));
                let is_unknown = reason.contains(UNKNOWN_FORMAT);
                Ok(ImportReport { path: request.path.clone(), failure, is_unknown, ..ImportReport::default() })
            }
            Err(failure) => Err(failure),
        }
    }

    /// The same in the background; the report comes as an event.
    ///
    /// # Errors
    /// When no thread could be started.
    pub fn start_import(&self, request: ImportRequest) -> Result<JobId, Failure> {
        let name = request.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        self.start_job(format!("Importing {name}"), move |engine, progress| {
            for path in files_below(&request.path) {
                let report = engine.import(&ImportRequest { path, ..request.clone() }, progress)?;
                let is_cancelled = report.is_cancelled;
                if report.is_unknown && request.path.is_dir() {
                    continue;
                }
                engine.shared().events.push(Event::Imported(report));
                (engine.shared().wake)();
                if is_cancelled {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// The file itself, or all files below a folder in order of name. Links are not followed.
#[must_use]
pub fn files_below(path: &Path) -> Vec<PathBuf> {
    fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            match std::fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() && depth < MAX_FOLDER_DEPTH => walk(&path, depth + 1, found),
                Ok(metadata) if metadata.is_file() => found.push(path),
                _ => {}
            }
        }
    }
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let mut found = Vec::new();
    walk(path, 0, &mut found);
    found
}

struct Import<'a> {
    engine: &'a Engine,
    path: PathBuf,
    file: File,
    size_bytes: u64,
    importer: &'static dyn Importer,
    zone: Zone,
    mtime_nanos: Option<i64>,
}

impl<'a> Import<'a> {
    fn open(engine: &'a Engine, request: &ImportRequest) -> Result<Self, Failure> {
        let path = std::path::absolute(&request.path).unwrap_or_else(|_| request.path.clone());
        let failed = |reason: String| Failure::File { path: request.path.clone(), reason };
        let metadata = std::fs::metadata(&path).map_err(|error| failed(file_reason(&error)))?;
        if !metadata.is_file() {
            return Err(failed("it is not a regular file; name a file, or a folder of files".to_owned()));
        }
        if super::workspace::is_workspace(&path) {
            return Err(failed("it is a workspace, not a file of metrics; open it instead".to_owned()));
        }
        let mut file = File::open(&path).map_err(|error| failed(file_reason(&error)))?;
        let mut head = vec![0; HEAD_BYTES.min(usize::try_from(metadata.len()).unwrap_or(HEAD_BYTES))];
        let num_read = read_full(&mut file, &mut head).map_err(|error| failed(file_reason(&error)))?;
        head.truncate(num_read);
        if head.is_empty() {
            return Err(failed("the file is empty; was the program that writes it started?".to_owned()));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let importer = match &request.format {
            Some(format) => ingest::by_name(format)
                .ok_or_else(|| failed(format!("there is no format “{format}”; known are {}", format_names())))?,
            None => {
                let head = Head { bytes: &head, file_name: &name, is_whole: num_read as u64 == metadata.len() };
                ingest::sniff(&head).ok_or_else(|| failed(unknown_reason(&head)))?
            }
        };
        let zone = match &request.zone {
            Some(zone) if crate::model::time::place_in_zone(0, zone).is_none() => {
                return Err(failed(format!(
                    "there is no zone “{zone}”; write an IANA name (Europe/Berlin) or an offset (+02:00)"
                )));
            }
            Some(zone) => Zone::Named(zone.clone()),
            None => Zone::Unknown,
        };
        let mtime_nanos = metadata.modified().ok().map(clock::nanos_since_epoch);
        Ok(Self { engine, path, file, size_bytes: metadata.len(), importer, zone, mtime_nanos })
    }

    fn run(mut self, progress: &Progress) -> Result<ImportReport, Failure> {
        let mut report =
            ImportReport { path: self.path.clone(), format: Some(self.importer.name()), ..ImportReport::default() };
        let Some(hashes) = self.hash(progress)? else {
            report.is_cancelled = true;
            return Ok(report);
        };
        let reader = crate::store::Reader::open(self.engine.path())?;
        let zone_is_said = matches!(self.zone, Zone::Named(_));
        if let Some(known) = reader.source_by_hash(&hashes.whole)?
            && known.source.format == self.importer.name()
            && (!zone_is_said || known.source.zone == self.zone)
        {
            report.is_known = true;
            report.source = Some(known.source.key);
            report.issues = reader.issues(known.source.key)?;
            report.held = Counts {
                num_runs: known.num_runs,
                num_spans: known.num_new_spans,
                num_series: known.num_new_series,
                num_samples: known.num_new_samples,
                num_usages: known.num_new_usages,
            };
            return Ok(report);
        }
        let key = hashes.grown_from.unwrap_or_else(|| Key::of("source", &[&hex(&hashes.whole)]));
        let mut source = Source {
            key,
            kind: SourceKind::Import,
            format: self.importer.name().to_owned(),
            location: self.path.display().to_string(),
            content_hash: None,
            size_bytes: i64::try_from(self.size_bytes).ok(),
            cursor: None,
            zone: self.zone.clone(),
            read_at_nanos: clock::utc_nanos(),
            is_complete: false,
        };
        report.source = Some(key);
        let context = Context {
            location: source.location.clone(),
            zone: self.zone.clone(),
            content_key: key,
            file_mtime_nanos: self.mtime_nanos,
        };
        let mut parser = self.importer.reader(context);
        let mut seen = Seen::default();
        let mut batch = Batch::default();
        let mut block = vec![0; BLOCK_BYTES];
        let mut num_done = 0_u64;
        loop {
            let num_read = self.file.read(&mut block).map_err(|error| self.failed(&error))?;
            if num_read == 0 {
                break;
            }
            parser.feed(&block[..num_read], &mut batch);
            num_done += num_read as u64;
            if batch.num_facts() > MAX_BATCH_FACTS {
                self.write(std::mem::take(&mut batch), &source, &mut report, &mut seen)?;
            }
            if !progress.report(0.1 + 0.9 * fraction(num_done, self.size_bytes)) {
                report.is_cancelled = true;
                break;
            }
        }
        if !report.is_cancelled {
            parser.finish(&mut batch);
            source.content_hash = Some(hashes.whole);
            source.is_complete = true;
        }
        self.write(batch, &source, &mut report, &mut seen)?;
        Ok(report)
    }

    fn write(&self, batch: Batch, source: &Source, report: &mut ImportReport, seen: &mut Seen) -> Result<(), Failure> {
        seen.count(&batch, &mut report.held);
        report.issues.extend(batch.issues.iter().cloned());
        let mut written = self.engine.write(batch, Some(source.clone()))?;
        report.issues.append(&mut written.issues);
        report.written.num_new_runs += written.num_new_runs;
        report.written.num_new_spans += written.num_new_spans;
        report.written.num_changed_spans += written.num_changed_spans;
        report.written.num_new_series += written.num_new_series;
        report.written.num_new_samples += written.num_new_samples;
        report.written.num_new_usages += written.num_new_usages;
        report.written.num_duplicates += written.num_duplicates;
        Ok(())
    }

    /// The hash of the content, and the source it grew from: an earlier import of this path whose whole content is
    /// the beginning of this one. `None` when cancelled.
    fn hash(&mut self, progress: &Progress) -> Result<Option<Hashes>, Failure> {
        let reader = crate::store::Reader::open(self.engine.path())?;
        let location = self.path.display().to_string();
        let mut earlier: Vec<_> = reader
            .sources()?
            .into_iter()
            .map(|row| row.source)
            .filter(|source| source.location == location && source.format == self.importer.name())
            .filter_map(|source| Some((u64::try_from(source.size_bytes?).ok()?, source.content_hash?, source.key)))
            .filter(|&(size_bytes, ..)| size_bytes > 0 && size_bytes < self.size_bytes)
            .collect();
        earlier.sort_unstable();
        let mut earlier = earlier.into_iter().peekable();
        let mut hasher = blake3::Hasher::new();
        let mut grown_from = None;
        let mut block = vec![0; BLOCK_BYTES];
        let mut num_done = 0_u64;
        self.file.seek(SeekFrom::Start(0)).map_err(|error| self.failed(&error))?;
        loop {
            // Never read across the end of an earlier import, so that its hash can be compared there.
            let mut num_wanted = BLOCK_BYTES as u64;
            while let Some(&(size_bytes, hash, key)) = earlier.peek() {
                if size_bytes > num_done {
                    num_wanted = num_wanted.min(size_bytes - num_done);
                    break;
                }
                if size_bytes == num_done && *hasher.finalize().as_bytes() == hash {
                    grown_from = Some(key);
                }
                earlier.next();
            }
            let wanted = &mut block[..usize::try_from(num_wanted).unwrap_or(BLOCK_BYTES)];
            let num_read = self.file.read(wanted).map_err(|error| self.failed(&error))?;
            if num_read == 0 {
                break;
            }
            hasher.update(&wanted[..num_read]);
            num_done += num_read as u64;
            if !progress.report(0.1 * fraction(num_done, self.size_bytes)) {
                return Ok(None);
            }
        }
        self.size_bytes = num_done;
        self.file.seek(SeekFrom::Start(0)).map_err(|error| self.failed(&error))?;
        Ok(Some(Hashes { whole: *hasher.finalize().as_bytes(), grown_from }))
    }

    fn failed(&self, error: &std::io::Error) -> Failure {
        Failure::File { path: self.path.clone(), reason: file_reason(error) }
    }
}

struct Hashes {
    whole: [u8; 32],
    grown_from: Option<Key>,
}

/// Keys met so far, so that a fact said twice in a file is counted once. Bounded: beyond the limit each counts.
#[derive(Default)]
struct Seen {
    keys: std::collections::HashSet<(u8, Key)>,
}

/// 17 bytes each: some 20 MB.
const MAX_SEEN: usize = 1_000_000;

impl Seen {
    fn count(&mut self, batch: &Batch, counts: &mut Counts) {
        let mut new = |kind: u8, key: Key| u64::from(self.keys.len() >= MAX_SEEN || self.keys.insert((kind, key)));
        counts.num_runs += batch.runs.iter().map(|run| new(0, run.key)).sum::<u64>();
        counts.num_spans += batch.spans.iter().map(|span| new(1, span.key)).sum::<u64>();
        counts.num_series += batch.series.iter().map(|series| new(2, series.key)).sum::<u64>();
        counts.num_usages += batch.usages.iter().map(|usage| new(3, usage.key)).sum::<u64>();
        counts.num_samples += batch.samples.iter().map(|samples| samples.len() as u64).sum::<u64>();
    }
}

fn read_full(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut num_read = 0;
    while num_read < buffer.len() {
        match file.read(&mut buffer[num_read..])? {
            0 => break,
            count => num_read += count,
        }
    }
    Ok(num_read)
}

#[expect(clippy::cast_precision_loss, reason = "a progress bar")]
fn fraction(num_done: u64, num_all: u64) -> f32 {
    if num_all == 0 { 1.0 } else { num_done as f32 / num_all as f32 }
}

fn hex(bytes: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bytes).to_hex().to_string()
}

fn file_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file; check the path".to_owned(),
        std::io::ErrorKind::PermissionDenied => "the file may not be read; check its permissions".to_owned(),
        _ => format!("the file cannot be read: {error}"),
    }
}

fn format_names() -> String {
    ingest::IMPORTERS.iter().map(|importer| importer.name()).collect::<Vec<_>>().join(", ")
}

/// What the failure of a file says that no importer knows.
const UNKNOWN_FORMAT: &str = "of no known format";

fn unknown_reason(head: &Head<'_>) -> String {
    let kind = if head.bytes.contains(&0) { "a binary file" } else { "a text file" };
    format!("{kind} {UNKNOWN_FORMAT}; say --format NAME if it is one of {}", format_names())
}
