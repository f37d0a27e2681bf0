//! What a database's refusal means, by the codes of the two.

use sea_orm::{DbErr, RuntimeErr};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A statement was prepared in another session than the one that it is run in, which nobody has left knowingly.
    AnotherSession,
    /// User, password, certificate or access rules.
    NotLetIn,
    NotAllowed,
    DiskFull,
    ReadOnly,
    NotADatabase,
}

/// SQLSTATEs (PostgreSQL, appendix A). What begins with 28 is about who somebody is.
const OF_POSTGRES: [(&str, Trouble); 6] = [
    ("42P05", Trouble::AnotherSession),
    ("26000", Trouble::AnotherSession),
    ("42501", Trouble::NotAllowed),
    ("53100", Trouble::DiskFull),
    ("25006", Trouble::ReadOnly),
    // also what a pooler says to a startup parameter that it does not know
    ("08P01", Trouble::NotLetIn),
];
/// Result codes of SQLite; the lowest byte is what kind of error it is.
const OF_SQLITE: [(u32, Trouble); 4] =
    [(8, Trouble::ReadOnly), (11, Trouble::NotADatabase), (13, Trouble::DiskFull), (26, Trouble::NotADatabase)];

/// Whether a reason of not being let in may be that the role is not there yet: the server says the same of a wrong password.
pub(crate) fn may_lack_its_role(reason: &str) -> bool {
    ["28P01 ", "28000 "].iter().any(|code| reason.starts_with(code))
}

/// What is the matter, and the database's own words for it, which hold no data.
pub(crate) fn trouble(error: &DbErr) -> Option<(Trouble, String)> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))
    | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
    else {
        return None;
    };
    match &**error {
        sqlx::Error::Database(of) => {
            let code = of.code()?;
            let trouble = match code.parse::<u32>() {
                // five characters are a SQLSTATE, also where all are digits
                Ok(number) if code.len() < 5 || of.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_none() => {
                    OF_SQLITE.iter().find(|(known, _)| *known == number & 0xff).map(|(_, trouble)| *trouble)
                }
                _ if code.starts_with("28") => Some(Trouble::NotLetIn),
                _ => OF_POSTGRES.iter().find(|(known, _)| *known == code).map(|(_, trouble)| *trouble),
            }?;
            Some((trouble, format!("{} {}", code, of.message())))
        }
        // a certificate that is not trusted comes as what was read
        sqlx::Error::Io(of) if of.kind() == std::io::ErrorKind::InvalidData => {
            Some((Trouble::NotLetIn, format!("TLS: {of}")))
        }
        sqlx::Error::Tls(of) => Some((Trouble::NotLetIn, format!("TLS: {of}"))),
        sqlx::Error::Configuration(of) => Some((Trouble::NotLetIn, of.to_string())),
        _ => None,
    }
}
