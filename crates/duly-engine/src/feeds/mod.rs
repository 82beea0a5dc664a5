//! Files of ticket events, one a line: read whole or followed as they grow, compressed or not.
//!
//! [`Lines`] finds the lines and knows where each begins; what a line says is not looked at here. Offsets are those of
//! the decompressed stream.

mod chunk;
mod decompress;
mod lines;
mod source;

pub use chunk::{Chunk, ChunkLine};
pub use decompress::{Decompressed, decompress, is_compressed, open};
pub use lines::{Batch, KEPT_BYTES_MAX, Line, Lines};
pub use source::{Growth, Position, Source};
