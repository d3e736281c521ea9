//! `lambdeck doctor`

use super::context::{Context, Format};
use super::output::{BAD, FAINT, HEADING, ODD, Stream};
use super::table;
use crate::platform::embedded::{Embedded, Examined};
use crate::runtime::{BarrierState, Runtime, RuntimeConfig, Wall};
use crate::ui::ColorMode;
use crate::workspace::{self, IdentitySource, SecretsError, Workspace};
use anyhow::Context as _;
use crossterm::terminal;
use serde::Serialize;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it should be.
    Good,
    /// A fact, neither good nor bad.
    Fact,
    /// It works, but there is less of it than there could be.
    Odd,
    /// It does not work.
    Bad,
}

/// One thing looked at.
#[derive(Debug, Serialize)]
struct Finding {
    area: &'static str,
    name: &'static str,
    state: State,
    detail: String,
}

/// Of a longer database not every page is looked at: nobody waits for that.
const MOST_CHECKED: u64 = 512 << 20;
/// With less room than that something soon goes wrong.
const LEAST_FREE_MIB: u64 = 16;

const PROGRAM: &str = "program";
const WALL: &str = "wall around a lambda";
const WORKSPACE: &str = "workspace";
const TERMINAL: &str = "terminal";

pub(super) fn run(context: &mut Context) -> anyhow::Result<ExitCode> {
    let mut findings = program()?;
    findings.extend(workspace_here(context));
    findings.extend(terminal_facts());
    let is_well = findings.iter().all(|it| matches!(it.state, State::Good | State::Fact));
    match context.format {
        Format::Json => {
            let version = env!("CARGO_PKG_VERSION");
            let document = serde_json::json!({
                "version": version, "well": is_well, "findings": findings
            });
            context.out.json(&document)?;
        }
        Format::Human => print(context, &findings)?,
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The program, and a worker started to see what it reports.
fn program() -> anyhow::Result<Vec<Finding>> {
    let path =
        std::env::current_exe().map_or_else(|it| it.to_string(), |it| it.display().to_string());
    let version = concat!("lambdeck ", env!("CARGO_PKG_VERSION"));
    let mut findings = vec![
        Finding { area: PROGRAM, name: "version", state: State::Fact, detail: version.to_owned() },
        Finding { area: PROGRAM, name: "path", state: State::Fact, detail: path },
    ];
    let started = Instant::now();
    let asked = ask_a_worker()?;
    let (state, detail) = match &asked {
        Ok(_) => {
            (State::Good, format!("ready after {:.1} ms", started.elapsed().as_secs_f64() * 1e3))
        }
        Err(reason) => (State::Bad, format!("no worker process could be started: {reason}")),
    };
    findings.push(Finding { area: PROGRAM, name: "worker", state, detail });
    findings.extend(asked.iter().flat_map(barriers));
    Ok(findings)
}

fn ask_a_worker() -> anyhow::Result<Result<Wall, String>> {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    tokio.block_on(async {
        let config = RuntimeConfig { spares: 0, ..RuntimeConfig::of_this_program()? };
        Ok(Runtime::new(config).wall().await)
    })
}

fn barriers(wall: &Wall) -> Vec<Finding> {
    let finding = |barrier: &crate::runtime::Barrier| Finding {
        area: WALL,
        name: barrier.kind.title(),
        state: match barrier.state {
            BarrierState::InForce => State::Good,
            BarrierState::Partly => State::Odd,
            BarrierState::Missing => State::Bad,
        },
        detail: barrier.detail.clone(),
    };
    let mut findings: Vec<_> = wall.barriers.iter().map(finding).collect();
    if cfg!(not(target_os = "linux")) {
        let detail = "Linux's; here a process of its own and resource limits have to do".to_owned();
        let state = State::Fact;
        findings.push(Finding { area: WALL, name: "Landlock, seccomp", state, detail });
    }
    findings
}

fn workspace_here(context: &Context) -> Vec<Finding> {
    let finding = |name, state, detail| Finding { area: WORKSPACE, name, state, detail };
    let mut findings = Vec::new();
    match Workspace::find(&context.folder) {
        None => {
            findings.push(finding(
                "folder",
                State::Fact,
                "none here; `lambdeck init` makes one".to_owned(),
            ));
        }
        Some(root) => {
            findings.push(finding("folder", State::Fact, root.display().to_string()));
            let (state, detail) = match Workspace::open(&root) {
                Ok(workspace) => match workspace.load() {
                    loaded if loaded.problems.is_empty() => {
                        (State::Good, super::check::plural(loaded.lambdas.len(), "lambda"))
                    }
                    loaded => {
                        let count = super::check::plural(loaded.problems.len(), "problem");
                        (State::Odd, format!("{count}; `lambdeck check` says which"))
                    }
                },
                Err(error) => (State::Bad, error.to_string()),
            };
            findings.push(finding("lambdas", state, detail));
        }
    }
    if let Some(Ok(workspace)) = Workspace::find(&context.folder).map(|root| Workspace::open(&root))
    {
        findings.push(secrets(&workspace));
        if let Ok(folder) = workspace.state_folder() {
            findings.push(kept(&folder));
            findings.extend(room(&folder));
        }
    }
    let folder = workspace::config_folder().display().to_string();
    findings.push(finding("config folder", State::Fact, folder));
    findings
}

/// Whether what is kept can be read and written.
fn kept(folder: &Path) -> Finding {
    let (state, detail) = match Embedded::examine(folder, MOST_CHECKED) {
        Ok(None) => (State::Fact, "nothing is kept yet".to_owned()),
        Ok(Some(Examined { open_to_others: Some((path, mode)), .. })) => {
            (State::Bad, format!("others may read `{path}` (mode {mode:03o}); `chmod 600` it"))
        }
        Ok(Some(Examined { is_read_only: true, .. })) => {
            let path = folder.display();
            (State::Odd, format!("it can be read, but `{path}` cannot be written"))
        }
        Ok(Some(Examined { bytes, is_checked: true, .. })) => {
            (State::Good, format!("{} KiB, sound", bytes.div_ceil(1024)))
        }
        Ok(Some(Examined { bytes, .. })) => {
            let mib = bytes >> 20;
            (State::Good, format!("{mib} MiB, too long to look at every page of it"))
        }
        Err(error) => (State::Bad, error.to_string()),
    };
    Finding { area: WORKSPACE, name: "state", state, detail }
}

/// How much room there is for it.
fn room(folder: &Path) -> Option<Finding> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) >> 20;
    let (state, advice) = if free < LEAST_FREE_MIB {
        (State::Odd, "; free some space, for without it nothing is kept")
    } else {
        (State::Fact, "")
    };
    let detail = format!("{free} MiB{advice}");
    Some(Finding { area: WORKSPACE, name: "free space", state, detail })
}

