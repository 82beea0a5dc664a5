//! An audit that was read: its rows in the order in which their events leave.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::{self, Write};

use super::Options;
use super::columns::{ATTRIBUTES, Columns};
use super::event::Writer;
use super::refusals::Refusals;
use super::row::Row;
use super::symbols::{Symbol, Symbols};

/// All rows of a file, and what was refused of it.
#[derive(Debug)]
pub struct Audit {
    pub(super) options: Options,
    /// Which of [`ATTRIBUTES`] the file has.
    pub(super) present: [bool; ATTRIBUTES.len()],
    pub(super) symbols: Symbols,
    /// By time, number, sequence and content: the order of the file leaves no trace.
    rows: Vec<Row>,
    refusals: Refusals,
}

/// How many events were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// One for each ticket.
    pub received: u64,
    /// One for each row that was not refused.
    pub observed: u64,
}

impl Audit {
    pub(super) fn new(
        options: Options,
        columns: &Columns,
        symbols: Symbols,
        mut rows: Vec<Row>,
        refusals: Refusals,
    ) -> Self {
        rows.sort_by(|a, b| {
            by_time_and_ticket(&symbols, (a.at, a), (b.at, b)).then_with(|| by_content(&symbols, a, b))
        });
        Audit { options, present: columns.attributes.map(|place| place.is_some()), symbols, rows, refusals }
    }

    /// How many rows the file has, refused ones included.
    pub fn rows(&self) -> u64 {
        self.rows.len() as u64 + self.refusals.total()
    }

    /// The rows that became no event.
    pub fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// Writes the events, one a line: structured `CloudEvents` sorted by time, those of one instant and ticket as the core
    /// orders them (`received`, which has no sequence, first).
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write) -> io::Result<Written> {
        let mut writer = Writer::new(self);
        let mut written = Written::default();
        let mut receipts = self.receipts().into_iter().peekable();
        for group in self.rows.chunk_by(|a, b| (a.at, a.number, a.sequence) == (b.at, b.number, b.sequence)) {
            let (row, last) = (&group[0], &group[group.len() - 1]);
            while let Some(receipt) = receipts.next_if(|receipt| {
                by_time_and_ticket(&self.symbols, (receipt.opened_at, receipt), (row.at, row)).is_le()
            }) {
                out.write_all(writer.received(receipt))?;
                written.received += 1;
            }
            let ambiguous = row.content().ne(last.content());
            for row in group {
                out.write_all(writer.observed(row, ambiguous))?;
                written.observed += 1;
            }
        }
        for receipt in receipts {
            out.write_all(writer.received(receipt))?;
            written.received += 1;
        }
        Ok(written)
    }

    /// The earliest row of each ticket, by `opened_at`: the one that knows most about the receipt and least of what followed.
    fn receipts(&self) -> Vec<&Row> {
        let mut known: BTreeSet<Symbol> = BTreeSet::new();
        let mut receipts: Vec<&Row> = self.rows.iter().filter(|row| known.insert(row.number)).collect();
        receipts.sort_by(|a, b| by_time_and_ticket(&self.symbols, (a.opened_at, a), (b.opened_at, b)));
        receipts
    }
}

/// The order of events, as far as time and ticket decide: receipts and rows compare by the instant that they stand at.
fn by_time_and_ticket<T: Ord>(symbols: &Symbols, (at, row): (T, &Row), (other_at, other): (T, &Row)) -> Ordering {
    at.cmp(&other_at).then_with(|| symbols.json(row.number).cmp(symbols.json(other.number)))
}

/// The order of rows that are of one instant and ticket.
fn by_content(symbols: &Symbols, row: &Row, other: &Row) -> Ordering {
    row.sequence.cmp(&other.sequence).then_with(|| {
        row.content().map(|symbol| symbols.json(symbol)).cmp(other.content().map(|symbol| symbols.json(symbol)))
    })
}
