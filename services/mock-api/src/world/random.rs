//! Chance that is the same each time: a generator for each thing, seeded by the world's seed, the kind of
//! thing and its number.

use fastrand::Rng;
use uuid::{Builder, Uuid};

/// What is drawn for; keeps equal numbers of different things apart.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Domain {
    Vacancy = 1,
    Application = 2,
    Candidate = 3,
    Career = 4,
    Hour = 5,
    Day = 6,
    /// A fixed thing of the tenant: a fact, a department.
    Tenant = 7,
    Return = 8,
    /// How an application comes in: when, where, from what source.
    Arrival = 9,
    /// How a vacancy fared before the start.
    Past = 10,
}

pub(crate) fn generator(seed: u64, domain: Domain, number: i64) -> Rng {
    Rng::with_seed(mix(mix(mix(seed) ^ domain as u64) ^ number.cast_unsigned()))
}

/// A GUID that belongs to a text, the same in every world.
pub(crate) fn identifier_of(text: &str) -> Uuid {
    identifier(&mut generator(hash(text), Domain::Tenant, 0))
}

/// The seed of another world, which belongs to a text.
pub(crate) fn seed_of(seed: u64, text: &str) -> u64 {
    mix(mix(seed) ^ hash(text))
}

pub(crate) fn identifier(rng: &mut Rng) -> Uuid {
    Builder::from_random_bytes(rng.u128(..).to_be_bytes()).into_uuid()
}

/// One of several. The slice must not be empty.
pub(crate) fn pick<'a, T>(rng: &mut Rng, items: &'a [T]) -> &'a T {
    &items[rng.usize(0..items.len())]
}

pub(crate) fn per_mille(rng: &mut Rng, cases: u32) -> bool {
    rng.u32(0..1000) < cases
}

fn hash(text: &str) -> u64 {
    // FNV-1a is enough: texts are few and short
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The finalizer of SplitMix64: neighbouring numbers become unlike ones.
fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_draws_the_same() {
        let draw = |seed, domain, number| generator(seed, domain, number).u64(..);
        assert_eq!(draw(1, Domain::Vacancy, 7), draw(1, Domain::Vacancy, 7));
        assert_ne!(draw(1, Domain::Vacancy, 7), draw(1, Domain::Vacancy, 8));
        assert_ne!(draw(1, Domain::Vacancy, 7), draw(1, Domain::Application, 7));
        assert_ne!(draw(1, Domain::Vacancy, 7), draw(2, Domain::Vacancy, 7));
    }

    #[test]
    fn identifiers_are_random_guids() {
        assert_eq!(identifier_of("Arbeitszeit").get_version_num(), 4);
        assert_ne!(identifier_of("Arbeitszeit"), identifier_of("Arbeitsort"));
    }
}
