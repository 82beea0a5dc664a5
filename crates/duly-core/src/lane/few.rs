//! Names with something of each, few of them whatever the input says: what comes after the first has its place together.

use std::sync::Arc;

/// How many names are told apart.
const NAMES_MAX: usize = 50;

/// The name of those that come after them.
pub const OTHER: &str = "other";

/// What there is of each name. A name that has its place keeps it, so that what was added under it is found there again.
#[derive(Debug, Clone)]
pub(super) struct Few<T> {
    known: Vec<(Arc<str>, T)>,
    other: T,
}

impl<T: Default> Default for Few<T> {
    fn default() -> Self {
        Few { known: Vec::new(), other: T::default() }
    }
}

impl<T: Default> Few<T> {
    /// The place of a name, which it gets if there is one left.
    pub(super) fn place(&mut self, name: &str) -> u8 {
        let known = self.known.iter().position(|(known, _)| **known == *name);
        let place = known.unwrap_or_else(|| {
            if self.known.len() < NAMES_MAX {
                self.known.push((Arc::from(name), T::default()));
                return self.known.len() - 1;
            }
            NAMES_MAX
        });
        place as u8
    }

    /// What there is at a place that [`Few::place`] has given.
    pub(super) fn at(&mut self, place: u8) -> &mut T {
        self.known.get_mut(usize::from(place)).map_or(&mut self.other, |(_, of)| of)
    }

    /// All names, and what there is of each; [`OTHER`] where there may be more.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Arc<str>, &T)> {
        let known = self.known.iter().map(|(name, of)| (Arc::clone(name), of));
        known.chain((self.known.len() == NAMES_MAX).then(|| (Arc::from(OTHER), &self.other)))
    }
}
