//! Files of messages: one document, a list of messages, or a message a line.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use duly_engine::feeds;
use serde_json::value::RawValue;

use crate::files::{self, Error};

/// Lets `each` have every message of the file at `path`, in its order; `-` is standard input.
///
/// Where the first line is a whole message, every line is one, and only one is in memory at a time. A list at the top is a list of
/// messages, unless there are lines.
pub(super) fn each(path: &Path, mut each: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut reader = BufReader::new(feeds::decompress(path, files::open(path)?.reader).map_err(failed)?);
    let mut line = Vec::new();
    while line.trim_ascii().is_empty() {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            return Ok(());
        }
    }
    let is_whole = serde_json::from_slice::<&RawValue>(&line).is_ok();
    if !is_whole {
        reader.read_to_end(&mut line).map_err(failed)?;
        return document(&line, each);
    }
    let mut next = Vec::new();
    reader.read_until(b'\n', &mut next).map_err(failed)?;
    if next.trim_ascii().is_empty() && reader.fill_buf().map_err(failed)?.is_empty() {
        return document(&line, each);
    }
    each(&line)?;
    loop {
        if !next.trim_ascii().is_empty() {
            each(&next)?;
        }
        next.clear();
        if reader.read_until(b'\n', &mut next).map_err(failed)? == 0 {
            return Ok(());
        }
    }
}

/// One message, or a list of them.
fn document(bytes: &[u8], mut each: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
    match serde_json::from_slice::<Vec<&RawValue>>(bytes) {
        Ok(messages) => messages.into_iter().try_for_each(|message| each(message.get().as_bytes())),
        Err(_) => each(bytes),
    }
}
