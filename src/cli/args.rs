//! The command line: every subcommand's arguments and help with examples.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::values;

/// Performance workbench for AI and video pipelines: record, import, see and gate every run.
#[derive(Debug, Parser)]
#[command(
    name = "reelbench",
    version,
    after_help = "Examples:\n  reelbench                          open the window on the default workspace\n  reelbench --demo                   open the window on twelve recorded runs\n  reelbench record -- ./pipeline.sh  record a run\n  reelbench import metrics.jsonl     import a file\n  reelbench runs                     list the runs"
)]
pub(super) struct Args {
    /// The workspace file; the platform's data folder holds the default one.
    #[arg(short, long, global = true, value_name = "FILE", env = "REELBENCH_WORKSPACE")]
    pub workspace: Option<PathBuf>,
    #[command(flatten)]
    pub window: WindowArgs,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the window opens with.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct WindowArgs {
    /// A workspace to open, or files to import into it.
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Open the demo: twelve recorded runs of a small pipeline.
    #[arg(long)]
    pub demo: bool,
    /// The workspace, where one was named by `--workspace`.
    #[arg(skip)]
    pub workspace: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Import metric files into the workspace.
    Import(ImportArgs),
    /// List the runs.
    Runs(RunsArgs),
    /// Show one run in full.
    Show(ShowArgs),
    /// Run a command and record it with all its processes, the host and the GPUs.
    Record(RecordArgs),
    /// Run a command as a stage of the run that is being recorded.
    Stage(StageArgs),
    /// Follow a growing file or a running process.
    Attach(AttachArgs),
    /// Copy the workspace while it stays in use.
    Backup(BackupArgs),
    /// Say what this machine has of what reelbench needs.
    Doctor(DoctorArgs),
    /// Draw tabs into PNG files without a display.
    #[cfg(feature = "gui")]
    Render(RenderArgs),
    /// Print the completions of a shell.
    Completions(CompletionsArgs),
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  reelbench import metrics.jsonl\n  reelbench import --json reports/performance/\n  reelbench import --zone Europe/Berlin operations.csv"
)]
pub(super) struct ImportArgs {
    /// The files, or folders of files.
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Read them as this format, whatever they look like.
    #[arg(long, value_name = "NAME")]
    pub format: Option<String>,
    /// The zone of local times without one: an IANA name or an offset such as +02:00.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Print one JSON object a file.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  reelbench runs --outcome failed\n  reelbench runs --pipeline dubbing --label preset=slow --sort longest\n  reelbench runs --json | jq .key"
)]
pub(super) struct RunsArgs {
    /// Words that must occur in the run's names, labels or key.
    pub words: Vec<String>,
    /// Only runs of this pipeline; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub pipeline: Vec<String>,
    /// Only runs that ended so; may be given several times.
    #[arg(long, value_name = "OUTCOME")]
    pub outcome: Vec<OutcomeName>,
    /// Only runs with this label, written name=value or name; may be given several times.
    #[arg(long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// The order.
    #[arg(long, value_enum, default_value = "newest")]
    pub sort: SortName,
    /// At most so many.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Print one JSON object a run.
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum OutcomeName {
    Running,
    Succeeded,
    Failed,
    Interrupted,
    Unknown,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SortName {
    Newest,
    Oldest,
    Longest,
    Shortest,
    Pipeline,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  reelbench show latest\n  reelbench show 3f2a9c01 --json")]
pub(super) struct ShowArgs {
    /// The beginning of its key, `latest`, its video id or its pipeline (the latest run of it).
    pub run: String,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    trailing_var_arg = true,
    after_help = "Examples:\n  reelbench record -- ./pipeline.sh talk.mp4\n  reelbench record --pipeline dubbing --video-id talk --label preset=fast -- python run.py\n\nThe command finds a file to report to in REELBENCH_EVENTS; `reelbench stage` uses it, and a script may append JSON lines."
)]
pub(super) struct RecordArgs {
    /// The pipeline's name; the command's name when none is said.
    #[arg(long, value_name = "NAME")]
    pub pipeline: Option<String>,
    /// The video it works on.
    #[arg(long, value_name = "ID")]
    pub video_id: Option<String>,
    /// A label, written name=value; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::label)]
    pub label: Vec<(String, String)>,
    /// The sampling period.
    #[arg(long, value_name = "DURATION", default_value = "200ms", value_parser = values::duration)]
    pub interval: i64,
    /// Print one JSON object when the run has ended.
    #[arg(long)]
    pub json: bool,
    /// The command and its arguments, after `--`.
    #[arg(required = true, value_name = "CMD", allow_hyphen_values = true)]
    pub command: Vec<std::ffi::OsString>,
}

#[derive(Debug, ClapArgs)]
#[command(
    trailing_var_arg = true,
    after_help = "Examples:\n  reelbench stage extract_audio --number 2 -- ffmpeg -i talk.mp4 talk.wav\n  reelbench stage translate --kind api_call --provider openai --model gpt-4o -- ./translate.sh\n\nAn ffmpeg command reports its progress. With no recording going on the command just runs."
)]
pub(super) struct StageArgs {
    /// The stage's name.
    pub name: String,
    /// Its number in the pipeline.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub number: Option<i64>,
    /// What sort of work it is.
    #[arg(long, value_enum, default_value = "stage")]
    pub kind: KindName,
    /// Who serves the call.
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,
    /// The model used.
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// The command and its arguments, after `--`.
    #[arg(required = true, value_name = "CMD", allow_hyphen_values = true)]
    pub command: Vec<std::ffi::OsString>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum KindName {
    Stage,
    Operation,
    ApiCall,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  reelbench attach encode.progress\n  reelbench attach --pid 4711\n  reelbench attach --process ffmpeg --again --for 2h\n\nEnds with Ctrl-C, when what is followed ends (unless --again), or after --for. Attached again, it goes on where it was left."
)]
#[command(group = clap::ArgGroup::new("target").required(true).multiple(false))]
#[group(skip)]
pub(super) struct AttachArgs {
    /// A growing file: JSON lines or FFmpeg progress; it may not exist yet.
    #[arg(group = "target", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The process of this id with all its descendants.
    #[arg(long, group = "target", value_name = "PID")]
    pub pid: Option<u32>,
    /// The oldest process whose name or command line contains this.
    #[arg(long, group = "target", value_name = "TEXT")]
    pub process: Option<String>,
    /// Read the file as this format.
    #[arg(long, value_name = "NAME", requires = "file")]
    pub format: Option<String>,
    /// The pipeline of the run it becomes.
    #[arg(long, value_name = "NAME")]
    pub pipeline: Option<String>,
    /// The sampling period of processes and host.
    #[arg(long, value_name = "DURATION", default_value = "200ms", value_parser = values::duration)]
    pub interval: i64,
    /// Wait for the next encode or process when the one that is followed has ended.
    #[arg(long)]
    pub again: bool,
    /// End after this long.
    #[arg(long = "for", value_name = "DURATION", value_parser = values::duration)]
    pub limit: Option<i64>,
    /// Print one JSON object a change of state.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  reelbench backup /media/usb/bench.reelbench")]
pub(super) struct BackupArgs {
    /// Where to; an older copy there is replaced only when the new one is complete.
    pub to: PathBuf,
    /// Print a JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DoctorArgs {
    /// Print one JSON object a finding.
    #[arg(long)]
    pub json: bool,
}

#[cfg(feature = "gui")]
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  reelbench render --tab timeline --run latest --size 1280x800 --theme dark --out timeline.png\n  reelbench render --all --demo --out pictures/"
)]
pub(super) struct RenderArgs {
    /// The tab.
    #[arg(long, value_name = "NAME", required_unless_present = "all")]
    pub tab: Option<String>,
    /// Every tab, in the light and the dark theme, into the folder `--out`.
    #[arg(long, conflicts_with = "tab")]
    pub all: bool,
    /// The runs to show; the latest when none is said.
    #[arg(long, value_name = "RUN")]
    pub run: Vec<String>,
    /// The size in pixels.
    #[arg(long, value_name = "WxH", default_value = "1280x800", value_parser = values::size)]
    pub size: (u32, u32),
    /// Pixels a point: 2 draws everything twice as large.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    pub scale: f32,
    /// The theme: light, dark or high-contrast.
    #[arg(long, default_value = "dark")]
    pub theme: String,
    /// The whole window around the tab: menu, runs, status bar.
    #[arg(long)]
    pub window: bool,
    /// Draw the demo.
    #[arg(long)]
    pub demo: bool,
    /// The PNG file, or with --all the folder.
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// Print one JSON object a picture.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  reelbench completions bash > ~/.local/share/bash-completion/completions/reelbench\n  reelbench completions zsh > ~/.zfunc/_reelbench"
)]
pub(super) struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}
