//! Of which applications something is told.

use super::{Calendar, Month};

/// What goes in the place of a department or city that is not known.
const NONE: &str = "none";
/// What goes in their place where there are too few.
const SMALL_GROUPS: &str = "small groups";

/// By which days applications are put together, and how many it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouping {
    /// Whose months.
    pub calendar: Calendar,
    /// So many applications, of as many people, are enough.
    pub min_group: u64,
}

impl Default for Grouping {
    fn default() -> Self {
        Self { calendar: Calendar::default(), min_group: Self::LEAST }
    }
}

impl Grouping {
    /// Fewer would tell of somebody.
    pub const LEAST: u64 = 5;
}

/// Applications of one month, department and city.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Group {
    pub month: Month,
    /// Of the vacancy; `none` where it is not known.
    pub department: String,
    pub city: String,
}

impl Group {
    /// Those of this department and city, of which a blank one is none.
    pub fn new(month: Month, department: Option<&str>, city: Option<&str>) -> Self {
        let known = |text: Option<&str>| {
            let filled = text.filter(|text| !text.trim_matches(' ').is_empty());
            filled.unwrap_or(NONE).to_owned()
        };
        Self { month, department: known(department), city: known(city) }
    }

    /// Those of which there are too few in any other group of the month.
    pub fn of_small_ones(month: Month) -> Self {
        Self { month, department: SMALL_GROUPS.to_owned(), city: SMALL_GROUPS.to_owned() }
    }

    /// Whether it is that one.
    pub fn is_of_small_ones(&self) -> bool {
        self.department == SMALL_GROUPS && self.city == SMALL_GROUPS
    }
}

/// How large a group is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Size {
    pub applications: u64,
    pub people: u64,
}

impl Size {
    /// Whether something may be told of it.
    pub fn is_enough(self, grouping: &Grouping) -> bool {
        self.applications.min(self.people) >= grouping.min_group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_has_a_name() {
        let month = Calendar::default().month("2026-05-02T00:00:00Z".parse().unwrap());
        let group = Group::new(month, Some("Care"), Some(" "));
        assert_eq!((group.department.as_str(), group.city.as_str()), ("Care", "none"));
        assert_eq!(Group::new(month, None, Some("")), Group::new(month, Some("none"), Some("none")));
        assert!(Group::of_small_ones(month).is_of_small_ones() && !group.is_of_small_ones());
    }

    #[test]
    fn many_applications_of_few_people_are_few() {
        let grouping = Grouping::default();
        let is_enough = |applications, people| Size { applications, people }.is_enough(&grouping);
        assert!(is_enough(5, 5) && !is_enough(4, 4) && !is_enough(9, 4));
    }
}
