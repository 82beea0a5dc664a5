//! Texts that a person wrote: read whole, with what stands in the way told as a mistake.

use std::io::{self, Read as _};
use std::path::Path;

use duly_core::policy::source::Place;

use crate::files;
use crate::mistakes::Faulty;

/// The longest text that is read, in bytes: more than any policy, configuration or file of vectors has.
const BYTES_MAX: u64 = 64 << 20;

/// Reads the text at `path`, in UTF-8; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<String, Faulty> {
    let bytes = bytes(path).map_err(|error| {
        let (what, hint) = reason(&error);
        Faulty::unread(path, what, hint)
    })?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Faulty::unread(path, format!("the file has more than {BYTES_MAX} bytes"), "is it the right file?"));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(path, error.as_bytes(), error.utf8_error().valid_up_to()))
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let input = files::open(path).map_err(|error| match error {
        files::Error::Open { source, .. } | files::Error::Read { source, .. } | files::Error::Write { source, .. } => {
            source
        }
    })?;
    let mut bytes = Vec::new();
    input.reader.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file can not be read, and what to do.
fn reason(error: &io::Error) -> (String, &'static str) {
    const NAME: &str = "name a file that exists, or `-` for standard input";
    match error.kind() {
        io::ErrorKind::NotFound => ("there is no such file".to_owned(), NAME),
        io::ErrorKind::IsADirectory => ("this is a directory".to_owned(), "name the files in it"),
        io::ErrorKind::PermissionDenied => ("the file may not be read".to_owned(), "look at its owner and mode"),
        _ => (format!("the file can not be read: {error}"), NAME),
    }
}

/// Tells where a text stops being UTF-8.
fn not_utf8(path: &Path, bytes: &[u8], valid: usize) -> Faulty {
    let before = String::from_utf8_lossy(&bytes[..valid]);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let at = Place { offset: valid, len: 1, line: before.matches('\n').count() + 1, column: line.chars().count() + 1 };
    let what = format!("the byte {:#04x} is not UTF-8", bytes[valid]);
    let hint = "save the file as UTF-8: `iconv -f GB18030 -t UTF-8` converts, if that is what it is";
    Faulty::single(path, &String::from_utf8_lossy(bytes), at, what, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf8_is_told_where_it_stands() {
        let bytes = "policy: a\ntitle: 承诺".as_bytes().iter().chain(b"\xff\xfe").copied().collect::<Vec<_>>();
        let faulty = not_utf8(Path::new("p.yaml"), &bytes, bytes.len() - 2);
        assert!(faulty.to_string().starts_with("p.yaml:2:10: the byte 0xff is not UTF-8"), "{faulty}");
    }
}
