-- Schema 1 of a reelbench workspace.
--
-- Anyone may read this file with sqlite3. Times are nanoseconds: UTC, or as run.clock says. Keys are the
-- 16-byte natural keys of the facts; rows refer to each other by integer id where the other row must be there
-- first, and by key where it may arrive later (a span's parent). Money is decimal text, labels and attributes
-- are JSON. Samples are packed; chunk has what is needed to find them, and `reelbench` to unpack them.

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  kind TEXT NOT NULL,                 -- import | attachment | recording
  format TEXT NOT NULL,               -- the importer or probe that read it
  location TEXT NOT NULL,             -- path, address or command line, for people
  content_hash BLOB CHECK (length(content_hash) = 32),
  size_bytes INTEGER,
  cursor_bytes INTEGER,               -- how far it was read, for sources that grow
  head_hash BLOB CHECK (length(head_hash) = 32),
  head_bytes INTEGER,
  zone TEXT NOT NULL,                 -- utc | unknown | elapsed | named:<IANA name or offset>
  read_at_nanos INTEGER NOT NULL,
  is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
  num_new_runs INTEGER NOT NULL DEFAULT 0,
  num_new_spans INTEGER NOT NULL DEFAULT 0,
  num_changed_spans INTEGER NOT NULL DEFAULT 0,
  num_new_series INTEGER NOT NULL DEFAULT 0,
  num_new_samples INTEGER NOT NULL DEFAULT 0,
  num_new_usages INTEGER NOT NULL DEFAULT 0,
  num_duplicates INTEGER NOT NULL DEFAULT 0,
  num_repaired INTEGER NOT NULL DEFAULT 0,
  num_skipped INTEGER NOT NULL DEFAULT 0,
  num_noticed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX source_by_hash ON source (content_hash) WHERE content_hash IS NOT NULL;

CREATE TABLE issue (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  place TEXT NOT NULL,                -- whole | line | byte
  place_at INTEGER NOT NULL,          -- line from 1, byte from 0, 0 for the whole
  detail TEXT NOT NULL,
  num_records INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX issue_itself ON issue (source_id, kind, place, place_at, detail);

CREATE TABLE host (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  hostname TEXT NOT NULL,
  os TEXT NOT NULL,
  cpu TEXT NOT NULL,
  num_cpus INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  gpus TEXT NOT NULL,                 -- JSON list of names
  gpu_driver TEXT
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  pipeline TEXT,
  video_id TEXT,
  start_nanos INTEGER,
  end_nanos INTEGER,
  clock TEXT NOT NULL,                -- utc | local | elapsed
  outcome TEXT NOT NULL,              -- unknown | running | succeeded | failed | interrupted
  error TEXT,
  media_duration_secs REAL,
  media_size_bytes INTEGER,
  media_width INTEGER,
  media_height INTEGER,
  media_fps REAL,
  host_id INTEGER REFERENCES host (id),
  recorder_pid INTEGER,
  recorder_started_secs INTEGER,
  recorder_hostname TEXT,
  attributes TEXT NOT NULL,           -- JSON object
  num_spans INTEGER NOT NULL DEFAULT 0,
  num_failed_spans INTEGER NOT NULL DEFAULT 0,
  last_nanos INTEGER                  -- the last moment of which anything is stored
) STRICT;
CREATE INDEX run_by_video ON run (video_id) WHERE video_id IS NOT NULL;
CREATE INDEX run_by_pipeline ON run (pipeline) WHERE pipeline IS NOT NULL;

-- Another source's key of a run that turned out to be the same one.
CREATE TABLE run_alias (
  key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE run_source (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  PRIMARY KEY (run_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_source_by_source ON run_source (source_id);

CREATE TABLE label (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT,                         -- null: removed by a person, so that no import sets it again
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE span (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  parent_key BLOB CHECK (length(parent_key) = 16),
  kind TEXT NOT NULL,                 -- stage | operation | api_call | journey
  name TEXT NOT NULL,
  number INTEGER,
  start_nanos INTEGER NOT NULL,
  end_nanos INTEGER,
  outcome TEXT NOT NULL,
  error TEXT,
  provider TEXT,
  model TEXT,
  attributes TEXT NOT NULL            -- JSON object
) STRICT;
CREATE INDEX span_by_run ON span (run_id, start_nanos);

CREATE TABLE measurement (
  span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  stat TEXT NOT NULL,                 -- value | start | end | peak | mean | sum
  unit TEXT NOT NULL,                 -- UCUM code
  value REAL,                         -- null: not a number
  PRIMARY KEY (span_id, name, stat)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  span_key BLOB CHECK (length(span_key) = 16),
  provider TEXT,
  model TEXT,
  reported_cost TEXT,                 -- decimal, as the source said
  reported_currency TEXT
) STRICT;
CREATE INDEX usage_by_run ON usage (run_id);

CREATE TABLE usage_quantity (
  usage_id INTEGER NOT NULL REFERENCES usage (id) ON DELETE CASCADE,
  unit TEXT NOT NULL,
  amount TEXT NOT NULL,               -- decimal
  PRIMARY KEY (usage_id, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  run_id INTEGER REFERENCES run (id) ON DELETE CASCADE,
  span_key BLOB CHECK (length(span_key) = 16),
  name TEXT NOT NULL,
  labels TEXT NOT NULL,               -- JSON object of texts
  unit TEXT NOT NULL,                 -- UCUM code
  kind TEXT NOT NULL,                 -- gauge | cumulative | delta | raw
  interval_nanos INTEGER,
  spacing_nanos INTEGER,              -- median spacing of its largest chunk
  spacing_num_samples INTEGER NOT NULL DEFAULT 0,
  rollup_base INTEGER,                -- lowest and highest level of its pyramid: a level's buckets are 2^level ns wide
  rollup_top INTEGER
) STRICT;
CREATE INDEX series_by_run ON series (run_id);

-- Chunks of a series are disjoint in time and hold up to 65,536 samples, more only where one moment has more.
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY,
  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  start_nanos INTEGER NOT NULL,
  end_nanos INTEGER NOT NULL,
  num_samples INTEGER NOT NULL CHECK (num_samples > 0),
  num_finite INTEGER NOT NULL,
  min REAL,                           -- of the finite values; null where there is none
  max REAL,
  sum REAL,
  first REAL,
  last REAL,
  value_type TEXT NOT NULL,           -- integer | real
  in_rollup INTEGER NOT NULL CHECK (in_rollup IN (0, 1)),
  format INTEGER NOT NULL,            -- 1: two pco standalone files, signed 64-bit times and 64-bit values
  packed_times BLOB NOT NULL,
  packed_values BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunk_by_start ON chunk (series_id, start_nanos);
CREATE INDEX chunk_not_in_rollup ON chunk (series_id, start_nanos, end_nanos) WHERE in_rollup = 0;

-- The pyramid: blocks of 1,024 bucket positions of one level, only those that hold a sample.
CREATE TABLE rollup (
  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  level INTEGER NOT NULL,
  block INTEGER NOT NULL,             -- bucket position / 1024; position = time / 2^level, rounded down
  num_cells INTEGER NOT NULL,
  format INTEGER NOT NULL,            -- 1: positions, counts, last moments, min, max, sum, last; each length-prefixed pco
  cells BLOB NOT NULL,
  PRIMARY KEY (series_id, level, block)
) STRICT;

CREATE TABLE absence (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  metric TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (run_id, metric)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  span_key BLOB CHECK (length(span_key) = 16),
  text TEXT,                          -- null: removed by a person, so that no import writes it again
  at_nanos INTEGER NOT NULL
) STRICT;
CREATE INDEX note_by_run ON note (run_id);

-- What people changed, with what was there before: undo takes the last row not undone back.
CREATE TABLE edit (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,                 -- label | note
  run_key BLOB NOT NULL CHECK (length(run_key) = 16),
  note_key BLOB CHECK (length(note_key) = 16),
  label_name TEXT,
  before TEXT,                        -- JSON of the row; null: there was none
  after TEXT,
  is_undone INTEGER NOT NULL DEFAULT 0 CHECK (is_undone IN (0, 1))
) STRICT;
