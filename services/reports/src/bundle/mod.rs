//! The pages that dbt hands over: taken in as an archive, kept as a folder, the last good one on show.
//!
//! ```text
//! REPORTS_DIR/incoming/ID.tar.gz, ID/   what is being taken in; emptied at the start
//! REPORTS_DIR/bundles/ID/               what was taken in, the present one and the one before
//! REPORTS_DIR/current                   a link to the present one, swapped by a rename
//! REPORTS_DIR/build.json                how dbt's last build ended (`build`)
//! ```

mod bounded;
mod leftover;
mod names;
mod refusal;
mod unpack;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use chrono::{DateTime, Utc};
use rustix::fs::Access;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) use leftover::Leftover;
pub(crate) use refusal::Refusal;
pub(crate) use unpack::{Contents, Limits};

pub(crate) const INDEX: &str = "index.html";

#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    dir: PathBuf,
}

impl Shelf {
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        let shelf = Self { dir: dir.to_owned() };
        let incoming = shelf.incoming();
        // left by a process that was killed
        if incoming.exists() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir_all(&incoming)?;
        fs::create_dir_all(shelf.bundles())?;
        shelf.remove_all_but(&[shelf.current()])?;
        Ok(shelf)
    }

    pub(crate) fn on_show(dir: &Path) -> Option<PathBuf> {
        Self { dir: dir.to_owned() }.current()
    }

    pub(crate) fn current(&self) -> Option<PathBuf> {
        let name = fs::read_link(self.dir.join("current")).ok()?;
        let folder = self.dir.join(name);
        folder.join(INDEX).is_file().then_some(folder)
    }

    pub(crate) fn since(&self) -> Option<DateTime<Utc>> {
        let modified = fs::metadata(self.current()?).ok()?.modified().ok()?;
        let seconds = modified.duration_since(UNIX_EPOCH).ok()?.as_secs();
        // a clock may have been anywhere; what is beyond the calendar is not known
        DateTime::from_timestamp_secs(i64::try_from(seconds).ok()?)
    }

    pub(crate) fn place_for_archive(&self) -> io::Result<(fs::File, Leftover)> {
        self.place("tar.gz")
    }

    fn place(&self, ending: &str) -> io::Result<(fs::File, Leftover)> {
        let place = Leftover::new(self.incoming().join(format!("{}.{ending}", Uuid::new_v4())));
        Ok((fs::File::create_new(place.path())?, place))
    }

    pub(crate) fn keep(&self, name: &str, text: &[u8]) -> io::Result<()> {
        let (mut file, place) = self.place(name)?;
        file.write_all(text)?;
        // on disk before it takes the place of the good one
        file.sync_all()?;
        fs::rename(place.path(), self.beside(name))
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Unpacks the archive and shows it. Whatever happens, there is one whole bundle on show: this one, or the last; and
    /// nothing else stays on disk. Ends early when `stop` says so.
    pub(crate) fn take_in(
        &self,
        archive: &Path,
        limits: Limits,
        stop: &CancellationToken,
    ) -> Result<Contents, Refusal> {
        let id = Uuid::new_v4().to_string();
        let arriving = Leftover::new(self.incoming().join(&id));
        let contents = unpack::unpack(archive, arriving.path(), limits, stop)?;
        if !arriving.path().join(INDEX).is_file() {
            return Err(Refusal::NoIndex);
        }
        // asked before the link is swapped, which makes this one the older one
        let before = self.current();
        let arrived = self.bundles().join(&id);
        fs::rename(arriving.path(), &arrived)?;
        if let Err(error) = self.point_at(&id) {
            // nothing points at it, so it is removed
            drop(Leftover::new(arrived));
            return Err(error.into());
        }
        // a reader may be in the middle of the one before
        if let Err(error) = self.remove_all_but(&[before, Some(arrived)]) {
            tracing::warn!(%error, "an older bundle stays in REPORTS_DIR until the next one comes");
        }
        Ok(contents)
    }

    fn point_at(&self, id: &str) -> io::Result<()> {
        let link = Leftover::new(self.incoming().join(format!("{id}.link")));
        std::os::unix::fs::symlink(Path::new("bundles").join(id), link.path())?;
        // a rename replaces the link at once; there is no instant without one
        fs::rename(link.path(), self.dir.join("current"))?;
        // it is on show from here on, whether or not the disk can be told to remember
        let _ = fs::File::open(&self.dir).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// Whether bundles could be kept in this folder, which need not be there; writes nothing.
    pub(crate) fn look(dir: &Path) -> io::Result<()> {
        // a link counts although nothing may be behind it: no folder can be made in its place
        let there = |path: &Path| path.symlink_metadata().is_ok();
        let Some(nearest) = dir.ancestors().find(|path| there(path)).filter(|_| !dir.as_os_str().is_empty()) else {
            // of a relative path nothing is there yet: it would be made here
            return Self::may_write(Path::new("."));
        };
        Self::may_write(nearest)?;
        if nearest == dir {
            let shelf = Self { dir: dir.to_owned() };
            [shelf.incoming(), shelf.bundles()]
                .iter()
                .filter(|path| there(path))
                .try_for_each(|path| Self::may_write(path))?;
        }
        Ok(())
    }

    fn may_write(folder: &Path) -> io::Result<()> {
        if !fs::metadata(folder)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        // also false where the file system is mounted read-only, which the folder's mode does not tell
        Ok(rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
    }

    fn remove_all_but(&self, kept: &[Option<PathBuf>]) -> io::Result<()> {
        for entry in fs::read_dir(self.bundles())? {
            let path = entry?.path();
            if !kept.iter().flatten().any(|kept| *kept == path) {
                fs::remove_dir_all(path)?;
            }
        }
        Ok(())
    }

    fn incoming(&self) -> PathBuf {
        self.dir.join("incoming")
    }

    fn bundles(&self) -> PathBuf {
        self.dir.join("bundles")
    }
}

pub(crate) fn unusable(dir: &Path, error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => {
            "is on a volume that is mounted read-only: mount it for writing".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "may not be written to by this user: give it to the user, or name another".to_owned()
        }
        io::ErrorKind::NotADirectory => "is not a folder".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "is on a volume that is full: make room".to_owned()
        }
        _ => format!("cannot be used: {error}"),
    };
    format!("REPORTS_DIR {} {why}", dir.display())
}
