//! The file that lets a killed emulator find its ledger again: one JSON line for every change, holding the records as
//! they are after it. Nothing is fsynced: it guards against a dead process, not against a dead machine.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use super::records::Upsert;

/// Why an emulator could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the emulator's journal {path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("the emulator's journal {path} is in use by another emulator")]
    Locked { path: PathBuf },
    #[error("the emulator's journal {path} is damaged in line {line}")]
    Damaged { path: PathBuf, line: u64 },
}

/// An open journal, held by an exclusive lock.
pub(super) struct Journal {
    file: File,
    length: u64,
}

impl Journal {
    /// Opens or creates the file, hands every change to `each`, and cuts off a last line that was not finished.
    pub fn open(path: &Path, mut each: impl FnMut(Vec<Upsert>)) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Io { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Locked { path: path.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let total = file.metadata().map_err(failed)?.len();
        let mut reader = BufReader::new(&file);
        let (mut length, mut number, mut line) = (0_u64, 0_u64, Vec::new());
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(failed)?;
            let end = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            number = number.saturating_add(1);
            if read == 0 || !line.ends_with(b"\n") {
                break;
            }
            match serde_json::from_slice(&line) {
                Ok(change) => each(change),
                Err(_) if end >= total => break,
                Err(_) => {
                    return Err(OpenError::Damaged { path: path.to_owned(), line: number });
                }
            }
            length = end;
        }
        drop(reader);
        file.set_len(length).map_err(failed)?;
        Ok(Self { file, length })
    }

    /// Appends one change as one line, wholly or not at all.
    pub fn append(&mut self, change: &[Upsert]) -> io::Result<()> {
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length = self.length.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    pub fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.length = 0;
        Ok(())
    }
}
