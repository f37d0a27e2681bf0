//! An archive becomes a folder, or nothing does.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry};

use super::Refusal;

/// What an archive may come to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of all files.
    pub bytes: u64,
    /// Files and folders.
    pub entries: u64,
}

/// What an archive came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contents {
    /// How many.
    pub files: u64,
    /// Of all files.
    pub bytes: u64,
}

/// Unpacks into a folder that is not there yet. Only files and folders whose paths stay inside; what the archive says
/// of owners, rights and times is not taken over.
pub(super) fn unpack(archive: &Path, folder: &Path, limits: Limits) -> Result<Contents, Refusal> {
    fs::create_dir(folder)?;
    // headers and padding count too, or an archive of nothing but headers would never end
    let unpacked = MultiGzDecoder::new(BufReader::new(File::open(archive)?)).take(limits.bytes.saturating_mul(2));
    let mut archive = Archive::new(unpacked);
    let mut contents = Contents::default();
    let mut entries = 0;
    for entry in archive.entries().map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        entries += 1;
        if entries > limits.entries {
            return Err(Refusal::TooMuch(format!("{} files", limits.entries)));
        }
        let inner = inner_path(&entry)?;
        if entry.header().entry_type().is_dir() {
            fs::create_dir_all(folder.join(inner))?;
            continue;
        }
        contents.bytes += write(entry, folder, &inner, limits.bytes - contents.bytes)?
            .ok_or_else(|| Refusal::TooMuch(format!("{} bytes", limits.bytes)))?;
        contents.files += 1;
    }
    File::open(folder)?.sync_all()?;
    Ok(contents)
}

/// The entry's path, when it is a file or a folder inside.
fn inner_path<R: Read>(entry: &Entry<'_, R>) -> Result<PathBuf, Refusal> {
    let path = entry.path().map_err(|error| unreadable(&error))?.into_owned();
    let kind = entry.header().entry_type();
    if !kind.is_file() && !kind.is_dir() {
        return Err(Refusal::Entry(format!("{} as neither file nor folder", path.display())));
    }
    let inside = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if inside { Ok(path) } else { Err(Refusal::Entry(format!("the path {}, which leads out of it", path.display()))) }
}

/// Gives the bytes written, or nothing when there were more than are left.
fn write<R: Read>(entry: Entry<'_, R>, folder: &Path, inner: &Path, left: u64) -> Result<Option<u64>, Refusal> {
    let path = folder.join(inner);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    // a second entry of the same path would replace the first one without a word
    let mut file = File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Refusal::Entry(format!("{} twice", inner.display())),
        _ => Refusal::Disk(error),
    })?;
    let mut source = entry.take(left.saturating_add(1));
    let mut buffer = vec![0; 64 * 1024];
    let mut written = 0;
    loop {
        let count = source.read(&mut buffer).map_err(|error| unreadable(&error))?;
        if count == 0 {
            break;
        }
        io::Write::write_all(&mut file, &buffer[..count])?;
        written += count as u64;
    }
    file.sync_all()?;
    Ok((written <= left).then_some(written))
}

fn unreadable(error: &io::Error) -> Refusal {
    Refusal::Unreadable(error.to_string())
}
