//! How long to wait before something is tried again: longer each time, and never all at once.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// How waiting grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backoff {
    /// The longest wait after the first attempt.
    pub(super) first: Duration,
    /// The longest wait of all.
    pub(super) most: Duration,
}

impl Backoff {
    /// How long to wait after the attempt numbered `tries`, from 1: any time up to a bound that doubles ("full jitter"), so that
    /// those who failed together do not come back together.
    pub(super) fn wait(self, tries: u32) -> Duration {
        self.bound(tries).mul_f64(chance())
    }

    fn bound(self, tries: u32) -> Duration {
        let factor = 1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.most)
    }
}

/// Something from 0 to 1. What the standard library seeds its maps with is random enough for spreading waits.
fn chance() -> f64 {
    const BITS: u32 = 53;
    (RandomState::new().hash_one(()) >> (u64::BITS - BITS)) as f64 / (1_u64 << BITS) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_longest_wait() {
        let backoff = Backoff { first: Duration::from_secs(1), most: Duration::from_secs(300) };
        let bounds: Vec<u64> = [1, 2, 3, 8, 9, 10, 40, u32::MAX].map(|tries| backoff.bound(tries).as_secs()).to_vec();
        assert_eq!(bounds, [1, 2, 4, 128, 256, 300, 300, 300]);
    }

    #[test]
    fn waits_are_spread_over_all_of_the_bound() {
        let backoff = Backoff { first: Duration::from_secs(100), most: Duration::from_secs(100) };
        let waits: Vec<u64> = (0..1000).map(|_| backoff.wait(1).as_secs()).collect();
        assert!(waits.iter().all(|wait| *wait <= 100));
        for tenth in 0..10 {
            assert!(waits.iter().any(|wait| wait / 10 == tenth), "none of a thousand waits in tenth {tenth}");
        }
    }
}
