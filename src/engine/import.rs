//! Imports: a file is recognised, read in blocks by one importer, and written batch by batch with its checkpoint.
//!
//! Memory stays bounded by a block and a batch. The same content is recognised by its hash before it is parsed,
//! wherever the file lies. A cancelled import keeps what was written; its source stays marked as incomplete.

mod files;
mod report;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

pub use report::{Counts, ImportReport, Unread};

use super::jobs::Progress;
use super::{Engine, Event, Failure, JobId};
use crate::ingest::{self, Context, HEAD_BYTES, Head, Importer};
use crate::live::clock;
use crate::model::{Batch, Key, Severity, Source, SourceKind, Zone};
use report::Seen;

/// How much is read at once.
const BLOCK_BYTES: usize = 1024 * 1024;
/// How many facts are written at once.
const MAX_BATCH_FACTS: usize = 20_000;

/// What to import and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportRequest {
    /// The file, or a folder of files.
    pub path: PathBuf,
    /// The importer's name, when the user overrides what the content says.
    pub format: Option<String>,
    /// The zone of local times without one: an IANA name or an offset.
    pub zone: Option<String>,
    /// Whether the file was found in a folder that was named: there it may be of any format.
    pub is_from_folder: bool,
}

impl ImportRequest {
    /// The request itself, or one for each file below its folder, in order of name.
    #[must_use]
    pub fn each_file(&self) -> Vec<Self> {
        if !self.path.is_dir() {
            return vec![self.clone()];
        }
        let found = files::below(&self.path).into_iter();
        found.map(|path| Self { path, is_from_folder: true, ..self.clone() }).collect()
    }

    /// The importer that was asked for, and the zone.
    ///
    /// # Errors
    /// When there is no such format or zone; the sentence names those that there are.
    pub fn check(&self) -> Result<(Option<&'static dyn Importer>, Zone), Failure> {
        let importer = match &self.format {
            Some(format) => Some(ingest::by_name(format).ok_or_else(|| {
                Failure::Refused(format!("There is no format “{format}”; known are {}", format_names()))
            })?),
            None => None,
        };
        match &self.zone {
            Some(zone) if crate::model::time::place_in_zone(0, zone).is_none() => Err(Failure::Refused(format!(
                "There is no zone “{zone}”; write an IANA name (Europe/Berlin) or an offset (+02:00)"
            ))),
            Some(zone) => Ok((importer, Zone::Named(zone.clone()))),
            None => Ok((importer, Zone::Unknown)),
        }
    }
}

impl Engine {
    /// Imports a file here and now. The report tells everything, a file that cannot be read included.
    ///
    /// # Errors
    /// When the workspace cannot be written, or the request names a format or zone that there is not.
    pub fn import(&self, request: &ImportRequest, progress: &Progress) -> Result<ImportReport, Failure> {
        let (importer, zone) = request.check()?;
        let mut report = ImportReport { path: request.path.clone(), ..ImportReport::default() };
        match Import::open(self, request, importer, zone) {
            Ok(import) => {
                report.path.clone_from(&import.path);
                report.format = Some(import.importer.name());
                import.run(&mut report, progress)?;
            }
            Err(unread) => {
                report.is_passed_over = request.is_from_folder && matches!(unread, Unread::Unknown(_));
                report.failure = Some(unread);
            }
        }
        Ok(report)
    }

    /// The same in the background, for all files of a folder too; the reports come as events.
    ///
    /// # Errors
    /// When no thread could be started.
    pub fn start_import(&self, request: ImportRequest) -> Result<JobId, Failure> {
        let name = request.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        self.start_job(format!("Importing {name}"), move |engine, progress| {
            let mut has_found = false;
            for request in request.each_file() {
                let report = engine.import(&request, progress)?;
                let is_cancelled = report.is_cancelled;
                if report.is_passed_over {
                    continue;
                }
                has_found = true;
                engine.shared().events.push(Event::Imported(Box::new(report)));
                (engine.shared().wake)();
                if is_cancelled {
                    break;
                }
            }
            if !has_found {
                engine.notify(Severity::Warning, nothing_below(&request));
            }
            Ok(())
        })
    }
}

