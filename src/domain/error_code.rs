//! The error codes of the platform, in the words of both contracts of the hosted system.

use super::run::FailureKind;

/// Why a call from outside did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// Something went wrong on the way to the lambda.
    General,
    /// The platform cannot take the call now.
    Unavailable,
    /// What was sent is missing or not acceptable.
    BadInput,
    /// The lambda, or any lambda of the event, is not deployed.
    NotDeployed,
    /// There is no such lambda.
    MissingLambda,
    /// The lambda reported a failure of its own.
    CustomFailure,
    /// The lambda crashed.
    RuntimeException,
    /// The lambda ran longer than its deadline.
    TimeExceeded,
}

impl ErrorCode {
    /// The code of the contract of 2019.
    pub const fn v1(self) -> &'static str {
        match self {
            Self::General => "com.liveperson.faas.es.general",
            Self::Unavailable => "com.liveperson.faas.es.unavailable",
            Self::BadInput => "com.liveperson.faas.es.badinput",
            Self::NotDeployed => "com.liveperson.faas.es.notdeployed",
            Self::MissingLambda => "com.liveperson.faas.es.missinglambda",
            Self::CustomFailure => "com.liveperson.faas.handler.custom-failure",
            Self::RuntimeException => "com.liveperson.faas.handler.runtime-exception",
            Self::TimeExceeded => "com.liveperson.faas.handler.executiontime-exceeded",
        }
    }

    /// The code of the contract of 2025, which tells fewer cases apart.
    pub const fn v2(self) -> &'static str {
        match self {
            Self::General | Self::Unavailable => "com.liveperson.faas.evg.general",
            Self::BadInput => "com.liveperson.faas.evg.invalid",
            Self::NotDeployed | Self::MissingLambda => "com.liveperson.faas.function.not-found",
            Self::CustomFailure => "com.customer.faas.function.threw-error",
            Self::RuntimeException => "com.customer.faas.function.js-runtime-error",
            Self::TimeExceeded => "com.customer.faas.function.execution-exceeded",
        }
    }

    /// Whether the lambda is to blame, and not the platform or the caller.
    pub const fn is_of_the_lambda(self) -> bool {
        matches!(self, Self::CustomFailure | Self::RuntimeException | Self::TimeExceeded)
    }

    /// The code of a run that failed.
    pub const fn of(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Threw => Self::CustomFailure,
            FailureKind::Compile
            | FailureKind::MissingLambda
            | FailureKind::WrongParameters
            | FailureKind::SourceTooLong
            | FailureKind::Script
            | FailureKind::BadResult
            | FailureKind::MemoryExceeded
            | FailureKind::TooDeep
            | FailureKind::Crashed => Self::RuntimeException,
            FailureKind::TimedOut => Self::TimeExceeded,
            FailureKind::BadInput => Self::BadInput,
            FailureKind::Host => Self::General,
        }
    }
}
