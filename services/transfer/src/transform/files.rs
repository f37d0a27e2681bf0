//! The files of an ad: what the ad calls them, and what the ledger says of them.

use chrono::{DateTime, Utc};
use store::entity::{
    board_attachment::{AttachmentState, Model as Attachment},
    board_listing::Model,
};
use url::Url;

/// Characters of a name; longer ones are cut.
const LONGEST: usize = 80;

#[derive(Clone, Copy)]
pub(crate) struct File<'a> {
    pub(crate) url: &'a Url,
    pub(crate) mime_type: &'static str,
    pub(crate) extension: &'static str,
    pub(crate) bytes: i64,
    pub(crate) sha256: &'a str,
}

pub(crate) fn attachments<'a>(
    listing: &Model,
    files: impl Iterator<Item = File<'a>> + Clone,
    now: DateTime<Utc>,
) -> Vec<Attachment> {
    let names = name_files(files.clone().map(|file| (file.url, file.extension)));
    let in_places = (0..).zip(files).zip(names);
    in_places.map(|((position, file), name)| file.row(listing, position, name, now)).collect()
}

impl File<'_> {
    fn row(&self, listing: &Model, position: i32, filename: String, now: DateTime<Utc>) -> Attachment {
        Attachment {
            board: listing.board.clone(),
            mode: listing.mode.clone(),
            vacancy_id: listing.vacancy_id.clone(),
            generation: listing.generation,
            position,
            attempt: 1,
            url: self.url.to_string(),
            filename,
            mime_type: self.mime_type.to_owned(),
            bytes: self.bytes,
            sha256: Some(self.sha256.to_owned()),
            state: AttachmentState::Planned,
            attachment_id: None,
            moved_at: now,
        }
    }

    /// The row of a file whose address is another one now; none if it is another file, too.
    pub(crate) fn moved(
        &self,
        listing: &Model,
        position: i32,
        known: Option<&Attachment>,
        now: DateTime<Utc>,
    ) -> Option<Attachment> {
        let Some(known) = known else {
            // it was put there by hand, into a listing that had fewer
            let name = name_files([(self.url, self.extension)]).concat();
            return Some(Attachment { state: AttachmentState::Uploaded, ..self.row(listing, position, name, now) });
        };
        let is_it = match (&known.sha256, known.state) {
            // `resolve` has left it open which file that was
            (None, _) => true,
            (Some(sha256), AttachmentState::Uploaded) => sha256 == self.sha256,
            // the board does not have it yet: all it was told is a name, which has to fit
            (Some(_), _) => known.mime_type == self.mime_type,
        };
        let Attachment { attempt, state, attachment_id, filename, .. } = known.clone();
        is_it.then(|| Attachment { attempt, state, attachment_id, ..self.row(listing, position, filename, now) })
    }

    pub(crate) fn replace(&self, row: &mut Attachment) -> Result<(), String> {
        // another version by now is taken; one of another kind would have a wrong name in the ad, which is at the board already
        if self.mime_type != row.mime_type {
            return Err(format!("{} was {}, and is {} now", row.filename, row.mime_type, self.mime_type));
        }
        (row.sha256, row.bytes) = (Some(self.sha256.to_owned()), self.bytes);
        Ok(())
    }
}

/// A name for each file, by the path of its address and what its name has to end with: letters, digits, `.`, `_` and `-`
/// alone, and none twice. The same files always have the same names, whatever signature their addresses bear.
pub(crate) fn name_files<'a>(files: impl IntoIterator<Item = (&'a Url, &'a str)>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (url, extension) in files {
        let stem = stem(url);
        let taken = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        let numbered = (2..).map(|number| format!("{stem}-{number}.{extension}"));
        let mut wanted = std::iter::once(format!("{stem}.{extension}")).chain(numbered);
        // there is always one that is free
        names.extend(wanted.find(|name| !taken(name)));
    }
    names
}

fn stem(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let stem: String = stem.chars().map(|letter| if plain(letter) { letter } else { '-' }).take(LONGEST).collect();
    let stem = stem.trim_matches('-');
    if stem.is_empty() { "file".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_different() {
        let urls: Vec<Url> = [
            "https://a.example/img/Logo.PNG?v=2",
            "https://b.example/logo.png",
            "https://b.example/",
            "https://b.example/..%2f..%2fetc/passwd.zip",
            "https://b.example/gr%C3%BC%C3%9Fe.png",
        ]
        .map(|url| url.parse().unwrap())
        .into();
        let names = name_files(urls.iter().map(|url| (url, "png")));
        assert_eq!(names, ["Logo.png", "logo-2.png", "file.png", "passwd.png", "gr-C3-BC-C3-9Fe.png"]);
        let signed: Vec<Url> = urls
            .into_iter()
            .map(|mut url| {
                url.set_query(Some("X-Amz-Signature=/b/a.gif"));
                url
            })
            .collect();
        assert_eq!(name_files(signed.iter().map(|url| (url, "png"))), names);
    }
}