/// What is said of a folder in which nothing was found.
#[must_use]
pub fn nothing_below(request: &ImportRequest) -> String {
    format!("{}: there is no file in the folder that an importer knows", request.path.display())
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
    fn open(
        engine: &'a Engine,
        request: &ImportRequest,
        importer: Option<&'static dyn Importer>,
        zone: Zone,
    ) -> Result<Self, Unread> {
        let path = std::path::absolute(&request.path).unwrap_or_else(|_| request.path.clone());
        let name_it = |reason: String| format!("{}: {reason}", request.path.display());
        let unreachable = |reason: String| Unread::Unreachable(name_it(reason));
        let unknown = |reason: String| Unread::Unknown(name_it(reason));
        let broken = |error: std::io::Error| unreachable(file_reason(&error));
        let metadata = std::fs::metadata(&path).map_err(broken)?;
        if metadata.is_dir() {
            return Err(unreachable(files::folder_reason(&path)));
        }
        // Looked at before it is opened: opening a pipe would wait for someone to write into it.
        if !metadata.is_file() {
            return Err(unreachable("it is not a regular file; name a file, or a folder of files".to_owned()));
        }
        if super::workspace::is_workspace(&path) {
            return Err(unknown("it is a workspace, not a file of metrics; open it instead".to_owned()));
        }
        let mut file = File::open(&path).map_err(broken)?;
        let mut head = vec![0; HEAD_BYTES.min(usize::try_from(metadata.len()).unwrap_or(HEAD_BYTES))];
        let num_read = read_full(&mut file, &mut head).map_err(broken)?;
        head.truncate(num_read);
        if head.is_empty() {
            return Err(unknown("the file is empty; was the program that writes it started?".to_owned()));
        }
        let importer = match importer {
            Some(importer) => importer,
            None => {
                let file_name = path.file_name().unwrap_or_default().to_string_lossy();
                let is_whole = num_read as u64 == metadata.len();
                let head = Head { bytes: &head, file_name: &file_name, is_whole };
                ingest::sniff(&head).ok_or_else(|| unknown(unknown_reason(&head)))?
            }
        };
        let mtime_nanos = metadata.modified().ok().map(clock::nanos_since_epoch);
        Ok(Self { engine, path, file, size_bytes: metadata.len(), importer, zone, mtime_nanos })
    }

    fn run(mut self, report: &mut ImportReport, progress: &Progress) -> Result<(), Failure> {
        let hashes = match self.hash(progress)? {
            Hashed::Whole(hashes) => hashes,
            Hashed::Cancelled => {
                report.is_cancelled = true;
                return Ok(());
            }
            Hashed::Broken(error) => {
                report.failure = Some(self.unreachable(&error));
                return Ok(());
            }
        };
        let reader = crate::store::Reader::open(self.engine.path())?;
        let zone_is_said = matches!(self.zone, Zone::Named(_));
        let known = reader
            .source_by_hash(&hashes.whole)?
            .map(|row| row.source)
            .filter(|known| known.format == self.importer.name() && (!zone_is_said || known.zone == self.zone));
        report.is_known = known.is_some();
        let key = match &known {
            Some(known) => known.key,
            None => hashes.grown_from.unwrap_or_else(|| Key::of("source", &[&hex(&hashes.whole)])),
        };
        report.source = Some(key);
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
        let context = Context {
            location: source.location.clone(),
            zone: self.zone.clone(),
            content_key: key,
            file_mtime_nanos: self.mtime_nanos,
        };
        let mut parser = self.importer.reader(context);
        let mut seen = Seen::default();
        let mut batch = Batch { restarts_source: true, ..Batch::default() };
        let mut block = vec![0; BLOCK_BYTES];
        let mut hasher = blake3::Hasher::new();
        let mut num_done = 0_u64;
        // What was appended since it was hashed belongs to the next import.
        while num_done < self.size_bytes {
            let num_wanted = usize::try_from(self.size_bytes - num_done).unwrap_or(BLOCK_BYTES).min(BLOCK_BYTES);
            let num_read = match self.file.read(&mut block[..num_wanted]) {
                Ok(0) => break,
                Ok(num_read) => num_read,
                Err(error) => {
                    report.failure = Some(self.unreachable(&error));
                    break;
                }
            };
            hasher.update(&block[..num_read]);
            parser.feed(&block[..num_read], &mut batch);
            num_done += num_read as u64;
            if batch.num_facts() > MAX_BATCH_FACTS {
                self.take(std::mem::take(&mut batch), &source, report, &mut seen)?;
            }
            if !progress.report(0.1 + 0.9 * fraction(num_done, self.size_bytes)) {
                report.is_cancelled = true;
                break;
            }
        }
        if report.failure.is_none() && !report.is_cancelled {
            parser.finish(&mut batch);
            if *hasher.finalize().as_bytes() == hashes.whole {
                source.content_hash = Some(hashes.whole);
                source.is_complete = true;
            } else {
                let reason = "the file was changed while it was read; import it again".to_owned();
                report.failure = Some(Unread::Unreachable(format!("{}: {reason}", self.path.display())));
            }
        }
        self.take(batch, &source, report, &mut seen)?;
        if report.is_known {
            report.issues = reader.issues(key)?;
        }
        Ok(())
    }

    /// Counts what a batch holds and writes it, unless this very content is there already.
    fn take(&self, batch: Batch, source: &Source, report: &mut ImportReport, seen: &mut Seen) -> Result<(), Failure> {
        seen.count(&batch, &mut report.held);
        if report.is_known {
            return Ok(());
        }
        report.issues.extend(batch.issues.iter().cloned());
        report.add(self.engine.write(batch, Some(source.clone()))?);
        Ok(())
    }

    /// The hash of the content, and the source it grew from: an earlier import of this path whose whole content is
    /// the beginning of this one.
    fn hash(&mut self, progress: &Progress) -> Result<Hashed, Failure> {
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
        if let Err(error) = self.file.seek(SeekFrom::Start(0)) {
            return Ok(Hashed::Broken(error));
        }
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
            let num_read = match self.file.read(wanted) {
                Ok(0) => break,
                Ok(num_read) => num_read,
                Err(error) => return Ok(Hashed::Broken(error)),
            };
            hasher.update(&wanted[..num_read]);
            num_done += num_read as u64;
            if !progress.report(0.1 * fraction(num_done, self.size_bytes)) {
                return Ok(Hashed::Cancelled);
            }
        }
        self.size_bytes = num_done;
        if let Err(error) = self.file.seek(SeekFrom::Start(0)) {
            return Ok(Hashed::Broken(error));
        }
        Ok(Hashed::Whole(Hashes { whole: *hasher.finalize().as_bytes(), grown_from }))
    }

    fn unreachable(&self, error: &std::io::Error) -> Unread {
        Unread::Unreachable(format!("{}: {}", self.path.display(), file_reason(error)))
    }
}

enum Hashed {
    Whole(Hashes),
    Cancelled,
    Broken(std::io::Error),
}

struct Hashes {
    whole: [u8; 32],
    grown_from: Option<Key>,
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

fn unknown_reason(head: &Head<'_>) -> String {
    let kind = match head.bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return "the text is UTF-16; save it as UTF-8 and import that".to_owned();
        }
        bytes if bytes.contains(&0) => "a binary file",
        _ => "a text file",
    };
    format!("{kind} of no known format; say --format NAME if it is one of {}", format_names())
}
