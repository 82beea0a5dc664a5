//! How much of a source is taken at a time, so that one that runs wild harms no other.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many requests of a source are worked on at a time; with the largest body this bounds the memory that they take.
const PLACES: usize = 16;

/// The limits of one source, and how near they are.
#[derive(Debug)]
pub(super) struct Gate {
    places: Semaphore,
    bucket: Mutex<Bucket>,
    since: Instant,
}

/// What may still be taken: it fills up evenly, to what may be taken in a minute.
#[derive(Debug)]
struct Bucket {
    per_minute: f64,
    level: f64,
    at: Duration,
}

impl Gate {
    pub(super) fn new(per_minute: u32) -> Self {
        let per_minute = f64::from(per_minute);
        let bucket = Mutex::new(Bucket { per_minute, level: per_minute, at: Duration::ZERO });
        Gate { places: Semaphore::new(PLACES), bucket, since: Instant::now() }
    }

    /// A place to work at, if there is one.
    pub(super) fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.places.try_acquire().ok()
    }

    /// Takes one request, or says in how many seconds to come again.
    pub(super) fn admit(&self) -> Result<(), u64> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(self.since.elapsed())
    }
}

impl Bucket {
    fn take(&mut self, now: Duration) -> Result<(), u64> {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.level = (self.level + passed * self.per_minute / 60.0).min(self.per_minute);
        self.at = self.at.max(now);
        if self.level >= 1.0 {
            self.level -= 1.0;
            return Ok(());
        }
        Err(((1.0 - self.level) * 60.0 / self.per_minute).ceil().max(1.0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_minute_and_no_more() {
        let mut bucket = Bucket { per_minute: 6.0, level: 6.0, at: Duration::ZERO };
        let at = Duration::from_secs;
        assert_eq!((0..8).map(|_| bucket.take(at(0)).is_ok()).filter(|is_taken| *is_taken).count(), 6);
        assert_eq!(bucket.take(at(0)), Err(10));
        assert_eq!((bucket.take(at(9)), bucket.take(at(10)), bucket.take(at(10))), (Err(1), Ok(()), Err(10)));
        assert_eq!((0..8).filter(|_| bucket.take(at(600)).is_ok()).count(), 6);
    }
}
