//! An archive becomes a folder, or nothing does.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};
use tokio_util::sync::CancellationToken;

use super::{Refusal, bounded::Bounded, names::Names};

/// What an archive may spend on an entry beside its content: header, a long name with its own, padding.
const BESIDE: u64 = 8192;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) bytes: u64,
    /// Files and folders, those included that are only part of a path.
    pub(crate) entries: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

/// Unpacks into a folder that is not there yet. Only files and folders whose paths stay inside; what the archive says
/// of owners, rights and times is not taken over. Ends early when `stop` says so.
pub(super) fn unpack(
    archive: &Path,
    folder: &Path,
    limits: Limits,
    stop: &CancellationToken,
) -> Result<Contents, Refusal> {
    fs::create_dir(folder)?;
    // headers and padding count too, or an archive of nothing but headers would never end
    let most = limits.bytes.saturating_add(limits.entries.saturating_mul(BESIDE));
    let mut unpacked = Bounded::new(MultiGzDecoder::new(BufReader::new(File::open(archive)?)), most, stop);
    let contents = Unpacking::new(folder, limits).all(&mut unpacked);
    let contents = unpacked.finish(contents)?;
    File::open(folder)?.sync_all()?;
    Ok(contents)
}

struct Unpacking<'a> {
    folder: &'a Path,
    limits: Limits,
    contents: Contents,
    folders: HashSet<PathBuf>,
}

impl<'a> Unpacking<'a> {
    fn new(folder: &'a Path, limits: Limits) -> Self {
        Self { folder, limits, contents: Contents::default(), folders: HashSet::new() }
    }

    fn all<R: Read>(mut self, unpacked: &mut R) -> Result<Contents, Refusal> {
        let mut names = Names::default();
        // raw: without it the crate reads names of any length into memory
        let mut archive = Archive::new(&mut *unpacked);
        for entry in archive.entries().map_err(|error| Refusal::unreadable(&error))?.raw(true) {
            let mut entry = entry.map_err(|error| Refusal::unreadable(&error))?;
            if names.learn(&mut entry)? {
                continue;
            }
            let kind = entry.header().entry_type();
            let inner = inside(&names.path_of(&entry)?, kind)?;
            if kind.is_dir() {
                self.make_folders(&inner)?;
            } else {
                self.file(entry, &inner)?;
            }
        }
        names.end()?;
        // to the end, where gzip says whether all of it came through
        io::copy(unpacked, &mut io::sink()).map_err(|error| Refusal::unreadable(&error))?;
        Ok(self.contents)
    }

    fn make_folders(&mut self, inner: &Path) -> Result<(), Refusal> {
        let mut path = PathBuf::new();
        for part in inner {
            path.push(part);
            if self.folders.insert(path.clone()) {
                self.count()?;
                fs::create_dir(self.folder.join(&path)).map_err(|error| unusable(error, &path))?;
            }
        }
        Ok(())
    }

    fn file<R: Read>(&mut self, entry: Entry<'_, R>, inner: &Path) -> Result<(), Refusal> {
        self.make_folders(inner.parent().unwrap_or(inner))?;
        self.contents.files += 1;
        self.count()?;
        // a second entry of the same path would replace the first one without a word
        let mut file = File::create_new(self.folder.join(inner)).map_err(|error| unusable(error, inner))?;
        let (size, left) = (entry.size(), self.limits.bytes - self.contents.bytes);
        // of a size that is too large not even the beginning is of use
        if size > left {
            return Err(Refusal::TooMuch(format!("{} bytes", self.limits.bytes)));
        }
        let written = copy(entry, &mut file)?;
        if written < size {
            return Err(Refusal::unreadable(&io::ErrorKind::UnexpectedEof.into()));
        }
        // the link is swapped to it soon, and what it shows has to outlive a power cut
        file.sync_all()?;
        self.contents.bytes += written;
        Ok(())
    }

    fn count(&self) -> Result<(), Refusal> {
        if self.contents.files + self.folders.len() as u64 <= self.limits.entries {
            return Ok(());
        }
        Err(Refusal::TooMuch(format!("{} files and folders", self.limits.entries)))
    }
}

fn inside(path: &Path, kind: EntryType) -> Result<PathBuf, Refusal> {
    if !kind.is_file() && !kind.is_dir() {
        return Err(Refusal::Entry(format!("{} as neither file nor folder", path.display())));
    }
    let mut inner = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => inner.push(part),
            Component::CurDir => {}
            _ => return Err(Refusal::Entry(format!("the path {}, which leads out of it", path.display()))),
        }
    }
    if inner.as_os_str().is_empty() && kind.is_file() {
        return Err(Refusal::Entry("a file without a name".to_owned()));
    }
    Ok(inner)
}

fn unusable(error: io::Error, inner: &Path) -> Refusal {
    let shown = inner.display();
    match error.kind() {
        io::ErrorKind::AlreadyExists => Refusal::Entry(format!("{shown} twice")),
        io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            Refusal::Entry(format!("{shown} in a file as if that were a folder"))
        }
        io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput => {
            Refusal::Entry(format!("the path {shown}, which no file can have"))
        }
        // all else is our disk's fault, and not the archive's
        _ => error.into(),
    }
}

fn copy<R: Read>(mut from: R, to: &mut File) -> Result<u64, Refusal> {
    let mut buffer = vec![0; 64 * 1024];
    let mut written = 0;
    loop {
        // not `io::copy`: a failure to read is the archive's, a failure to write ours
        let count = from.read(&mut buffer).map_err(|error| Refusal::unreadable(&error))?;
        if count == 0 {
            return Ok(written);
        }
        io::Write::write_all(to, &buffer[..count])?;
        written += count as u64;
    }
}
