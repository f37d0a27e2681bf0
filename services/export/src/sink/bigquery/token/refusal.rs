//! Why there is no token, and whether it may come yet.

#[derive(Debug, PartialEq)]
pub(super) enum Refusal {
    Unusable(String),
    NotNow(String),
}

impl Refusal {
    pub(super) fn map(self, say: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Unusable(why) => Self::Unusable(say(why)),
            Self::NotNow(why) => Self::NotNow(say(why)),
        }
    }
}
