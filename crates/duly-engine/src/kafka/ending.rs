//! Whether all workers of an instance have come to the end of their lanes, where that ends the instance.
//!
//! A worker that has no lanes may still be given some of another's: it ends with the others, not before.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// How a worker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has something to do, or has not joined yet.
    AtWork = 0,
    /// The group has given it no lanes.
    WithoutLanes = 1,
    /// All of its lanes are read to their end, and all that follows is committed.
    Settled = 2,
}

/// The workers of an instance.
#[derive(Debug)]
pub(super) struct Ending(Vec<AtomicU8>);

impl Ending {
    pub(super) fn of(workers: usize) -> Self {
        Ending((0..workers).map(|_| AtomicU8::new(Standing::AtWork as u8)).collect())
    }

    /// Notes how worker `number` stands. Returns whether this is the end of all.
    pub(super) fn note(&self, number: usize, standing: Standing) -> bool {
        self.0[number].store(standing as u8, Relaxed);
        let standings = || self.0.iter().map(|standing| standing.load(Relaxed));
        standings().all(|standing| standing != Standing::AtWork as u8)
            && standings().any(|standing| standing == Standing::Settled as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_end_once_nobody_has_anything_to_do_and_somebody_had() {
        let ending = Ending::of(2);
        assert!(!ending.note(0, Standing::WithoutLanes));
        assert!(!ending.note(1, Standing::WithoutLanes), "they may be given some");
        assert!(ending.note(1, Standing::Settled));
        assert!(!ending.note(0, Standing::AtWork));
        assert!(ending.note(0, Standing::Settled));
    }
}
