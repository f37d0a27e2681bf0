//! A posting as a job ad, before its files are fetched.

use std::{borrow::Cow, collections::BTreeMap};

use domain::text;
use sha2::{Digest as _, Sha256};
use store::entity::posting;
use url::Url;

use super::{
    facts::Facts,
    html,
    mapping::Mapping,
    place,
    wire::{Account, Description, Job, Submission},
};
use crate::hosts::Hosts;

/// Bytes of an ad's text, with the images that are embedded in it.
const MOST_BYTES: usize = 4 << 20;

/// What would be handed over. Its text still has the addresses of the files that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Of the vacancy, which is handed over once whatever the number of its postings.
    pub vacancy_id: String,
    pub media_id: String,
    pub(crate) job: Job,
    /// SHA-256 of it, hex, with the places of its files instead of addresses: whether the files are the same, it does not say.
    pub content_hash: String,
    /// The files, in the order of the text.
    pub files: Vec<Url>,
    /// What the mapping file does not cover, and what was left out.
    pub gaps: Vec<String>,
}

impl Draft {
    /// Maps a posting; an error says why it cannot be an ad.
    pub fn of(posting: &posting::Model, mapping: &Mapping, hosts: &Hosts) -> Result<Self, Cow<'static, str>> {
        let mut gaps = Vec::new();
        let wording = posting.wording(&mapping.languages);
        let title = wording.title.clone().or_else(|| text::line(&posting.title)).ok_or("it has no title")?;
        if wording.is_mixed {
            let languages = "its title and its text are in two languages, since none has both";
            gaps.push(languages.to_owned());
        }
        if wording.text.as_ref().is_some_and(|text| text.len() > MOST_BYTES) {
            return Err("its text has more than 4 MiB".into());
        }
        let base = posting.ad_url.as_deref().and_then(|url| Url::parse(url).ok());
        let text = wording.text.map(|text| html::clean(&text, base.as_ref(), hosts)).unwrap_or_default();
        let plain_text = Some(text.text).filter(|text| !text::is_blank(text));
        if plain_text.is_none() && mapping.text_required {
            return Err("it has no text, and text_required is set".into());
        }
        let location = place::location(posting.address.as_deref(), mapping, &mut gaps)?;
        let known = posting.known_facts();
        let mut facts = Facts { known: &known, languages: &mapping.languages, gaps: &mut gaps };
        let description = Description {
            area: mapping.area.as_ref().and_then(|rule| facts.text(rule)),
            domain: mapping.domain.as_ref().and_then(|rule| facts.text(rule)),
            level: mapping.level.as_ref().and_then(|rule| facts.text(rule)),
            hiring_type: mapping.hiring_type.as_ref().map(|rule| facts.hiring_type(rule)),
            job_scope: mapping.job_scope.as_ref().map(|rule| facts.job_scope(rule)),
            plain_text,
            first_day: mapping.first_day.as_ref().and_then(|rule| facts.first_day(rule)),
            online_applicants: mapping.online_applicants,
        };
        gaps.extend(text.gaps);
        // without the text, nothing refers to them
        let files = if description.plain_text.is_some() { text.files } else { Vec::new() };
        let contact = mapping.contact(posting.department_id.as_deref(), posting.department.as_deref(), &mut gaps);
        let job = Job {
            title,
            reference: Some(posting.vacancy_id.clone()),
            message: mapping.message.as_ref().map(|text| text.0.clone()),
            employer: mapping.employer(),
            contact,
            location,
            description,
        };
        let (vacancy_id, media_id) = (posting.vacancy_id.clone(), posting.media_id.clone());
        let mut draft = Self { vacancy_id, media_id, job, content_hash: String::new(), files, gaps };
        // an address may be signed, and then is another one at each ingest
        let places: Vec<String> = draft.places().map(|(place, _)| format!("file-{place}")).collect();
        // plain structs can always be written
        let said = serde_json::to_vec(&draft.job_with(&places)).unwrap_or_default();
        draft.content_hash = const_hex::encode(Sha256::digest(said));
        Ok(draft)
    }

    /// The files by their places, as the ledger counts them.
    pub fn places(&self) -> impl Iterator<Item = (i32, &Url)> {
        (0..).zip(&self.files)
    }

    /// What the board is sent, with the names of its files in the place of their addresses, in the order of [`Self::files`].
    pub fn submission(&self, account: Account, names: &[String]) -> Submission {
        Submission { account, job: self.job_with(names) }
    }

    fn job_with(&self, names: &[String]) -> Job {
        let names: BTreeMap<Url, String> = self.files.iter().cloned().zip(names.iter().cloned()).collect();
        let mut job = self.job.clone();
        job.description.plain_text = job.description.plain_text.map(|text| html::rename(&text, &names));
        job
    }
}
