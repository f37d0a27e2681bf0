//! What a posting is called.

use crate::{
    database::posting::Model,
    emply::Localization,
    world::catalogue::{self, Language},
};

/// The title in its own language and, for two of three postings, in English, in either order.
pub(super) fn title(row: &Model, language: &Language) -> Localization {
    let english = catalogue::language("en-GB");
    let mut values = vec![(language.locale, row.title.clone())];
    if language.locale != english.locale && row.id % 3 != 2 {
        let profession = usize::try_from(row.profession).unwrap_or_default() % catalogue::PROFESSIONS;
        let title = if row.kind == 1 { english.talent_pool } else { english.titles[profession] };
        values.push((english.locale, title.to_owned()));
    }
    Localization::new(values).reversed_if(row.id % 4 == 0)
}
