//! Files that commands read and write, and what is said when they can not.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat};
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::feeds::{self, Decompressed, Lines};
use miette::Diagnostic;
use thiserror::Error;

/// A file that could not be used.
#[derive(Debug, Error, Diagnostic)]
pub(crate) enum Error {
    /// It does not open.
    #[error("cannot open {}", path.display())]
    #[diagnostic(help("name a file that exists and may be read, or `-` for standard input"))]
    Open {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// It opens, and then can not be read.
    #[error("cannot read {}", path.display())]
    #[diagnostic(help("see that the file is whole, and packed as its name says"))]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// It can not be written.
    #[error("cannot write {what}")]
    Write {
        what: String,
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// A failed write to standard output; a closed pipe among them ends the process quietly.
    pub(crate) fn stdout(source: io::Error) -> Self {
        Error::Write { what: "to standard output".to_owned(), source }
    }

    /// A failed write of the file at `path`.
    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Error::Write { what: path.display().to_string(), source }
    }
}

/// Something to read, with its length in bytes where that is known.
pub(crate) struct Input {
    pub(crate) reader: Box<dyn Read>,
    pub(crate) length: Option<u64>,
}

/// Opens the file at `path`; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Input, Error> {
    if path == Path::new("-") {
        return Ok(Input { reader: Box::new(io::stdin().lock()), length: None });
    }
    let told = |source| Error::Open { path: path.to_owned(), source };
    let file = File::open(path).map_err(told)?;
    let metadata = file.metadata().map_err(told)?;
    if metadata.is_dir() {
        return Err(told(io::ErrorKind::IsADirectory.into()));
    }
    let length = metadata.is_file().then_some(metadata.len());
    Ok(Input { reader: Box::new(file), length })
}

/// The lines of what `reader` gives, unpacked where the name in `path` says that it is packed.
pub(crate) fn lines<R: Read>(path: &Path, reader: R) -> Result<Lines<Decompressed<R>>, Error> {
    match feeds::decompress(path, reader) {
        Ok(unpacked) => Ok(Lines::new(unpacked)),
        Err(source) => Err(Error::Read { path: path.to_owned(), source }),
    }
}

/// Standard output, buffered: by the line where a person reads along.
pub(crate) fn stdout() -> Box<dyn Write> {
    let stdout = io::stdout().lock();
    if stdout.is_terminal() { Box::new(stdout) } else { Box::new(BufWriter::with_capacity(1 << 16, stdout)) }
}

/// Writes a whole text to the file at `path`; to standard output where there is none, or where it is `-`.
pub(crate) fn write(path: Option<&Path>, bytes: &[u8]) -> Result<(), Error> {
    match path.filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let written = File::create(path).and_then(|mut file| file.write_all(bytes));
            written.map_err(|source| Error::write(path, source))
        }
        None => {
            let mut out = stdout();
            out.write_all(bytes).and_then(|()| out.flush()).map_err(Error::stdout)
        }
    }
}

/// Tells a line on standard error. Where nobody listens any more that is no reason to stop, or to panic as `eprintln!` does.
macro_rules! tell {
    ($($text:tt)+) => {{
        use std::io::Write as _;
        drop(writeln!(std::io::stderr(), $($text)+));
    }};
}
pub(crate) use tell;

/// The same as a line of an engine's log: with the time, in UTC.
macro_rules! log {
    ($($text:tt)+) => {
        $crate::files::tell!("{} {}", $crate::files::stamp(), format_args!($($text)+))
    };
}
pub(crate) use log;

/// The time as the log has it: RFC 3339, to the millisecond.
pub(crate) fn stamp() -> String {
    let now = DateTime::from_timestamp_nanos(WallClock.now().ns());
    now.to_rfc3339_opts(SecondsFormat::Millis, true)
}
