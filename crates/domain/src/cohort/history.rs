//! What an application has come to, by what was seen of it.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Calendar;
use crate::vocabulary::{ReasonKind, StageKind, Vocabulary};

/// Whoever was seen so soon after having applied was seen from the beginning.
const IN_TIME: TimeDelta = TimeDelta::hours(48);
/// A status.
const INACTIVE: i32 = 0;

/// Where an application stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Label of its stage, in the preferred language.
    pub stage: Option<&'a str>,
    /// What that is.
    pub kind: Kind,
    /// 0 inactive, 1 active.
    pub status: Option<i32>,
}

impl Standing<'_> {
    fn state(&self) -> State {
        match self.kind {
            Kind::Listed(StageKind::Disqualified) => State::Out,
            _ if self.status == Some(INACTIVE) => State::Out,
            Kind::Listed(StageKind::Hired) => State::Hired,
            Kind::Listed(_) | Kind::Unlisted | Kind::None => State::In,
        }
    }
}

/// An application was seen to stand elsewhere than before. All instants are the source's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    /// When the source says that it changed.
    pub occurred: DateTime<Utc>,
    /// When the run began that saw it.
    pub observed: DateTime<Utc>,
    /// When the application was last read before, where that is known.
    pub previous_observed: Option<DateTime<Utc>>,
    /// Whether nothing was known of it before.
    pub is_first_sight: bool,
    /// Before.
    pub from: Standing<'a>,
    /// After.
    pub to: Standing<'a>,
}

impl<'a> Event<'a> {
    /// Whether it makes a difference to an end if this is the renaming of a stage: its two labels.
    pub fn depends_on_names(&self) -> Option<(&'a str, &'a str)> {
        let labels = self.from.stage.zip(self.to.stage).filter(|(from, to)| from != to);
        labels.filter(|_| !self.is_first_sight && self.from.state() != self.to.state())
    }

    /// When it happened: what the source says, where that lies between the two times at which it was read.
    fn moved_at(&self) -> DateTime<Utc> {
        let is_after_last = self.previous_observed.is_none_or(|previous| previous <= self.occurred);
        if is_after_last && self.occurred <= self.observed { self.occurred } else { self.observed }
    }
}

/// What a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// There is none.
    None,
    /// One that the vocabulary has not.
    Unlisted,
    /// One that it has.
    Listed(StageKind),
}

impl Kind {
    /// Of a stage with these labels, the preferred one first.
    pub fn of<'l>(labels: impl IntoIterator<Item = &'l str>, vocabulary: &Vocabulary) -> Self {
        let mut labels = labels.into_iter().peekable();
        let unlisted = if labels.peek().is_some() { Self::Unlisted } else { Self::None };
        vocabulary.stage_by(labels).map_or(unlisted, Self::Listed)
    }

    /// As the warehouse has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unlisted => "unlisted",
            Self::Listed(kind) => kind.name(),
        }
    }

    /// How far it is towards being hired; being turned down says nothing of that.
    fn as_progress(self) -> Self {
        if self == Self::Listed(StageKind::Disqualified) { Self::Unlisted } else { self }
    }
}

/// How an application ended that is not one of somebody hired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Turned down.
    Rejected,
    /// Taken back.
    Withdrawn,
    /// Nobody says.
    Other,
}

impl Outcome {
    /// As the warehouse has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Other => "other",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    In,
    Out,
    Hired,
}

/// Labels that stand for the one before them: on these days, so many went from one to the other that it was renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames(HashSet<(String, String, NaiveDate)>);

impl Renames {
    /// Adds that a stage went over to another label on a day.
    pub fn add(&mut self, from: &str, to: &str, on: NaiveDate) {
        self.0.insert((from.to_owned(), to.to_owned(), on));
    }
}

/// By what an application is judged.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    /// Whose days are counted.
    pub calendar: Calendar,
    /// What is no move.
    pub renames: &'a Renames,
}

impl Judge<'_> {
    fn is_rename(&self, event: &Event<'_>) -> bool {
        let labels = event.from.stage.zip(event.to.stage);
        labels.is_some_and(|(from, to)| {
            !self.renames.0.is_empty()
                && self.renames.0.contains(&(from.to_owned(), to.to_owned(), self.calendar.date(event.observed)))
        })
    }
}

/// An application that is inactive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<'a> {
    /// When it came in.
    pub created: DateTime<Utc>,
    /// What its stage is.
    pub stage: Kind,
    /// Why it was turned down; none where it was not.
    pub reason: Option<ReasonKind>,
    /// What was seen of it, in the order in which it was.
    pub events: Vec<Event<'a>>,
}

/// What an application came to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Summary {
    /// The furthest that it got.
    pub furthest: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// Kind of the reason: `employer`, `candidate`, `filled`, `other` or `none`.
    pub reason: &'static str,
    /// Whole weeks from coming in to the end; absent where it was not seen from the beginning, or not to the end.
    pub weeks: Option<i64>,
}

