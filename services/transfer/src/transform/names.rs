//! Names of files, by which the ad refers to them.

use url::Url;

/// Longer names are cut.
const LONGEST: usize = 80;

/// A name for each file, by the path of its address and what its name has to end with: letters, digits, `.`, `_` and `-`
/// alone, and none twice. The same files always have the same names, whatever signature their addresses bear.
pub fn name_files<'a>(files: impl IntoIterator<Item = (&'a Url, &'a str)>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (url, extension) in files {
        let stem = stem(url);
        let taken = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        let numbered = (2..).map(|number| format!("{stem}-{number}.{extension}"));
        let mut wanted = std::iter::once(format!("{stem}.{extension}")).chain(numbered);
        // there is always one that is free
        names.extend(wanted.find(|name| !taken(name)));
    }
    names
}

fn stem(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let stem: String = stem.chars().map(|letter| if plain(letter) { letter } else { '-' }).take(LONGEST).collect();
    let stem = stem.trim_matches('-');
    if stem.is_empty() { "file".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_different() {
        let urls: Vec<Url> = [
            "https://a.example/img/Logo.PNG?v=2",
            "https://b.example/logo.png",
            "https://b.example/",
            "https://b.example/..%2f..%2fetc/passwd.zip",
            "https://b.example/gr%C3%BC%C3%9Fe.png",
        ]
        .map(|url| url.parse().unwrap())
        .into();
        let names = name_files(urls.iter().map(|url| (url, "png")));
        assert_eq!(names, ["Logo.png", "logo-2.png", "file.png", "passwd.png", "gr-C3-BC-C3-9Fe.png"]);
        let signed: Vec<Url> = urls
            .into_iter()
            .map(|mut url| {
                url.set_query(Some("X-Amz-Signature=/b/a.gif"));
                url
            })
            .collect();
        assert_eq!(name_files(signed.iter().map(|url| (url, "png"))), names);
    }
}
