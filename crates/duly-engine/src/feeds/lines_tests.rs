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

/// Checks which lines `text` has: number, offset, text.
#[track_caller]
fn check(text: &[u8], expected: &[(u64, u64, &str)]) {
    for at_once in [1, 2, 7, usize::MAX] {
        let mut lines = Lines::new(Dribble(text, at_once));
        let mut found = Vec::new();
        while let Some(batch) = lines.next_batch().expect("memory can be read") {
            for line in batch {
                assert_eq!(line.length, line.bytes.len() as u64);
                found.push((line.number, line.offset, String::from_utf8_lossy(line.bytes).into_owned()));
            }
        }
        let expected: Vec<_> = expected.iter().map(|&(n, o, text)| (n, o, text.to_owned())).collect();
        assert_eq!(found, expected, "{at_once} bytes at a time");
        assert_eq!(lines.offset(), text.len() as u64);
        let ends = text.iter().filter(|byte| **byte == b'\n').count() + usize::from(!matches!(text, [] | [.., b'\n']));
        assert_eq!(lines.number(), ends as u64);
    }
}

/// The lines of the next batch; `None` at the end.
fn batch<R: Read>(lines: &mut Lines<R>) -> Option<Vec<&[u8]>> {
    let batch = lines.next_batch().expect("memory can be read")?;
    Some(batch.map(|line| line.bytes).collect())
}

#[test]
fn lines_have_numbers_and_places() {
    check(b"", &[]);
    check(b"a\nbc\n", &[(1, 0, "a"), (2, 2, "bc")]);
    check(b"a\n\n  \t\nb\n", &[(1, 0, "a"), (4, 7, "b")]);
    check(b"a\r\nb\rc\r\n\r\n", &[(1, 0, "a"), (2, 3, "b\rc")]);
    check(b"\xEF\xBB\xBFa\nb", &[(1, 0, "a"), (2, 5, "b")]);
    check(b"a\nhalf", &[(1, 0, "a"), (2, 2, "half")]);
    check(b"\0\0\n\0", &[(1, 0, "\0\0"), (2, 3, "\0")]);
}

#[test]
fn a_line_longer_than_what_is_read_at_once_is_whole() {
    let long = "x".repeat(3 * READ_BYTES);
    let (at, text) = (long.len() as u64, format!("one\n{long}\ntwo\n"));
    check_whole(&text, &[(1, 0, "one"), (2, 4, &long), (3, at + 5, "two")]);
}

fn check_whole(text: &str, expected: &[(u64, u64, &str)]) {
    let mut lines = Lines::new(text.as_bytes());
    let mut expected = expected.iter();
    while let Some(batch) = lines.next_batch().expect("memory can be read") {
        for line in batch {
            let found = (line.number, line.offset, line.bytes);
            assert_eq!(expected.next().map(|&(n, o, text)| (n, o, text.as_bytes())), Some(found));
        }
    }
    assert_eq!(expected.next(), None);
}

#[test]
fn what_is_there_comes_at_once() {
    let mut lines = Lines::new(&b"a\nb\n\nc\nhalf"[..]);
    assert_eq!(batch(&mut lines), Some(vec![&b"a"[..], b"b", b"c"]));
    assert_eq!((lines.offset(), lines.number()), (7, 4));
    assert_eq!(batch(&mut lines), Some(vec![&b"half"[..]]));
    assert_eq!(batch(&mut lines), None);
}

#[test]
fn half_a_line_waits_for_its_end_where_there_may_be_more() {
    let mut lines = Lines::new(io::Cursor::new(b"a\nha".to_vec()));
    lines.set_may_grow(true);
    assert_eq!(batch(&mut lines), Some(vec![&b"a"[..]]));
    assert_eq!(batch(&mut lines), None);
    assert_eq!(lines.offset(), 2, "what was given out counts, the half does not");
    lines.reader.get_mut().extend_from_slice(b"lf\nanother");
    assert_eq!(batch(&mut lines), Some(vec![&b"half"[..]]));
    assert_eq!(batch(&mut lines), None);
    lines.set_may_grow(false);
    assert_eq!(batch(&mut lines), Some(vec![&b"another"[..]]));
}

#[test]
fn of_an_endless_line_the_beginning_is_kept() {
    for length in [KEPT_BYTES_MAX + 3, KEPT_BYTES_MAX + READ_BYTES + 5] {
        let mut text = b"first\n".to_vec();
        text.resize(6 + length, b'x');
        text.extend_from_slice(b"\nnext\n");
        for at_once in [100_003, usize::MAX] {
            let mut lines = Lines::new(Dribble(&text, at_once));
            let mut found = Vec::new();
            while let Some(batch) = lines.next_batch().expect("memory can be read") {
                found.extend(batch.map(|line| (line.number, line.offset, line.bytes.len(), line.length)));
            }
            let length = length as u64;
            assert_eq!(found, [(1, 0, 5, 5), (2, 6, KEPT_BYTES_MAX, length), (3, length + 7, 4, 4)]);
            let held = lines.buffer.len();
            assert!(held <= KEPT_BYTES_MAX + 2 * READ_BYTES, "the buffer is bounded: {held}");
        }
    }
}
