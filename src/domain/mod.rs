//! Plain types that every floor of the house speaks.
//!
//! Owns the words of the product (event, payload, lambda, template, slot, run, log line, limit, diagnostic) as data
//! with the rules that need nothing but the data itself. Must not know files, processes, clocks, terminals or any
//! other module of this crate.

pub mod call;
pub mod change;
pub mod delivery;
pub mod deployment;
pub mod diagnostic;
pub mod edit;
pub mod environment;
pub mod error_code;
pub mod event;
pub mod file;
pub mod lambda;
pub mod limits;
pub mod log;
pub mod mail;
pub mod ongoing;
pub mod payload;
pub mod reach;
pub mod record;
pub mod rule;
pub mod run;
pub mod schedule;
pub mod secret;
pub mod serve;
pub mod slots;
pub mod template;
pub mod token;
pub mod trace;

pub use call::{CallPart, CallRecord, CallStatus, Hop};
pub use change::LineChange;
pub use delivery::{
    Cause, DeadLetter, Delivered, DeliveryId, DeliverySettings, RaisedEvent, RetryPolicy,
};
pub use deployment::{Activity, Deployment, DeploymentState, LambdaId, Version};
pub use diagnostic::{Diagnostic, Fix, Place, Severity, TextRange};
pub use edit::TextEdit;
pub use environment::{check_env, check_env_name};
pub use error_code::ErrorCode;
pub use event::{Event, EventId, Origin, ResultShape, Sample, SubType};
pub use file::FileKey;
pub use lambda::{Lambda, LambdaName, NameError};
pub use limits::{LimitOverrides, Limits};
pub use log::{Level, LogLine};
pub use mail::{MailSecurity, MailSettings};
pub use ongoing::OngoingRun;
pub use reach::{AllowedHost, AllowedNetwork, Identity, Reach, Sending, SendingOf, Target};
pub use record::{
    Bucket, Ending, Endings, KeptRun, RunEnd, RunFigures, RunQuery, RunSummary, RunsFound,
    SearchedTo, Window, WindowFigures,
};
pub use rule::Rule;
pub use run::{Failure, FailureKind, INTERRUPTED, LogGap, Outcome, Run, RunId};
pub use schedule::{DeclaredSchedule, Schedule, ScheduleOrigin, SchedulePlaces};
pub use secret::{Secret, SecretFailure, SecretFailureKind, SecretKind, SecretName, SecretStore};
pub use serve::{ListenAddress, ServeSettings, ServerCertificate, is_beyond_loopback};
pub use slots::SlotUse;
pub use template::{Needs, Template};
pub use token::{Scope, Token, TokenHash};
pub use trace::{RunTrace, SpanId, TraceContext, TraceHeaders, TraceId};
