//! Runs one lambda after another on the script's thread.

use super::control::Control;
use super::session::{self, Halt, Session};
use super::words::Known;
use super::{failure, json_text, outbox};
use crate::domain::payload::{InputError, not_json};
use crate::domain::{Failure, FailureKind, diagnostic::Severity};
use crate::language::diagnose::{self, code};
use crate::language::engine::{self, ENTRY_POINT};
use crate::runtime::memory;
use crate::runtime::protocol::{Assignment, Done, FromWorker, RESULT_LIMIT_BYTES, WireOutcome};
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Map, Scope};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// The engine and what outlives a run.
pub(super) struct Runner {
    engine: Engine,
    session: Rc<Session>,
    /// The source of the last run, and what it was compiled to if it could be.
    source: Arc<str>,
    compiled: Option<Rc<AST>>,
    /// Memory held when the worker first was ready, and when the last run had been cleared away.
    first_idle: Option<i64>,
    idle: i64,
}

/// What a run may leave behind that is cleared away before its outcome is sent, in bytes: too little to be nested so deep
/// that it would overflow the stack when it is dropped.
const HARMLESS_BYTES: i64 = 256 * 1024;

/// A value that the script left behind. Dropping it may end the process, so the outcome is sent before.
type Remains = (Scope<'static>, Option<Dynamic>, Option<Box<EvalAltResult>>);

impl Runner {
    pub(super) fn new(control: Arc<Control>) -> Self {
        let session = Rc::new(Session::new(control));
        let mut engine = engine::with_standard_library();
        session::attach(&mut engine, &session);
        super::functions::register(&mut engine, &session);
        #[cfg(debug_assertions)]
        super::escape::register(&mut engine);
        Self { engine, session, source: "".into(), compiled: None, first_idle: None, idle: 0 }
    }

    /// Tells the host that the next run may come.
    pub(super) fn ready(&mut self) {
        memory::unlimited();
        self.idle = memory::live();
        let first = *self.first_idle.get_or_insert(self.idle);
        let grown_bytes = u64::try_from(self.idle - first).unwrap_or(0);
        outbox::send(&FromWorker::Ready { grown_bytes });
    }

    pub(super) fn run(&mut self, assignment: &Assignment) {
        let started = Instant::now();
        memory::limit(self.idle, assignment.memory_bytes);
        outbox::begin();
        self.session.begin();
        let (outcome, remains) = self.evaluate(assignment);
        outbox::add_done(Done {
            outcome,
            duration_us: started.elapsed().as_micros() as u64,
            peak_memory_bytes: memory::peak(),
            operations: session::operations(),
        });
        if memory::live() - self.idle > HARMLESS_BYTES {
            outbox::flush();
        }
        drop(remains);
    }

    fn evaluate(&mut self, assignment: &Assignment) -> (WireOutcome, Remains) {
        let mut scope = Scope::new();
        let prepared = self.compile(assignment).and_then(|ast| Ok((ast, input(assignment)?)));
        let (ast, input) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => return (failed(*failure), (scope, None, None)),
        };
        let options = CallFnOptions::new();
        let arguments = (input,);
        match self.engine.call_fn_with_options(options, &mut scope, &ast, ENTRY_POINT, arguments) {
            Ok(value) => (self.returned(&value, assignment), (scope, Some(value), None)),
            Err(error) => (self.threw(&error, &ast, assignment), (scope, None, Some(error))),
        }
    }

    /// The compiled source, from the last run if it is the same.
    fn compile(&mut self, assignment: &Assignment) -> Result<Rc<AST>, Box<Failure>> {
        if let Some(source) = &assignment.source
            && *source != self.source
        {
            self.source = Arc::clone(source);
            self.compiled = None;
        }
        if let Some(ast) = &self.compiled {
            return Ok(Rc::clone(ast));
        }
        let source = &self.source;
        match self.engine.compile(source) {
            Ok(ast) if diagnose::has_entry_point(&ast) => {
                Ok(Rc::clone(self.compiled.insert(Rc::new(ast))))
            }
            Ok(_) => Err(Box::new(cannot_run(source, "there is no `fn lambda`"))),
            Err(error) => Err(Box::new(cannot_run(source, &error.to_string()))),
        }
    }

    fn returned(&self, value: &Dynamic, assignment: &Assignment) -> WireOutcome {
        let text = json_text::strict(value, RESULT_LIMIT_BYTES);
        match self.session.halt() {
            Some(Halt::Memory) => return failed(failure::memory_exceeded(assignment)),
            Some(halt) if self.session.was_told() => {
                return ended(halt, assignment).map_or(WireOutcome::Cancelled, failed);
            }
            _ => {}
        }
        text.map_or_else(|error| failed(failure::bad_result(&error)), WireOutcome::Succeeded)
    }

    fn threw(&self, error: &EvalAltResult, ast: &AST, assignment: &Assignment) -> WireOutcome {
        let Some(halt) = self.session.halt() else {
            let known = Known { engine: &self.engine, ast };
            return failed(failure::of(error, self.session.last_refusal().as_deref(), known));
        };
        let Some(failure) = ended(halt, assignment) else { return WireOutcome::Cancelled };
        let (place, stack) = failure::whereabouts(error);
        failed(Failure { stack, ..failure.at(place) })
    }
}

/// The failure of a run that had to end; none when a person wished it.
fn ended(halt: Halt, assignment: &Assignment) -> Option<Failure> {
    match halt {
        Halt::Cancelled => None,
        Halt::Memory => Some(failure::memory_exceeded(assignment)),
        Halt::Depth => Some(failure::too_many_calls()),
        Halt::Deadline => Some(failure::timed_out(assignment)),
    }
}

fn failed(failure: Failure) -> WireOutcome {
    WireOutcome::Failed(failure.into())
}

/// The input as the script gets it; the host has checked that it is an object.
fn input(assignment: &Assignment) -> Result<Dynamic, Box<Failure>> {
    let mut input: Map = serde_json::from_str(&assignment.input).map_err(|error| {
        let InputError { place, message } = not_json(&assignment.input, &error);
        let place =
            place.map_or_else(String::new, |it| format!(", line {} column {}", it.line, it.column));
        let message = format!("the input is {message}{place}");
        Box::new(Failure::new(FailureKind::BadInput, message))
    })?;
    input.entry("headers".into()).or_insert_with(|| Dynamic::from_array(Vec::new()));
    input.entry("payload".into()).or_insert(Dynamic::UNIT);
    Ok(Dynamic::from_map(input))
}

/// The editor's finding about a source that cannot run, as a failure.
fn cannot_run(source: &str, otherwise: &str) -> Failure {
    let findings = diagnose::diagnose(source);
    let Some(finding) = findings.into_iter().find(|it| it.severity == Severity::Error) else {
        return Failure::new(FailureKind::Compile, otherwise);
    };
    let kind = match &*finding.code {
        code::MISSING_LAMBDA => FailureKind::MissingLambda,
        code::WRONG_PARAMETERS => FailureKind::WrongParameters,
        _ => FailureKind::Compile,
    };
    // Where nothing stands that could be looked at, there is no place.
    let place = (kind != FailureKind::MissingLambda || finding.range.start.column > 1)
        .then_some(finding.range.start);
    Failure { help: finding.help, ..Failure::new(kind, finding.message).at(place) }
}
