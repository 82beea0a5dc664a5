//! Lines as they come in files that people and machines write.

use super::*;

/// A reader that gives a few bytes at a time, to have every boundary fall everywhere.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len());
        (&mut self.0).take(length as u64).read(buffer)
    }
}

/// Checks which lines `text` has: number, offset, text, whether it is terminated.
fn check(text: &[u8], expected: &[(u64, u64, &str, bool)]) {
    for at_once in [1, 2, 7, usize::MAX] {
        let mut lines = Lines::new(Dribble(text, at_once));
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("memory can be read") {
            assert_eq!(line.length, line.bytes.len() as u64);
            found.push((
                line.number,
                line.offset,
                String::from_utf8_lossy(line.bytes).into_owned(),
                line.is_terminated,
            ));
        }
        let expected: Vec<_> = expected.iter().map(|&(n, o, text, t)| (n, o, text.to_owned(), t)).collect();
        assert_eq!(found, expected, "{at_once} bytes at a time");
        assert_eq!(lines.offset(), text.len() as u64);
    }
}

#[test]
fn lines_have_numbers_and_places() {
    check(b"", &[]);
    check(b"a\nbc\n", &[(1, 0, "a", true), (2, 2, "bc", true)]);
    check(b"a\n\n  \t\nb\n", &[(1, 0, "a", true), (4, 7, "b", true)]);
    check(b"a\r\nb\rc\r\n\r\n", &[(1, 0, "a", true), (2, 3, "b\rc", true)]);
    check(b"\xEF\xBB\xBFa\nb", &[(1, 0, "a", true), (2, 5, "b", false)]);
    check(b"a\nhalf", &[(1, 0, "a", true), (2, 2, "half", false)]);
    check(b"\0\0\n\0", &[(1, 0, "\0\0", true), (2, 3, "\0", false)]);
}

#[test]
fn half_a_line_waits_for_its_end_where_there_may_be_more() {
    let mut lines = Lines::new(io::Cursor::new(b"a\nha".to_vec()));
    lines.set_may_grow(true);
    assert_eq!(lines.next().expect("memory").map(|line| line.bytes), Some(&b"a"[..]));
    assert_eq!(lines.next().expect("memory"), None);
    assert_eq!(lines.offset(), 2, "what was given out counts, the half does not");
    lines.reader.get_mut().extend_from_slice(b"lf\n");
    assert_eq!(lines.next().expect("memory").map(|line| line.bytes), Some(&b"half"[..]));
    assert_eq!(lines.next().expect("memory"), None);
}

#[test]
fn of_an_endless_line_the_beginning_is_kept() {
    let length = KEPT_BYTES_MAX + READ_BYTES + 5;
    let mut text = vec![b'x'; length];
    text.extend_from_slice(b"\nnext\n");
    for at_once in [100_003, usize::MAX] {
        let mut lines = Lines::new(Dribble(&text, at_once));
        let line = lines.next().expect("memory").expect("a line");
        assert_eq!((line.bytes.len(), line.length), (KEPT_BYTES_MAX, length as u64));
        let next = lines.next().expect("memory").expect("a line");
        assert_eq!((next.number, next.offset, next.bytes), (2, length as u64 + 1, &b"next"[..]));
        assert_eq!(lines.next().expect("memory"), None);
        assert!(lines.buffer.len() <= KEPT_BYTES_MAX + 2 * READ_BYTES, "the buffer is bounded: {}", lines.buffer.len());
    }
}
