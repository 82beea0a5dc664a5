//! One process at a time works on a store.
//!
//! The lock is on a file beside the store, because readers may look into the store meanwhile. The system lets go of it
//! however the process ends; the file stays, and means nothing by itself.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::Error;

/// How long to wait for a process that is just ending, or for the lock's copy in one that another thread is starting.
const PATIENCE: Duration = Duration::from_millis(500);

const PAUSE: Duration = Duration::from_millis(10);

/// Holds the store for this process, as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(store: &Path) -> Result<Lock, Error> {
        let told = |source| Error::Open { path: store.to_owned(), source };
        let file = File::create(beside(store)).map_err(told)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Err(Error::InUse(store.to_owned())),
                Err(TryLockError::Error(source)) => return Err(told(source)),
            }
        }
    }
}

/// `duly.db.lock` for `duly.db`.
fn beside(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
