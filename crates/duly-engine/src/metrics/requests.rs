//! How many requests were answered, by route and status code.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Counts requests. There are as many entries as routes and codes, few of each.
#[derive(Debug, Default)]
pub struct Requests(Mutex<BTreeMap<(String, u16), u64>>);

impl Requests {
    /// Counts a request to `route` that was answered with `code`.
    pub fn count(&self, route: &str, code: u16) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((route.to_owned(), code)).or_default() += 1;
    }

    /// Tells each count.
    pub fn each(&self, mut tell: impl FnMut(&str, u16, u64)) {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for ((route, code), count) in counts.iter() {
            tell(route, *code, *count);
        }
    }
}
