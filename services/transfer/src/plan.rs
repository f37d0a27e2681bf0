//! What a run would do, and what it would send.

use anyhow::Context as _;
use runtime::{Context, Final, Summary, answer};
use store::entity::board_listing::Notice;

use crate::{
    config::Settings,
    pipeline, run,
    source::files::{Fetcher, NotFetched},
    transform::{Account, Decision, files::name_files},
};

/// Prints a line for each posting. Asks neither the board nor the hosts of files.
pub(crate) async fn run(context: &Context, settings: &Settings) -> anyhow::Result<Summary> {
    let mapping = pipeline::mapping(settings)?;
    let store = one_shot::open(context.program, &settings.database).await?;
    let mut situation = pipeline::situation(context, settings, &store, &mapping).await?;
    // before anything is decided: what is held back is decided otherwise
    let held_back = situation.hold_back(0).err();
    let mut rows = Vec::new();
    for vacancy in situation.vacancies() {
        let decision = situation.decision(&vacancy);
        let draft = situation.selection.drafts.get(&vacancy);
        if decision == Decision::Nothing {
            continue;
        }
        rows.push(vec![
            vacancy.clone(),
            in_words(decision).to_owned(),
            draft.map(|draft| draft.files.len().to_string()).unwrap_or_default(),
            draft.map(|draft| draft.job.title.clone()).unwrap_or_default(),
            draft.map(|draft| draft.gaps.join("; ")).unwrap_or_default(),
        ]);
    }
    for left_out in &situation.selection.left_out {
        let what = format!("not handed over: {}", left_out.reason);
        rows.push(vec![left_out.vacancy_id.clone(), what, String::new(), left_out.title.clone(), String::new()]);
    }
    answer::table(&["vacancy", "what a run would do", "files", "title", "what is not told"], &rows);
    if let Some(judgement) = held_back {
        tracing::warn!("{}", run::in_words(&judgement));
    }
    Ok(Summary::default())
}

fn in_words(decision: Decision) -> &'static str {
    match decision {
        Decision::Plan => "hand over",
        Decision::GoOn => "go on",
        Decision::Compare => "look whether its files have changed: their addresses have",
        Decision::Unchanged => "nothing: published",
        Decision::Nothing => "nothing",
        Decision::Replace => "hand over anew, and report the old listing",
        Decision::Restart => "hand over anew: changed before it was published",
        Decision::Abandon => "give up: no longer to be shown",
        Decision::Notify(Notice::Changed) => "report: changed since it was published",
        Decision::Notify(_) => "report: no longer to be shown",
        Decision::Lost(_) => "wait for a person: a run was cut off in a call",
        Decision::Wait => "wait for a person",
    }
}

pub(crate) async fn show(context: &Context, settings: &Settings, vacancy_id: &str) -> anyhow::Result<Summary> {
    let mapping = pipeline::mapping(settings)?;
    let store = one_shot::open(context.program, &settings.database).await?;
    let situation = pipeline::situation(context, settings, &store, &mapping).await?;
    let Some(draft) = situation.selection.drafts.get(vacancy_id) else {
        let left_out = situation.selection.left_out.iter().find(|posting| posting.vacancy_id == vacancy_id);
        let why = left_out.map_or("there is no such posting in the store", |posting| &posting.reason);
        return Err(Final::new(format!("{vacancy_id} is not handed over: {why}")).into());
    };
    let fetcher = Fetcher::new(context, &settings.attachments)?;
    let files = fetcher.fetch_all(&draft.files).await.map_err(|failure| match failure {
        NotFetched::Now(reason) => anyhow::anyhow!(reason),
        NotFetched::Ever(reason) => Final::new(reason).into(),
    })?;
    let names = name_files(files.iter().map(|file| (&file.url, file.media_type.extension)));
    let account = Account { pw: "***".to_owned(), ..Account::from(&settings.board) };
    let submission = draft.submission(account, &names);
    answer::line(serde_json::to_string_pretty(&submission).context("the ad as JSON")?);
    Ok(Summary::default())
}
