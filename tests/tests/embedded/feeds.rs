//! Feeds: whatever form the lines come in and however often the engine starts, the same ledger stands.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use crate::support::{Desk, stop, wait};
use duly_tests::chance::eventually;
use duly_tests::expected::{assert_same, expected_ledger, fortnight, policy};

/// A desk where it is long after the fortnight, whose end is where time stops.
fn desk() -> (Desk, Vec<String>, Vec<String>) {
    let (lines, until) = fortnight();
    let expected = expected_ledger(&lines, policy(), until);
    (Desk { until, ..Desk::new("2026-11-01 00:00") }, lines, expected)
}

fn text(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

#[test]
fn a_file_may_be_plain_or_compressed() {
    let (_, lines, expected) = desk();
    let plain = text(&lines);
    let crlf = lines.join("\r\n\r\n").into_bytes();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).expect("memory");
    let zstd = zstd::encode_all(&plain[..], 1).expect("memory");
    for (name, bytes) in
        [("a.ndjson", plain), ("b.ndjson", crlf), ("a.ndjson.gz", gzip.finish().expect("memory")), ("a.zst", zstd)]
    {
        let (desk, ..) = self::desk();
        fs::write(desk.path(name), bytes).expect("a feed");
        let row = desk.settle(&[name]);
        assert_eq!(
            row.applied + row.duplicates + row.dead_letters,
            lines.len() as u64,
            "{name}: every line ends one way"
        );
        assert!(row.duplicates > 0 && row.dead_letters > 0, "{name}: the fortnight has both");
        assert_same(&desk.ledger(), &expected, name);
        assert_eq!(desk.settle(&[name]).applied, row.applied, "{name}: nothing is read twice");
        assert_eq!(desk.settle(&[name]).duplicates, row.duplicates, "{name}: nothing is read twice");
    }
}

#[test]
fn a_restart_goes_on_where_the_last_commit_was() {
    let (desk, lines, expected) = desk();
    let parts: Vec<&[String]> = lines.chunks(lines.len() / 7).collect();
    let mut feed = OpenOptions::new().create(true).append(true).open(desk.path("feed")).expect("a feed");
    for part in parts {
        feed.write_all(&text(part)).expect("a feed");
        desk.settle(&["feed"]);
    }
    let row = desk.settle(&["feed"]);
    assert_eq!(row.applied + row.duplicates + row.dead_letters, lines.len() as u64);
    assert_same(&desk.ledger(), &expected, "after eight starts");
}

#[test]
fn several_feeds_are_read_in_the_order_given() {
    let (desk, lines, expected) = desk();
    let (first, second) = lines.split_at(lines.len() / 2);
    fs::write(desk.path("1"), text(first)).expect("a feed");
    fs::write(desk.path("2"), text(second)).expect("a feed");
    desk.settle(&["1", "2"]);
    assert_same(&desk.ledger(), &expected, "two feeds");
    let retracted = |desk: &Desk| {
        let count = "SELECT count(*) FROM sla_events WHERE type = 'duly.sla.retracted.v1'";
        let db = rusqlite::Connection::open(desk.store()).expect("the store");
        db.query_row(count, [], |row| row.get::<_, i64>(0)).expect("a count")
    };
    let in_order = retracted(&desk);
    let (other, ..) = self::desk();
    let every_other = |first: usize| lines.iter().skip(first).step_by(2).cloned().collect::<Vec<_>>();
    for (name, first) in [("1", 1), ("2", 0)] {
        fs::write(other.path(name), text(&every_other(first))).expect("a feed");
        other.settle(&[name]);
    }
    assert_same(&other.ledger(), &expected, "every other line comes late");
    assert!(retracted(&other) > in_order, "what was judged too early is taken back");
}

#[test]
fn a_followed_file_grows_half_a_line_at_a_time_is_rotated_and_cut_short() {
    let (desk, lines, expected) = desk();
    let parts: Vec<Vec<u8>> = lines.chunks(lines.len().div_ceil(3)).map(text).collect();
    let half = parts[0].len() - 10;
    fs::write(desk.path("feed"), &parts[0][..half]).expect("a feed");
    let running = desk.follow("feed");
    let position = || wait(running.handle.status()).expect("a status").feeds[0].clone();
    let whole = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte == b'\n').expect("a line") as u64 + 1;
    eventually("the whole lines read", || position().bytes == whole(&parts[0][..half]));
    let mut feed = OpenOptions::new().append(true).open(desk.path("feed")).expect("the feed");
    feed.write_all(&parts[0][half..]).expect("the feed");
    eventually("the half line read to its end", || position().bytes == parts[0].len() as u64);

    fs::rename(desk.path("feed"), desk.path("feed.1")).expect("a rotation");
    feed.write_all(&parts[1][..parts[1].len() - 1]).expect("the old file, which its writer still has open");
    fs::write(desk.path("feed"), "").expect("the new file");
    eventually("the rotation noticed", || !desk.told.lock().expect("a list").is_empty());
    fs::write(desk.path("feed"), &parts[2][..parts[2].len() - 5]).expect("the new file");
    eventually("the new file read", || position().bytes == whole(&parts[2][..parts[2].len() - 5]));
    let rest = lines.last().expect("a line").clone() + "\n";
    fs::write(desk.path("feed"), &rest).expect("the new file cut short");
    eventually("the cut noticed", || position().bytes == rest.len() as u64);
    let row = stop(running);
    assert_eq!(row.applied + row.duplicates + row.dead_letters, lines.len() as u64);
    assert_same(&desk.ledger(), &expected, "followed");
    let told = desk.told.lock().expect("a list").join("\n");
    assert!(told.contains("another file has taken its name") && told.contains("it was cut short"), "{told}");
}

#[test]
fn another_file_of_the_same_name_is_read_from_its_beginning() {
    let (desk, lines, expected) = desk();
    let (first, second) = lines.split_at(lines.len() / 3);
    fs::write(desk.path("feed"), text(first)).expect("a feed");
    desk.settle(&["feed"]);
    fs::write(desk.path("feed"), text(second)).expect("another feed, and a longer one");
    desk.settle(&["feed"]);
    assert_same(&desk.ledger(), &expected, "two files of one name");
    assert!(desk.told.lock().expect("a list").concat().contains("it is another file"));
}

#[test]
fn a_feed_that_breaks_off_is_told_and_holds_time_still() {
    let (desk, lines, _) = desk();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text(&lines)).expect("memory");
    let mut bytes = gzip.finish().expect("memory");
    bytes.truncate(bytes.len() / 2);
    fs::write(desk.path("half.gz"), bytes).expect("a feed");
    let feeds = vec![duly_engine::embedded::Feed { path: desk.path("half.gz"), follow: false }];
    let options = duly_engine::embedded::Options { feeds, end: duly_engine::embedded::End::Settled, ..desk.options() };
    let ended = duly_engine::embedded::start(options).expect("it starts").join();
    let told = ended.expect_err("half a file is no whole one").to_string();
    assert!(told.starts_with("cannot read the feed ") && told.contains("half.gz"), "{told}");
    let row = desk.read_only().lane_row().expect("the lane");
    assert!(row.applied > 100, "what came before counts: {row:?}");
    assert!(row.watermark < desk.until, "silence behind the break is not judged");
}
