//! Progress on standard error, where a person watches it: silent in a pipe or a log.

use std::io::Read;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::files::Input;

/// Wraps `input` so that a bar tells how far it was read, and how fast. The bar goes when the reader is dropped.
pub(crate) fn reading(input: Input, what: &'static str) -> impl Read {
    let template = match input.length {
        Some(_) => "{msg} {bar:32} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        None => "{msg} {spinner} {bytes}, {bytes_per_sec}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is a constant that tests have seen");
    // Nothing is shown before the first bytes are there: in a pipe the one before has a bar of its own until then.
    let bar = ProgressBar::with_draw_target(input.length, ProgressDrawTarget::hidden()).with_style(style);
    Bar { reader: input.reader, bar: bar.with_message(what), is_shown: false }
}

/// Tells how many records were read, and how fast.
pub(crate) struct Count {
    bar: ProgressBar,
    total: u64,
}

impl Count {
    /// A bar for `total` records.
    pub(crate) fn new(total: u64, what: &'static str) -> Self {
        let template = "{msg} {bar:32} {human_pos} of {human_len}, {per_sec}, {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is a constant that tests have seen");
        let bar = ProgressBar::new(total).with_style(style).with_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        Count { bar, total }
    }

    /// Says how many are still to be read.
    pub(crate) fn left(&self, left: u64) {
        self.bar.set_position(self.total.saturating_sub(left));
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

struct Bar {
    reader: Box<dyn Read>,
    bar: ProgressBar,
    is_shown: bool,
}

impl Read for Bar {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if read > 0 && !self.is_shown {
            self.is_shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
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
    fn a_count_has_a_template_that_can_be_read() {
        let count = Count::new(3, "reading");
        count.left(1);
        assert_eq!(count.bar.position(), 2);
    }

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
