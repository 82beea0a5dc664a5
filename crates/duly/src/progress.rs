//! Progress on standard error, where a person watches it: silent in a pipe or a log.

use std::io::Read;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::files::Input;

/// Wraps `input` so that a bar tells how far it was read, and how fast. The bar goes when the reader is dropped.
pub(crate) fn reading(input: Input, what: &'static str) -> impl Read {
    let template = match input.length {
        Some(_) => "{msg} {bar:32} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        None => "{msg} {spinner} {bytes}, {bytes_per_sec}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is a constant that tests have seen");
    let bar = match input.length {
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::new_spinner(),
    };
    bar.set_style(style);
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    Bar { reader: input.reader, bar }
}

struct Bar {
    reader: Box<dyn Read>,
    bar: ProgressBar,
}

impl Read for Bar {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_hands_on_every_byte() {
        for length in [None, Some(5)] {
            let mut text = String::new();
            let input = Input { reader: Box::new(&b"hello"[..]), length };
            reading(input, "reading").read_to_string(&mut text).unwrap();
            assert_eq!(text, "hello");
        }
    }
}