/// Whether the secrets can be read here.
fn secrets(workspace: &Workspace) -> Finding {
    let listed = workspace
        .secrets(IdentitySource::of_this_process())
        .map_err(SecretsError::from)
        .and_then(|secrets| Ok((secrets.list()?.len(), secrets)));
    let (state, detail) = match listed {
        Ok((0, secrets)) if !secrets.file().exists() => (State::Fact, "none".to_owned()),
        Ok((count, secrets)) => {
            let count = super::check::plural(count, "secret");
            (State::Good, format!("{count}, encrypted for {}", secrets.identity()))
        }
        Err(error) => (State::Bad, error.to_string()),
    };
    Finding { area: WORKSPACE, name: "secrets", state, detail }
}

/// What the IDE goes by.
fn terminal_facts() -> Vec<Finding> {
    let finding = |name, state, detail| Finding { area: TERMINAL, name, state, detail };
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let kind = variable("TERM").unwrap_or_else(|| "TERM is not set".to_owned());
    let size = match terminal::size() {
        Ok((columns, rows)) if io::stdin().is_terminal() => format!("{columns}x{rows}"),
        _ => "not on a terminal".to_owned(),
    };
    let colours = match ColorMode::detect(variable) {
        ColorMode::True => "16 million",
        ColorMode::Indexed => "256",
        ColorMode::Ansi => "the terminal's 16",
        ColorMode::None => "none",
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name));
    let encoding = match locale {
        Some(locale) if is_utf8(&locale) => (State::Good, locale),
        Some(locale) => {
            (State::Fact, format!("{locale}; lambdeck writes UTF-8, whatever the locale says"))
        }
        None => (State::Fact, "not set; lambdeck writes UTF-8".to_owned()),
    };
    vec![
        finding("kind", State::Fact, kind),
        finding("size", State::Fact, size),
        finding("colours", State::Fact, colours.to_owned()),
        finding("locale", encoding.0, encoding.1),
    ]
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.ends_with("utf-8") || locale.ends_with("utf8")
}

fn print(context: &mut Context, findings: &[Finding]) -> io::Result<()> {
    let rows: Vec<_> = findings
        .iter()
        .map(|it| [it.name.to_owned(), word(it).to_owned(), it.detail.clone()])
        .collect();
    let mut area = "";
    for (finding, line) in findings.iter().zip(table::lines(&rows)) {
        if finding.area != area {
            if !area.is_empty() {
                context.out.line("")?;
            }
            area = finding.area;
            context.out.line(Stream::Result.paint(HEADING, area))?;
        }
        let style = match finding.state {
            State::Good => None,
            State::Fact => Some(FAINT),
            State::Odd => Some(ODD),
            State::Bad => Some(BAD),
        };
        let line = style.map_or_else(|| line.clone(), |style| Stream::Result.paint(style, &line));
        context.out.line(format_args!("  {line}"))?;
    }
    Ok(())
}

fn word(finding: &Finding) -> &'static str {
    match finding.state {
        State::Good => "ok",
        State::Fact => "",
        State::Odd => "partly",
        State::Bad if finding.area == WORKSPACE => "broken",
        State::Bad => "missing",
    }
}
