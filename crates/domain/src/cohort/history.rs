//! What an application has come to, by what was seen of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::Calendar;
use crate::vocabulary::{ReasonKind, StageKind, Vocabulary};

/// Whoever was seen so soon after having applied was seen from the beginning.
const IN_TIME: TimeDelta = TimeDelta::hours(48);
const INACTIVE: i32 = 0;

/// Where an application stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Standing {
    pub kind: Kind,
    pub status: Option<i32>,
}

impl Standing {
    /// Whether it has come to an end without a hire.
    fn is_out(self) -> bool {
        self.status == Some(INACTIVE) || self.kind == Kind::Listed(StageKind::Disqualified)
    }
}

/// An application was seen to stand elsewhere than before. All instants are the source's.
#[expect(missing_docs, reason = "it moved from the one to the other")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When the source says that it changed.
    pub occurred: DateTime<Utc>,
    /// When the run began that saw it.
    pub observed: DateTime<Utc>,
    /// When the application was last read before, where that is known.
    pub previous_observed: Option<DateTime<Utc>>,
    /// Whether nothing was known of it before.
    pub is_first_sight: bool,
    pub from: Standing,
    pub to: Standing,
}

impl Event {
    /// When it happened: what the source says, where that lies between the two times at which it was read.
    fn moved_at(&self) -> DateTime<Utc> {
        let is_after_last = self.previous_observed.is_none_or(|previous| previous <= self.occurred);
        if is_after_last && self.occurred <= self.observed { self.occurred } else { self.observed }
    }
}

/// What a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum Kind {
    None,
    /// One that the vocabulary has not.
    Unlisted,
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

    fn as_progress(self) -> Self {
        // being turned down says nothing of how far it was
        if self == Self::Listed(StageKind::Disqualified) { Self::Unlisted } else { self }
    }
}

/// How an application ended that is not one of somebody hired: turned down, taken back, or as nobody says.
#[expect(missing_docs, reason = "each is told above")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Rejected,
    Withdrawn,
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

/// An application that is inactive.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Closed {
    pub created: DateTime<Utc>,
    pub stage: Kind,
    /// Why it was turned down; none where it was not.
    pub reason: Option<ReasonKind>,
    /// What was seen of it, in the order in which it was.
    pub events: Vec<Event>,
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

impl Closed {
    /// Sums it up, in days of a calendar.
    pub fn summary(&self, calendar: Calendar) -> Summary {
        // a stage that was renamed makes no difference: that is no way out, and whoever stands in it is as far as before
        let reason = self.reason.map_or("none", ReasonKind::name);
        Summary { furthest: self.furthest(), outcome: self.outcome(), reason, weeks: self.weeks(calendar) }
    }

    fn outcome(&self) -> Outcome {
        match self.reason {
            Some(ReasonKind::Candidate) => Outcome::Withdrawn,
            Some(_) => Outcome::Rejected,
            None if self.stage == Kind::Listed(StageKind::Disqualified) => Outcome::Rejected,
            None => Outcome::Other,
        }
    }

    fn furthest(&self) -> Kind {
        let seen = self.events.iter().flat_map(|event| [event.from.kind, event.to.kind]);
        seen.chain([self.stage]).map(Kind::as_progress).max().unwrap_or(Kind::None)
    }

    fn is_seen_in_time(&self) -> bool {
        self.events.first().is_some_and(|first| first.observed - self.created <= IN_TIME)
    }

    fn weeks(&self, calendar: Calendar) -> Option<i64> {
        let ended = self.ended().filter(|_| self.is_seen_in_time())?.max(self.created);
        Some((calendar.date(ended) - calendar.date(self.created)).num_days() / 7)
    }

    fn ended(&self) -> Option<DateTime<Utc>> {
        let goes_out = |event: &&Event| !event.is_first_sight && !event.from.is_out() && event.to.is_out();
        let ended = self.events.iter().rfind(goes_out).map(Event::moved_at);
        // one that is out at its first sight was seen to be so then
        let first = self.events.first().filter(|first| first.to.is_out() && self.is_seen_in_time());
        ended.or(first.map(|first| first.observed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEITHER: Standing = Standing { kind: Kind::None, status: None };
    const TURNED_DOWN: Option<ReasonKind> = Some(ReasonKind::Employer);

    /// So many days and hours after the application has come in, which is on a Monday at ten in Berlin.
    fn at(days: i64, hours: i64) -> DateTime<Utc> {
        "2026-03-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(days) + TimeDelta::hours(hours)
    }

    fn kind(label: &str) -> Kind {
        let words = "[stages]\nNew = 'applied'\nTalk = 'interview'\nHired = 'hired'\nNo = 'disqualified'\n";
        Kind::of([label], &Vocabulary::of(&toml::from_str(words).unwrap()).unwrap())
    }

    fn standing(stage: &str, status: i32) -> Standing {
        Standing { kind: kind(stage), status: Some(status) }
    }

    /// Seen to have come in as new, an hour after it had.
    fn first() -> Event {
        let to = standing("New", 1);
        let (occurred, observed) = (at(0, 0), at(0, 1));
        Event { occurred, observed, previous_observed: None, is_first_sight: true, from: NEITHER, to }
    }

    /// Seen in the night of a day, and the night before, to have moved in between.
    fn moved(day: i64, from: Standing, to: Standing) -> Event {
        let (observed, previous_observed) = (at(day, 12), Some(at(day, -12)));
        Event { occurred: at(day, 0), observed, previous_observed, is_first_sight: false, from, to }
    }

    /// Of one with these events after its first, that is in the last one's stage.
    fn summary_of(events: &[Event], reason: Option<ReasonKind>) -> Summary {
        let stage = events.last().map_or(Kind::None, |last| last.to.kind);
        let closed = Closed { created: at(0, 0), stage, reason, events: events.to_vec() };
        closed.summary(Calendar::default())
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