impl Closed<'_> {
    /// Sums it up.
    pub fn summary(&self, judge: &Judge<'_>) -> Summary {
        let reason = self.reason.map_or("none", ReasonKind::name);
        Summary { furthest: self.furthest(judge), outcome: self.outcome(), reason, weeks: self.weeks(judge) }
    }

    fn outcome(&self) -> Outcome {
        match self.reason {
            Some(ReasonKind::Candidate) => Outcome::Withdrawn,
            Some(_) => Outcome::Rejected,
            None if self.stage == Kind::Listed(StageKind::Disqualified) => Outcome::Rejected,
            None => Outcome::Other,
        }
    }

    fn furthest(&self, judge: &Judge<'_>) -> Kind {
        let moves = self.events.iter().filter(|event| !judge.is_rename(event));
        let seen = moves.flat_map(|event| [event.from.kind, event.to.kind]);
        seen.chain([self.stage]).map(Kind::as_progress).max().unwrap_or(Kind::None)
    }

    fn is_seen_in_time(&self) -> bool {
        self.events.first().is_some_and(|first| first.observed - self.created <= IN_TIME)
    }

    fn weeks(&self, judge: &Judge<'_>) -> Option<i64> {
        let ended = self.ended(judge).filter(|_| self.is_seen_in_time())?.max(self.created);
        Some((judge.calendar.date(ended) - judge.calendar.date(self.created)).num_days() / 7)
    }

    /// When it went out for the last time. One that is out at its first sight was seen to be so then.
    fn ended(&self, judge: &Judge<'_>) -> Option<DateTime<Utc>> {
        let (mut ended, mut before_rename) = (None, None);
        for event in &self.events {
            let from = before_rename.take().unwrap_or(event.from);
            if judge.is_rename(event) {
                before_rename = Some(from);
            } else if !event.is_first_sight && from.state() != State::Out && event.to.state() == State::Out {
                ended = Some(event.moved_at());
            }
        }
        let first = self.events.first().filter(|first| first.to.state() == State::Out && self.is_seen_in_time());
        ended.or(first.map(|first| first.observed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEITHER: Standing<'_> = Standing { stage: None, kind: Kind::None, status: None };
    const TURNED_DOWN: Option<ReasonKind> = Some(ReasonKind::Employer);

    /// So many days and hours after the application has come in, which is on a Monday at ten in Berlin.
    fn at(days: i64, hours: i64) -> DateTime<Utc> {
        "2026-03-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(days) + TimeDelta::hours(hours)
    }

    fn kind(label: &str) -> Kind {
        let words = "[stages]\nNew = 'applied'\nTalk = 'interview'\nHired = 'hired'\nNo = 'disqualified'\n";
        Kind::of([label], &Vocabulary::of(&toml::from_str(words).unwrap()).unwrap())
    }

    fn standing(stage: &str, status: i32) -> Standing<'_> {
        Standing { stage: Some(stage), kind: kind(stage), status: Some(status) }
    }

    /// Seen to have come in as new, an hour after it had.
    fn first() -> Event<'static> {
        let to = standing("New", 1);
        let (occurred, observed) = (at(0, 0), at(0, 1));
        Event { occurred, observed, previous_observed: None, is_first_sight: true, from: NEITHER, to }
    }

    /// Seen in the night of a day, and the night before, to have moved in between.
    fn moved<'a>(day: i64, from: Standing<'a>, to: Standing<'a>) -> Event<'a> {
        let (observed, previous_observed) = (at(day, 12), Some(at(day, -12)));
        Event { occurred: at(day, 0), observed, previous_observed, is_first_sight: false, from, to }
    }

    /// Of one with these events after its first, that is in the last one's stage.
    fn summary_of(events: &[Event<'_>], reason: Option<ReasonKind>) -> Summary {
        summary_with(events, reason, &Renames::default())
    }

    fn summary_with(events: &[Event<'_>], reason: Option<ReasonKind>, renames: &Renames) -> Summary {
        let stage = events.last().map_or(Kind::None, |last| last.to.kind);
        let closed = Closed { created: at(0, 0), stage, reason, events: events.to_vec() };
        closed.summary(&Judge { calendar: Calendar::default(), renames })
    }

    fn summary(furthest: Kind, outcome: Outcome, reason: &'static str, weeks: Option<i64>) -> Summary {
        Summary { furthest, outcome, reason, weeks }
    }

    const APPLIED: Kind = Kind::Listed(StageKind::Applied);
    const INTERVIEW: Kind = Kind::Listed(StageKind::Interview);

    #[test]
    fn how_far_and_how_long() {
        let talked = moved(6, standing("New", 1), standing("Talk", 1));
        let out = |day| moved(day, standing("Talk", 1), standing("No", 0));
        for (day, weeks) in [(6, 0), (7, 1), (13, 1), (14, 2)] {
            let told = summary_of(&[first(), talked, out(day)], TURNED_DOWN);
            assert_eq!(told, summary(INTERVIEW, Outcome::Rejected, "employer", Some(weeks)), "{day}");
        }
        // by the reason, whatever the stage is; and by the stage where there is no reason
        let told =
            summary_of(&[first(), moved(8, standing("New", 1), standing("New", 0))], Some(ReasonKind::Candidate));
        assert_eq!(told, summary(APPLIED, Outcome::Withdrawn, "candidate", Some(1)));
        assert_eq!(summary_of(&[first(), out(8)], None).outcome, Outcome::Rejected);
        assert_eq!(summary_of(&[first(), out(8)], Some(ReasonKind::Other)).reason, "other");
        let told = summary_of(&[first(), moved(8, standing("New", 1), standing("Void", 0))], None);
        assert_eq!(told, summary(APPLIED, Outcome::Other, "none", Some(1)));
    }

    #[test]
    fn only_what_was_seen_from_the_beginning_has_a_length() {
        let late = |hours| Event { observed: at(0, hours), ..first() };
        let out = moved(21, standing("New", 1), standing("No", 0));
        assert_eq!(summary_of(&[late(48), out], TURNED_DOWN).weeks, Some(3));
        assert_eq!(summary_of(&[late(49), out], TURNED_DOWN).weeks, None);
        assert_eq!(summary_of(&[], TURNED_DOWN), summary(Kind::None, Outcome::Rejected, "employer", None));
        // out when it was first seen
        let gone = |hours| Event { to: standing("No", 0), ..late(hours) };
        assert_eq!(
            summary_of(&[gone(3)], TURNED_DOWN),
            summary(Kind::Unlisted, Outcome::Rejected, "employer", Some(0))
        );
        assert_eq!(summary_of(&[gone(72)], TURNED_DOWN).weeks, None);
        // a reason alone is no end
        assert_eq!(summary_of(&[first()], TURNED_DOWN).weeks, None);
    }

    #[test]
    fn the_end_lies_between_the_times_of_reading() {
        let out = |occurred, previous_observed| {
            let end = moved(14, standing("New", 1), standing("No", 0));
            summary_of(&[first(), Event { occurred, previous_observed, ..end }], TURNED_DOWN).weeks
        };
        let before = Some(at(10, 0));
        assert_eq!(out(at(13, 0), before), Some(1), "as the source says");
        assert_eq!(out(at(10, 0), before), Some(1), "just when it was read");
        assert_eq!(out(at(9, 0), before), Some(2), "before: it was read otherwise since");
        assert_eq!(out(at(15, 0), before), Some(2), "after it was read");
        assert_eq!(out(at(9, 0), None), Some(1), "nobody knows when it was read before");
        assert_eq!(out(at(-9, 0), None), Some(0), "no end is before the beginning");
    }

    #[test]
    fn whoever_came_back_went_for_the_last_time() {
        let out = moved(7, standing("New", 1), standing("No", 0));
        let back = moved(10, standing("No", 0), standing("Hired", 1));
        let revived = moved(12, standing("Hired", 1), standing("Hired", 1));
        let out_again = moved(21, standing("Hired", 1), standing("Hired", 0));
        let renamed = moved(30, standing("Hired", 0), standing("No", 0));
        let told = summary_of(&[first(), out, back, revived, out_again, renamed], TURNED_DOWN);
        assert_eq!(told, summary(Kind::Listed(StageKind::Hired), Outcome::Rejected, "employer", Some(3)));
    }

    #[test]
    fn a_stage_that_is_renamed_is_no_move() {
        // a stage of another name, which the vocabulary has for one of the turned down
        let called_otherwise = moved(7, standing("Later", 1), standing("No", 1));
        let out = moved(21, standing("No", 1), standing("No", 0));
        let events = [Event { to: standing("Later", 1), ..first() }, called_otherwise, out];
        assert_eq!(summary_of(&events, TURNED_DOWN).weeks, Some(1));
        let mut renames = Renames::default();
        renames.add("Later", "No", Calendar::default().date(at(8, 0)));
        assert_eq!(summary_with(&events, TURNED_DOWN, &renames).weeks, Some(1), "another day");
        renames.add("Later", "No", Calendar::default().date(called_otherwise.observed));
        assert_eq!(summary_with(&events, TURNED_DOWN, &renames).weeks, Some(3));
        assert_eq!(events.map(|event| event.depends_on_names()), [None, Some(("Later", "No")), None]);
    }

    #[test]
    fn without_a_vocabulary_the_status_tells_the_end() {
        let unlisted = |stage| Standing { kind: Kind::of([stage], &Vocabulary::default()), ..standing(stage, 1) };
        let out = moved(14, unlisted("New"), Standing { status: Some(0), ..unlisted("No") });
        let events = [Event { to: unlisted("New"), ..first() }, out];
        let told = summary_of(&events, Some(ReasonKind::Other));
        assert_eq!(told, summary(Kind::Unlisted, Outcome::Rejected, "other", Some(2)));
        assert_eq!(summary_of(&[], None), summary(Kind::None, Outcome::Other, "none", None));
        assert_eq!(Kind::of([], &Vocabulary::default()), Kind::None);
    }
}
