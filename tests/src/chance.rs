//! Chance that can be repeated, and waiting for what chance decides when.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Waits for a condition that another thread or process brings about; a minute is far more than it takes.
#[track_caller]
pub fn eventually(what: &str, condition: impl FnMut() -> bool) {
    eventually_within(Duration::from_secs(60), what, condition);
}

/// The same, where more than a minute may be right.
#[track_caller]
pub fn eventually_within(patience: Duration, what: &str, mut condition: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !condition() {
        assert!(begun.elapsed() < patience, "waited for {} s, and not {what}", patience.as_secs());
        std::thread::yield_now();
    }
}

/// How often something is done: `usual`, or as often as the variable says, which `make chaos` sets.
///
/// # Panics
///
/// Where the variable is no number above 0.
pub fn times(variable: &str, usual: u64) -> u64 {
    let Ok(text) = std::env::var(variable) else { return usual };
    text.parse().ok().filter(|times| *times > 0).unwrap_or_else(|| panic!("{variable}={text} is no number above 0"))
}

/// Numbers that are the same for the same seed: splitmix64.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

impl Dice {
    /// Dice of a seed that is printed, or that `DULY_TEST_SEED` gives, so that what failed can be tried again.
    ///
    /// # Panics
    ///
    /// Before 1970.
    pub fn printed() -> (Self, u64) {
        let given = std::env::var("DULY_TEST_SEED").ok().and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
            since.as_nanos() as u64
        });
        eprintln!("DULY_TEST_SEED={seed}");
        (Dice(seed), seed)
    }
}
