//! The file that `VOCABULARY_FILE` names. What stands in it is a matter of [`domain::vocabulary`]; where a mistake stands, of this.

use std::path::Path;

use domain::vocabulary::{Vocabulary, VocabularyFile};
use runtime::toml_file::{self, BadFile};

/// Reads the file; without one, nothing is listed. An error, with the place, is what only a person can mend.
pub fn read(path: Option<&Path>) -> anyhow::Result<Vocabulary> {
    path.map_or_else(|| Ok(Vocabulary::default()), |path| toml_file::read("VOCABULARY_FILE", path, parse))
}

/// Reads a file's text; an error has its place.
pub fn parse(text: &str) -> Result<Vocabulary, BadFile> {
    let file: VocabularyFile = toml_file::parse(text)?;
    Vocabulary::of(&file).map_err(|bad| BadFile::at(text, bad.span, bad.reason))
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::StageKind;

    use super::*;

    fn bad(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        assert_eq!(bad("[stage]\n").split(", expected").next(), Some("line 1, column 2: unknown field `stage`"));
        assert_eq!(
            bad("[stages]\nNeu = 'new'\n").split(", expected").next(),
            Some("line 2, column 7: unknown variant `new`")
        );
        assert_eq!(bad("[reasons]\n' ' = 'employer'\n"), "line 2, column 1: this may not be empty");
        assert_eq!(bad("[sources]\nJane = ''\n"), "line 2, column 8: this may not be empty");
        assert_eq!(
            bad("[stages]\nNeu = 'applied'\n\"NEU \" = 'hired'\n"),
            "line 3, column 1: this label is there twice; case and blanks do not count"
        );
        assert_eq!(bad("facts = 'Jane'\n"), "line 1, column 9: what stands here is of a wrong kind");
        assert!(bad("facts = [\n").starts_with("line "));
    }

    #[test]
    fn the_charts_own_file_is_one() {
        let text = include_str!("../../../helm/emply-pipeline/files/vocabulary-for-the-mock.toml");
        assert_eq!(parse(text).unwrap().stage("Hired"), Some(StageKind::Hired));
    }
}
