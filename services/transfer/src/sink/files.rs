//! The files of an ad, fetched and named.

use url::Url;

use crate::{
    config::AttachmentSettings,
    source::{Fetched, Fetcher, NotFetched},
    transform::{Draft, name_files},
};

/// A file of an ad.
#[derive(Debug)]
pub(crate) struct File {
    /// Where it comes from.
    pub(crate) url: Url,
    /// The name by which the ad refers to it.
    pub(crate) name: String,
    /// What came.
    pub(crate) fetched: Fetched,
}

/// Fetches all files of a draft, one after the other.
pub(crate) async fn fetch_all(
    draft: &Draft,
    fetcher: &Fetcher,
    settings: &AttachmentSettings,
) -> Result<Vec<File>, NotFetched> {
    if draft.files.len() > settings.max_count {
        let (count, most) = (draft.files.len(), settings.max_count);
        return Err(NotFetched::Ever(format!("the ad refers to {count} files; ATTACHMENT_MAX_COUNT is {most}")));
    }
    let mut arrived = Vec::with_capacity(draft.files.len());
    for url in &draft.files {
        arrived.push(fetcher.fetch(url).await?);
    }
    let ends = draft.files.iter().zip(&arrived).map(|(url, fetched)| (url, fetched.media_type.extension));
    let files = draft.files.iter().cloned().zip(name_files(ends)).zip(arrived);
    Ok(files.map(|((url, name), fetched)| File { url, name, fetched }).collect())
}
