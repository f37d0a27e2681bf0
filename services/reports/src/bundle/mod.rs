//! The pages that dbt hands over: taken in as an archive, kept as a folder, the last good one on show.
//!
//! ```text
//! REPORTS_DIR/incoming/ID.tar.gz, ID/   what is being taken in; emptied at the start
//! REPORTS_DIR/bundles/ID/               what was taken in, the present one and the one before
//! REPORTS_DIR/current                   a link to the present one, swapped by a rename
//! ```

mod refusal;
mod unpack;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use uuid::Uuid;

pub use refusal::Refusal;
pub use unpack::{Contents, Limits};

/// Without it a bundle is none.
pub const INDEX: &str = "index.html";

/// The folder with all bundles.
#[derive(Debug, Clone)]
pub struct Shelf {
    dir: PathBuf,
}

impl Shelf {
    /// Makes the folder, and removes what a process that was killed has left in it.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let shelf = Self { dir: dir.to_owned() };
        let incoming = shelf.incoming();
        if incoming.exists() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir_all(&incoming)?;
        fs::create_dir_all(shelf.bundles())?;
        shelf.remove_all_but(&[shelf.current()])?;
        Ok(shelf)
    }

    /// The bundle on show.
    pub fn current(&self) -> Option<PathBuf> {
        let name = fs::read_link(self.dir.join("current")).ok()?;
        let folder = self.dir.join(name);
        folder.join(INDEX).is_file().then_some(folder)
    }

    /// When the bundle on show was handed over.
    pub fn since(&self) -> Option<SystemTime> {
        fs::metadata(self.current()?).ok()?.modified().ok()
    }

    /// Where an archive may be written while it arrives.
    pub fn place_for_archive(&self) -> PathBuf {
        self.incoming().join(format!("{}.tar.gz", Uuid::new_v4()))
    }

    /// Unpacks the archive and shows it. Whatever happens, there is one whole bundle on show: this one, or the last.
    pub fn take_in(&self, archive: &Path, limits: Limits) -> Result<Contents, Refusal> {
        let id = Uuid::new_v4().to_string();
        let arriving = self.incoming().join(&id);
        let contents = unpack::unpack(archive, &arriving, limits)
            .and_then(|contents| if arriving.join(INDEX).is_file() { Ok(contents) } else { Err(Refusal::NoIndex) });
        if contents.is_err() {
            // what cannot be removed now is removed at the next start
            let _ = fs::remove_dir_all(&arriving);
        }
        let contents = contents?;
        let before = self.current();
        let arrived = self.bundles().join(&id);
        fs::rename(&arriving, &arrived)?;
        self.point_at(&id)?;
        // a reader may be in the middle of the one before
        self.remove_all_but(&[before, Some(arrived)])?;
        Ok(contents)
    }

    /// A rename replaces the link at once; there is no instant without one.
    fn point_at(&self, id: &str) -> io::Result<()> {
        let link = self.incoming().join(format!("{id}.link"));
        std::os::unix::fs::symlink(Path::new("bundles").join(id), &link)?;
        fs::rename(&link, self.dir.join("current"))?;
        fs::File::open(&self.dir)?.sync_all()
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
