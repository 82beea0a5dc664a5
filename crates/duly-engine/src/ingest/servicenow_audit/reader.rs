//! From a stream of CSV to an [`Audit`].

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use super::columns::{Columns, ColumnsError};
use super::refusals::Refusals;
use super::row::Row;
use super::symbols::Symbols;
use super::{Audit, Options};

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no audit.
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    /// The stream broke off.
    #[error("reading stopped after {rows} rows")]
    Read {
        /// Rows read until then.
        rows: u64,
        /// What the system said.
        source: csv::Error,
    },
}

/// Reads all rows of `input`. They are kept in memory, compactly, since events leave sorted by time and rows do not come so.
///
/// # Errors
/// Where the first line lacks required columns, or reading fails. A row that is wrong is no error: it is refused and counted.
pub fn read(input: impl Read, options: Options) -> Result<Audit, Error> {
    let mut reader = ReaderBuilder::new().flexible(true).buffer_capacity(1 << 16).from_reader(input);
    let header = reader.byte_headers().map_err(|source| Error::Read { rows: 0, source })?;
    let columns = Columns::find(header)?;
    let mut symbols = Symbols::new();
    let mut refusals = Refusals::default();
    let mut rows = Vec::new();
    let mut record = ByteRecord::new();
    let mut rows_read = 0;
    while reader.read_byte_record(&mut record).map_err(|source| Error::Read { rows: rows_read, source })? {
        rows_read += 1;
        match Row::parse(&record, &columns, options.zone, &mut symbols) {
            Ok(row) => rows.push(row),
            Err(reason) => refusals.push(record.position().map_or(0, csv::Position::line), reason),
        }
    }
    Ok(Audit::new(options, &columns, symbols, rows, refusals))
}
