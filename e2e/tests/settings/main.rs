//! Whatever text stands in whatever setting of whatever program: it ends with 0, 1 or 2, and no secret is in what it prints.
//!
//! - `programs`: the programs, their commands, and settings that each would be content with
//! - `readmes`: that the READMEs list what the programs read
//! - `texts`: what may stand in a setting
//!
//! `SETTINGS_SEED=17` tells one case again; `SETTINGS_CASES=5000` tells more of them.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod programs;
mod readmes;
mod texts;

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
};

use fastrand::Rng;
use programs::{Asked, Place};
use rig::{Program, number};

/// As many as take some seconds.
const CASES: u64 = 400;

#[test]
fn any_text_in_any_setting() {
    let (first, cases) =
        number("SETTINGS_SEED").map_or((0, number("SETTINGS_CASES").unwrap_or(CASES)), |seed| (seed, 1));
    let next = AtomicU64::new(first);
    std::thread::scope(|scope| {
        let work = || {
            let place = Place::new();
            loop {
                let seed = next.fetch_add(1, Ordering::SeqCst);
                if seed >= first + cases {
                    return;
                }
                tell(&place, seed);
            }
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// One of its settings, or some, hold anything; and sometimes one holds a secret, where secrets are.
fn tell(place: &Place, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let Asked { name, arguments, mut settings } = place.some_program(&mut rng);
    let secret = texts::Secret::some(&mut rng);
    if rng.bool() && arguments != ["seed"] {
        programs::hide(&mut rng, &mut settings, &secret);
    }
    let (own, standard) = (programs::own(name), programs::standard().collect::<Vec<_>>());
    for _ in 0..rng.usize(0..4) {
        let names = if rng.u8(0..3) == 0 { &standard } else { &own };
        let setting = names[rng.usize(..names.len())].clone();
        // it would be waited for
        if !["DATABASE_WAIT_SECONDS", "EMPLY_MAX_RETRY_SECONDS", "MOCK_DATABASE_URL"].contains(&&*setting)
            || arguments == ["check"]
        {
            settings.push((setting, texts::anything(&mut rng)));
        }
    }
    let program = arguments.iter().fold(Program::of_workspace(name), |program, argument| program.argument(*argument));
    let program = settings.iter().fold(program, |program, (name, value)| program.with(name, value.clone()));
    let ended = program.within(place.folder()).run();
    let mut told = format!("SETTINGS_SEED={seed}: {name} {arguments:?}\n");
    for (name, value) in &settings {
        let _ = writeln!(told, "  {name}={value:?}");
    }
    let said = format!("{}{}", ended.out, ended.err);
    assert!(matches!(ended.code(), Some(0..=2)), "{told}{}\n{said}", ended.status);
    assert!(!said.contains("a defect in the program"), "{told}{said}");
    for part in secret.parts() {
        assert!(!said.contains(part), "{part} is told: {told}{said}");
    }
}
