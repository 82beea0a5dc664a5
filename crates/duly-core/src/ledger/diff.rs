//! The difference between what was published and what follows now (I5).

use super::{Entry, Ledger};

/// What has to be published, or counted anew, so that the old ledger becomes the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// It stood, and does not follow any more; `is_replaced` where another body of the same key follows.
    Withdraw {
        /// The entry of the old ledger.
        entry: &'a Entry,
        /// Whether a changed one takes its place.
        is_replaced: bool,
    },
    /// It follows, and did not stand.
    Publish(&'a Entry),
    /// It stands as it was published, but metrics count it as something else: its labels have changed, or a clock that runs on was
    /// held, where it had been met.
    Recount {
        /// The entry of the old ledger.
        was: &'a Entry,
        /// The same of the new one.
        is: &'a Entry,
    },
}

/// The changes that lead from `old` to `new`, two ledgers of one ticket, each sorted by [`Ledger::sort`] or in any order.
pub fn diff<'a>(old: &'a Ledger, new: &'a Ledger) -> Vec<Change<'a>> {
    let by_key = |ledger: &'a Ledger| {
        let mut entries: Vec<&Entry> = ledger.entries().iter().collect();
        entries.sort_unstable_by_key(|entry| ledger.key(entry));
        entries
    };
    let (old_entries, new_entries) = (by_key(old), by_key(new));
    let mut changes = Vec::new();
    let (mut olds, mut news) = (old_entries.into_iter().peekable(), new_entries.into_iter().peekable());
    loop {
        match (olds.peek(), news.peek()) {
            (None, None) => return changes,
            (Some(was), Some(is)) if old.key(was) == new.key(is) => {
                if old.body(was) != new.body(is) {
                    changes.push(Change::Withdraw { entry: was, is_replaced: true });
                    changes.push(Change::Publish(is));
                } else if old.what(was) != new.what(is) {
                    changes.push(Change::Recount { was, is });
                }
                olds.next();
                news.next();
            }
            (Some(was), is) if is.is_none_or(|is| old.key(was) < new.key(is)) => {
                changes.push(Change::Withdraw { entry: was, is_replaced: false });
                olds.next();
            }
            (_, Some(is)) => {
                changes.push(Change::Publish(is));
                news.next();
            }
            (Some(_), None) => unreachable!("the arm before takes it"),
        }
    }
}
