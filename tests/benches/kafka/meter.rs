//! Processor time of another process, by who uses it there, as Linux tells it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What a process has used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cpu {
    /// All of it.
    pub(crate) total: Duration,
    /// By kind of thread. Ends of threads are missed by less than [`LOOK`] each.
    pub(crate) kinds: BTreeMap<&'static str, Duration>,
}

/// Follows a process from now on.
pub(crate) struct Meter {
    pid: u32,
    before: Duration,
    /// By thread: its kind, what it had used at first, and by now.
    threads: BTreeMap<u32, (&'static str, Duration, Duration)>,
}

/// How often is looked.
const LOOK: Duration = Duration::from_millis(20);

/// What `/proc` counts in, on every Linux.
const TICK: Duration = Duration::from_millis(10);

impl Meter {
    pub(crate) fn new(pid: u32) -> Self {
        let before = Stat::read(&Path::new("/proc").join(pid.to_string())).map_or(Duration::ZERO, |stat| stat.used);
        let mut meter = Meter { pid, before, threads: BTreeMap::new() };
        meter.look();
        // What runs now counts from now; what starts later from its start.
        meter.threads.values_mut().for_each(|(_, first, last)| *first = *last);
        meter
    }

    /// Follows the process until it has ended. Whoever started it has not waited for it yet.
    pub(crate) fn until_its_end(&mut self) -> Cpu {
        let process = Path::new("/proc").join(self.pid.to_string());
        loop {
            let stat = Stat::read(&process).expect("nobody has waited for it, so it stands in the table");
            if stat.is_over {
                let mut kinds = BTreeMap::new();
                for (kind, first, last) in self.threads.values() {
                    *kinds.entry(*kind).or_default() += last.saturating_sub(*first);
                }
                return Cpu { total: stat.used.saturating_sub(self.before), kinds };
            }
            self.look();
            std::thread::sleep(LOOK);
        }
    }

    fn look(&mut self) {
        let Ok(tasks) = fs::read_dir(format!("/proc/{}/task", self.pid)) else { return };
        for task in tasks.flatten() {
            let id = task.file_name().to_str().and_then(|name| name.parse().ok());
            let (Some(id), Some(stat)) = (id, Stat::read(&task.path())) else { continue };
            let (kind, _, last) = self.threads.entry(id).or_default();
            // A thread is named after its start.
            (*kind, *last) = (stat.kind, (*last).max(stat.used));
        }
    }
}

/// What `/proc` says of a process or a thread.
struct Stat {
    kind: &'static str,
    is_over: bool,
    used: Duration,
}

impl Stat {
    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("stat")).ok()?;
        // The name stands in brackets and may have any in it.
        let (head, fields) = text.rsplit_once(") ")?;
        let name = head.split_once('(')?.1;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
        Some(Stat { kind: kind(name), is_over: fields.first()? == &"Z", used: TICK * (ticks(11)? + ticks(12)?) })
    }
}

/// The kinds of threads that are told apart.
pub(crate) const KINDS: [&str; 4] = ["worker", "committer", "librdkafka", "others"];

fn kind(name: &str) -> &'static str {
    match name {
        name if name.starts_with("worker") => KINDS[0],
        name if name.starts_with("commit") || name.starts_with("produce ") => KINDS[1],
        // The second is the thread by which rust-rdkafka serves a producer.
        name if name.starts_with("rdk:") || name.starts_with("producer") => KINDS[2],
        _ => KINDS[3],
    }
}
