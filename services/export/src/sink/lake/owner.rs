//! Whether what lies in the folders of tables is ours.
//!
//! Readers take every Parquet file there for ours, and export removes and overwrites there. So whatever export would not have
//! put there is refused before anything is written; where no `lake.json` says whose the lake is, that is everything. Beside
//! those folders anything may lie.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use runtime::Final;

use super::file::{self, CHANGES};
use crate::schema::Tables;

/// Paths that are named at most.
const MOST_NAMED: usize = 5;

pub(super) fn refuse_strangers(lake: &Path, tables: &Tables, says_whose: bool) -> anyhow::Result<()> {
    let mut strangers = Vec::new();
    for table in tables {
        let folder = lake.join(table.name);
        for path in inside(&folder, &mut strangers)? {
            if !path.ends_with(CHANGES) {
                strangers.push(path);
                continue;
            }
            let files = inside(&path, &mut strangers)?;
            strangers.extend(files.into_iter().filter(|path| !says_whose || !is_ours(path)));
        }
    }
    if strangers.is_empty() {
        return Ok(());
    }
    strangers.sort();
    let named = strangers.iter().take(MOST_NAMED).map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let more = match strangers.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (shown, named) = (lake.display(), format!("{named}{more}"));
    if says_whose {
        bail!(Final::new(format!(
            "the lake at {shown} has something in the folders of its tables that export has not written: {named}. It is left as \
             it is. Move it elsewhere, or let LAKE_PATH name an empty folder"
        )));
    }
    bail!(Final::new(format!(
        "the folder {shown} has no lake.json that says whose lake it is, and there is something already where export would \
         write: {named}. It is left as it is. Let LAKE_PATH name an empty folder, or move it elsewhere; where it is an \
         export's, put its lake.json back"
    )))
}

/// What is in a folder, but for what is hidden: systems and file servers leave such files, and no reader takes them. One
/// that is no folder is a stranger itself.
fn inside(folder: &Path, strangers: &mut Vec<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let shown = || format!("reading the folder {}", folder.display());
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // a link that leads nowhere is not found either, and is a stranger
        Err(error) if error.kind() == ErrorKind::NotFound && !folder.is_symlink() => return Ok(Vec::new()),
        Err(error) if matches!(error.kind(), ErrorKind::NotADirectory | ErrorKind::NotFound) => {
            strangers.push(folder.to_owned());
            return Ok(Vec::new());
        }
        Err(error) => return Err(error).with_context(shown),
    };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>().with_context(shown)?;
    Ok(paths.into_iter().filter(|path| !is_hidden(path)).collect())
}

fn is_hidden(path: &Path) -> bool {
    let is_dotted = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    // a pattern like `*.parquet` may take a hidden file too
    is_dotted && !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

fn is_ours(path: &Path) -> bool {
    let has_our_name = file::range_of(path).is_some() || file::range_of_unfinished(path).is_some();
    // a link may lead out of the lake, and export would write there
    has_our_name && path.symlink_metadata().is_ok_and(|entry| entry.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::tables::tables;

    fn refused(says_whose: bool, names: &[&str]) -> Option<String> {
        let lake = tempfile::tempdir().unwrap();
        for name in names {
            let path = lake.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "theirs").unwrap();
        }
        let said = refuse_strangers(lake.path(), &tables(), says_whose).err()?;
        assert!(said.downcast_ref::<Final>().is_some());
        assert!(names.iter().all(|name| fs::read(lake.path().join(name)).unwrap() == b"theirs"));
        Some(said.to_string())
    }

    #[test]
    fn names_that_export_gives_are_ours_where_it_has_signed() {
        let ours = ["candidate/changes/0-7.parquet", "candidate/changes/7-9.tmp"];
        assert_eq!(refused(true, &ours), None);
        let said = refused(false, &ours).unwrap();
        assert!(said.contains("no lake.json") && ours.iter().all(|name| said.contains(name)), "{said}");
        for foreign in [
            "part-0.parquet",
            "0-7 (copy).parquet",
            "0-7.PARQUET",
            "00-7.parquet",
            "+0-7.parquet",
            "._0-7.parquet",
            "notes.txt",
            "a.tmp",
            "year=2026/0-7.parquet",
            "0-7.parquet/0-7.parquet",
        ] {
            let name = format!("candidate/changes/{foreign}");
            let said = refused(true, &[&name]).unwrap_or_else(|| panic!("{foreign} is taken for ours"));
            assert!(said.contains(name.split('/').take(3).collect::<Vec<_>>().join("/").as_str()), "{said}");
        }
    }

    #[test]
    fn a_folder_of_a_table_holds_changes_and_nothing_else() {
        for says_whose in [true, false] {
            for name in
                ["application/part-0.parquet", "application/current/1/a.parquet", "application", "application/changes"]
            {
                assert!(refused(says_whose, &[name]).is_some(), "{name} is taken for ours");
            }
        }
        let many = (0..7).map(|number| format!("application/{number}.parquet")).collect::<Vec<_>>();
        let said = refused(true, &many.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        assert!(said.contains("4.parquet and 2 more"), "{said}");
    }

    #[test]
    fn what_lies_beside_is_no_concern_of_ours() {
        let beside = [".DS_Store", "lost+found/a", "marts/a.parquet", "patient/changes/0-7.parquet", "notes.txt"];
        assert_eq!(refused(false, &beside), None);
        assert_eq!(refused(false, &["candidate/.DS_Store", "candidate/changes/.nfs0001"]), None);
    }
}
