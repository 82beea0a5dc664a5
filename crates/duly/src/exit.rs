//! How the process ends: the one place where outcomes and errors become exit codes.

use std::process::ExitCode;
use std::{fmt, io};

use miette::Diagnostic;

use crate::files::tell;
use crate::mistakes::Rejected;

/// What a command that ran to its end has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing was wrong.
    Done,
    /// Something was found wrong, and has been told.
    FoundWrong,
}

/// Errors whose diagnostic code begins like this are mistakes in configuration: `#[diagnostic(code(duly::config::…))]`.
const CONFIG_PREFIX: &str = "duly::config";

const FAILED: u8 = 1;
/// `EX_CONFIG` of sysexits.h.
const CONFIG: u8 = 78;

/// The exit code of a command, after telling its error on standard error.
///
/// A closed pipe (`duly … | head`) is how a reader says that it has seen enough: it ends the process quietly.
pub(crate) fn code(outcome: miette::Result<Exit>) -> ExitCode {
    match outcome {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::FoundWrong) => ExitCode::from(FAILED),
        Err(report) if is_closed_pipe(&report) => ExitCode::SUCCESS,
        Err(report) => {
            let code = code_of(&report);
            tell(report);
            ExitCode::from(code)
        }
    }
}

fn tell(report: miette::Report) {
    if let Some(rejected) = report.downcast_ref::<Rejected>() {
        rejected.tell();
    } else {
        tell!("{:?}", miette::Report::new(Uncoded(report)));
    }
}

/// An error without its code, which says how the process ends and tells nobody anything.
#[derive(Debug)]
struct Uncoded(miette::Report);

impl fmt::Display for Uncoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Uncoded {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Diagnostic for Uncoded {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help()
    }
}

fn code_of(report: &miette::Report) -> u8 {
    match report.code() {
        Some(code) if code.to_string().starts_with(CONFIG_PREFIX) => CONFIG,
        _ => FAILED,
    }
}

fn is_closed_pipe(report: &miette::Report) -> bool {
    report
        .chain()
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use miette::Diagnostic;
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error, Diagnostic)]
    enum Failure {
        #[error("a mistake in a policy")]
        #[diagnostic(code(duly::config::policy))]
        Policy,
        #[error("no such file")]
        Missing,
        #[error("cannot write")]
        Write(#[source] io::Error),
    }

    #[test]
    fn an_error_says_by_its_code_how_the_process_ends() {
        assert_eq!(code_of(&Failure::Policy.into()), 78);
        assert_eq!(code_of(&Failure::Missing.into()), 1);
    }

    #[test]
    fn only_a_closed_pipe_ends_quietly() {
        assert!(is_closed_pipe(&Failure::Write(io::ErrorKind::BrokenPipe.into()).into()));
        assert!(!is_closed_pipe(&Failure::Write(io::ErrorKind::StorageFull.into()).into()));
        assert!(!is_closed_pipe(&Failure::Missing.into()));
    }
}
