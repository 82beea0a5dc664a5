//! Where the snapshots of an instance lie: a file a lane.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use duly_core::time::{Instant, Span};

use super::super::{Cluster, KafkaError};
use super::file::{self, Head, Tickets, Writer};

/// How old a snapshot may be, in seconds. Compaction forgets deleted records after a day, so that an older one could bring
/// them back to life.
const AGE_MAX: Span = Span::from_s(20 * 3600);

/// The folder. Clones mean the same one.
#[derive(Debug, Clone)]
pub(in super::super) struct Folder {
    path: PathBuf,
    changelog: String,
}

impl Folder {
    /// The folder for the lanes of a group, made where there is none. Only its owner may look into it.
    pub(in super::super) fn open(path: &Path, cluster: &Cluster) -> Result<Self, KafkaError> {
        let group: String = cluster.group.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let path = path.join(group);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        let folder = Folder { path, changelog: cluster.topics.changelog.clone() };
        made.and_then(|()| folder.try_out()).map_err(|error| {
            KafkaError::Stored(format!(
                "{} can not be written, and it is to have the snapshots: {error}. Mend that, or name another folder \
                 (kafka: snapshots)",
                folder.path.display()
            ))
        })?;
        Ok(folder)
    }

    fn try_out(&self) -> io::Result<()> {
        let path = self.path.join(format!("trial-{}", std::process::id()));
        create(&path)?;
        fs::remove_file(path)
    }

    /// Begins a snapshot, which counts once it is [kept](Self::keep).
    pub(super) fn begin(&self, head: &Head) -> io::Result<Writer> {
        Writer::begin(create(&self.unfinished(head.partition))?, head)
    }

    /// Ends a snapshot, and puts it in place of the one before.
    pub(super) fn keep(&self, writer: Writer, partition: i32) -> io::Result<u64> {
        writer.finish()?;
        let (unfinished, finished) = (self.unfinished(partition), self.finished(partition));
        let bytes = fs::metadata(&unfinished)?.len();
        fs::rename(unfinished, finished)?;
        // The name is on the disk with the folder.
        File::open(&self.path)?.sync_all()?;
        Ok(bytes)
    }

    /// Removes what was begun and is not to be kept.
    pub(super) fn abandon(&self, partition: i32) {
        // It is overwritten by the next one where that fails.
        let _ = fs::remove_file(self.unfinished(partition));
    }

    /// The snapshot of a lane, if there is one that can still be used.
    ///
    /// # Errors
    ///
    /// Why the one that is there can not.
    pub(in super::super) fn load(&self, partition: i32, now: Instant) -> Result<Option<(Head, Tickets)>, String> {
        let path = self.finished(partition);
        let refuse = |why: String| Err(format!("{}: {why}; the lane is read from the changelog alone", path.display()));
        match file::read(&path) {
            Err(error) => refuse(format!("this snapshot is not whole: {error}")),
            Ok(None) => Ok(None),
            Ok(Some((head, _))) if head.changelog != self.changelog || head.partition != partition => refuse(format!(
                "it is a snapshot of partition {} of {}, and not of {partition} of {}",
                head.partition, head.changelog, self.changelog
            )),
            Ok(Some((head, tickets))) => {
                let begun = Instant::from_ns(head.begun_ns);
                let wrong = match () {
                    () if begun > now => "in the future",
                    () if now.since(begun) > AGE_MAX => "too old",
                    () => return Ok(Some((head, tickets))),
                };
                refuse(format!("this snapshot is of {begun}, which is {wrong}"))
            }
        }
    }

    fn finished(&self, partition: i32) -> PathBuf {
        self.path.join(format!("lane-{partition}.snapshot"))
    }

    fn unfinished(&self, partition: i32) -> PathBuf {
        self.path.join(format!("lane-{partition}.unfinished"))
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::LaneRecord;

    #[test]
    fn a_snapshot_is_of_one_changelog_and_does_not_get_old() {
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = Cluster::plain("localhost:9092");
        let folder = Folder::open(folder.path(), &cluster).expect("a folder");
        let lane = r#"{"format":1,"turn":7,"offset":42,"watermark_ns":5,"controls":1,"partitions":8}"#;
        let lane: LaneRecord = serde_json::from_str(lane).expect("a lane record");
        let begun: Instant = "2026-03-01T12:00:00Z".parse().expect("an instant");
        let keep = |changelog: &str, partition| {
            let head = Head::new(changelog, partition, 0, begun.ns(), LaneRecord::clone(&lane));
            let path = folder.begin(&head).and_then(|writer| folder.keep(writer, partition));
            assert!(path.expect("it is kept") > 0);
        };
        keep(&cluster.topics.changelog, 0);
        keep("another", 1);
        let load = |partition, now: &str| match folder.load(partition, now.parse().expect("an instant")) {
            Ok(found) => found.map_or("none", |_| "found").to_owned(),
            Err(why) => why.split_once(": ").expect("the file, and why").1.to_owned(),
        };
        let alone = "; the lane is read from the changelog alone";
        assert_eq!(load(0, "2026-03-01T13:00:00Z"), "found");
        assert_eq!(load(2, "2026-03-01T13:00:00Z"), "none");
        assert_eq!(
            load(0, "2026-03-02T09:00:00Z"),
            format!("this snapshot is of 2026-03-01T12:00:00Z, which is too old{alone}")
        );
        assert_eq!(
            load(0, "2026-03-01T11:59:59Z"),
            format!("this snapshot is of 2026-03-01T12:00:00Z, which is in the future{alone}")
        );
        let expected = "it is a snapshot of partition 1 of another, and not of 1 of duly.engine.changelog.v1";
        assert_eq!(load(1, "2026-03-01T12:00:00Z"), format!("{expected}{alone}"));
    }
}
