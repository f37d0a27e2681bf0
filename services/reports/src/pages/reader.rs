//! Who asks for a page: in which language, and where they are.

use actix_web::{HttpMessage as _, HttpRequest, http::header, web};

use crate::{dashboard::LONGEST, state::State, words::Language};

const FIELDS: [&str; 8] = ["period", "department", "city", "source", "type", "week", "service", "limit"];

pub(super) struct Reader {
    pub(super) language: Language,
    /// The address without its language, to ask for the same page in another one.
    pub(super) path: String,
    fields: Vec<(String, String)>,
    pub(super) takes_gzip: bool,
    /// Where it was asked for by name.
    asked: Option<Language>,
}

impl Reader {
    pub(super) fn of(request: &HttpRequest, state: &State) -> Self {
        let fields = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        let mut fields = fields.map(web::Query::into_inner).unwrap_or_default();
        // of two the last counts, as of all other fields
        let asked = fields.iter().rev().find(|(name, _)| name == "lang").map(|(_, tag)| tag.clone());
        fields.retain(|(name, _)| name != "lang");
        let accepted = request.get_header::<header::AcceptLanguage>();
        let language = Language::choose(asked.as_deref(), accepted.as_ref(), state.settings.report.language);
        let encodings = request.get_header::<header::AcceptEncoding>();
        let known = [header::Encoding::gzip(), header::Encoding::identity()];
        let encoding = encodings.and_then(|accepted| accepted.negotiate(known.iter()));
        let takes_gzip = encoding == Some(header::Encoding::gzip());
        let asked = asked.and_then(|tag| tag.parse().ok());
        Self { language, path: request.path().to_owned(), fields, takes_gzip, asked }
    }

    pub(super) fn link(&self, language: Language) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        // what no page of ours asks for may be of any length, and is not carried on
        let known =
            self.fields.iter().filter(|(name, value)| FIELDS.contains(&name.as_str()) && value.len() <= LONGEST);
        let fields = query.extend_pairs(known.take(FIELDS.len())).append_pair("lang", language.tag());
        format!("{}?{}", self.path, fields.finish())
    }

    pub(super) fn to(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(fields).extend_pairs(self.asked.map(|language| ("lang", language.tag())));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}
