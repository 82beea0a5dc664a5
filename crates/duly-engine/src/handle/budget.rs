//! A bound on the bytes of records that wait, so that memory stays bounded whoever sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::EngineError;

/// How many bytes of records may wait to be stored.
const QUEUED_BYTES_MAX: usize = 64 << 20;

/// Bytes that are spoken for. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budget(Arc<AtomicUsize>);

/// A part of it, until it is dropped: when an append is answered, or given up.
#[derive(Debug)]
pub(crate) struct Reserved<'a> {
    total: &'a AtomicUsize,
    bytes: usize,
}

impl Budget {
    /// Reserves what `records` take. One append alone may be larger than the budget, so that it is never busy for good.
    pub(crate) fn reserve(&self, records: &[Vec<u8>]) -> Result<Reserved<'_>, EngineError> {
        let bytes = records.iter().map(Vec::len).sum();
        let before = self.0.fetch_add(bytes, Relaxed);
        let reserved = Reserved { total: &self.0, bytes };
        if before > 0 && before + bytes > QUEUED_BYTES_MAX { Err(EngineError::Busy) } else { Ok(reserved) }
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.total.fetch_sub(self.bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_free_again_and_one_alone_may_be_large() {
        let budget = Budget::default();
        let (large, small) = ([vec![0; QUEUED_BYTES_MAX + 1]], [vec![0; 1]]);
        let first = budget.reserve(&large).expect("alone");
        assert!(matches!(budget.reserve(&small), Err(EngineError::Busy)));
        drop(first);
        let _second = budget.reserve(&small).expect("there is room");
        assert!(matches!(budget.reserve(&large), Err(EngineError::Busy)));
    }
}
