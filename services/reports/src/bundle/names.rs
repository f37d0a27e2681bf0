//! What an entry is called, when its header has no room for that: GNU's long names and the records of pax.
//!
//! The tar crate reads such a name into memory whatever its length, which the archive chooses.

use std::{ffi::OsStr, io, io::Read, os::unix::ffi::OsStrExt as _, path::PathBuf};

use tar::{Entry, EntryType, PaxExtensions};

use super::Refusal;

const LONGEST_EXTENSION: u64 = 4096;
const LONGEST_PATH: usize = 1024;

/// What was said about the entry that follows.
#[derive(Debug, Default)]
pub(super) struct Names {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    is_told: bool,
}

impl Names {
    /// Whether this entry only speaks of the one that follows.
    pub(super) fn learn<R: Read>(&mut self, entry: &mut Entry<'_, R>) -> Result<bool, Refusal> {
        let kind = entry.header().entry_type();
        let is_extension = matches!(
            kind,
            EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader
        );
        if !is_extension {
            return Ok(false);
        }
        let size = entry.size();
        if size > LONGEST_EXTENSION {
            let held = format!("a name or an extended header of {size} bytes; at most {LONGEST_EXTENSION} are read");
            return Err(Refusal::Entry(held));
        }
        match kind {
            EntryType::GNULongName => {
                let mut name = read(entry)?;
                // GNU ends the name with a zero byte
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                self.name(name)?;
            }
            EntryType::XHeader => self.records(&read(entry)?)?,
            // of a link, which is refused anyway; or of all entries, whose owners and times are not taken over
            _ => {}
        }
        Ok(true)
    }

    pub(super) fn path_of<R: Read>(&mut self, entry: &Entry<'_, R>) -> Result<PathBuf, Refusal> {
        let told = std::mem::take(self);
        // where the file ends would depend on which of the two a reader believes
        if told.size.is_some_and(|size| size != entry.size()) {
            return Err(Refusal::Entry("an entry of two sizes".to_owned()));
        }
        let path = told.path.unwrap_or_else(|| entry.header().path_bytes().into_owned());
        if path.len() > LONGEST_PATH {
            return Err(Refusal::Entry(format!("a path of {} bytes; at most {LONGEST_PATH} are taken", path.len())));
        }
        Ok(PathBuf::from(OsStr::from_bytes(&path)))
    }

    pub(super) fn end(&self) -> Result<(), Refusal> {
        if self.is_told {
            Err(Refusal::Unreadable("it ends after a name, without the file".to_owned()))
        } else {
            Ok(())
        }
    }

    fn name(&mut self, name: Vec<u8>) -> Result<(), Refusal> {
        self.is_told = true;
        match self.path.replace(name) {
            Some(_) => Err(Refusal::Entry("an entry of two names".to_owned())),
            None => Ok(()),
        }
    }

    fn records(&mut self, text: &[u8]) -> Result<(), Refusal> {
        self.is_told = true;
        for record in PaxExtensions::new(text) {
            let record = record.map_err(|error| Refusal::unreadable(&error))?;
            match record.key_bytes() {
                b"path" => self.name(record.value_bytes().to_vec())?,
                b"size" => self.size = Some(number(record.value_bytes())?),
                key if key.starts_with(b"GNU.sparse.") => {
                    return Err(Refusal::Entry("a file with holes: pack it without --sparse".to_owned()));
                }
                // owners and times are not taken over
                _ => {}
            }
        }
        Ok(())
    }
}

fn read<R: Read>(entry: &mut Entry<'_, R>) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::new();
    entry.read_to_end(&mut text).map_err(|error| Refusal::unreadable(&error))?;
    // the tar crate reads what there is, and no more
    if (text.len() as u64) < entry.size() {
        return Err(Refusal::unreadable(&io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(text)
}

fn number(text: &[u8]) -> Result<u64, Refusal> {
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| Refusal::Unreadable("a size is no number".to_owned()))
}
