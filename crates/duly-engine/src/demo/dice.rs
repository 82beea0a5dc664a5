//! Chance, repeatable: a generator of our own, so that no release of a library changes the demo.

/// `SplitMix64` (Steele, Lea and Flood, 2014): small, fast, and good enough for stories.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// Other dice, whose throws depend on nothing but where these stand now.
    pub(super) fn fork(&mut self) -> Dice {
        Dice(self.throw())
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        debug_assert!(low <= high, "{low} to {high} is no range");
        let width = high.abs_diff(low) + 1;
        low + (self.throw() % width) as i64
    }

    /// Whether something happens that does so `percent` times of a hundred.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.between(0, 99) < percent
    }

    /// One of `items`, which are not empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.between(0, items.len() as i64 - 1) as usize]
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_are_those_of_the_published_generator() {
        let mut dice = Dice::new(1_234_567);
        let throws = [dice.throw(), dice.throw(), dice.throw()];
        assert_eq!(throws, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_range_is_used_from_end_to_end() {
        let mut dice = Dice::new(1);
        let thrown: std::collections::BTreeSet<i64> = (0..200).map(|_| dice.between(-1, 2)).collect();
        assert_eq!(Vec::from_iter(thrown), [-1, 0, 1, 2]);
    }
}
