//! Lines where Germany is supposed, as a job board gets them. A row is the line, and country, postal code and town; `held` where
//! no country may be supposed.

use super::*;

fn told(line: &str) -> String {
    let place = read(line, Some(CountryCode::DE), &CountryNames::default());
    if place.hides_its_country() {
        return "held".to_owned();
    }
    let country = place.country.unwrap_or(CountryCode::DE).to_string();
    let cities = Some(place.cities.join(", ")).filter(|cities| !cities.is_empty());
    let [zip, city] = [place.zip, place.city.or(cities)].map(|part| part.unwrap_or_else(|| "-".to_owned()));
    format!("{country} {zip} {city}")
}

fn hold(rows: &[(&str, &str)]) {
    let rows = rows.iter().map(|(line, right)| (line, told(line), right)).filter(|(_, told, right)| told != *right);
    let wrong: Vec<String> = rows.map(|(line, told, right)| format!("{line:?}: {told}, not {right}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn all(right: &str, lines: &[&str]) {
    let rows: Vec<_> = lines.iter().map(|line| (*line, right)).collect();
    hold(&rows);
}

#[test]
fn a_country_that_is_named_is_never_passed_over() {
    hold(&[
        ("Zürich CH", "CH - Zürich"),
        ("Wien AT", "AT - Wien"),
        ("London UK", "GB - London"),
        ("Amsterdam NL", "NL - Amsterdam"),
        ("Zürich/Schweiz", "CH - Zürich"),
        ("London/UK", "GB - London"),
        ("Innsbruck / Tirol", "AT - Innsbruck"),
        ("Innsbruck Tirol", "held"),
        ("Schweizweit", "CH - -"),
        ("Öresund, Dänemark/Schweden", "held"),
        ("Zürich Schweiz", "CH - Zürich"),
        ("Zürich - Schweiz", "CH - Zürich"),
        ("Wien / Österreich", "AT - Wien"),
        ("Österreich: Wien", "AT - Wien"),
        ("Wien, Österreich (remote)", "AT - Wien"),
        ("Wien in Österreich", "held"),
        ("AT, Wien", "AT - Wien"),
        ("Copenhagen Denmark", "DK - Copenhagen"),
        ("London England", "GB - London"),
        ("Amsterdam - Niederlande", "NL - Amsterdam"),
        ("Deutschland und Schweiz", "held"),
        ("Dänemark und Schweden", "held"),
        ("Rämistrasse 100 Zürich Schweiz", "held"),
        ("Basel (Schweiz) und Lörrach", "held"),
        ("Max Jordan", "held"),
        ("Bern BE", "held"),
        ("Ring 1, AT - 6020 Innsbruck", "AT 6020 Innsbruck"),
        ("DACH", "held"),
        ("1210 Luxembourg, Luxembourg", "LU 1210 Luxembourg"),
        ("Rue 1, L-1210 Luxembourg", "LU 1210 Luxembourg"),
        ("1090 Wien, A", "AT 1090 Wien"),
        ("Ring 1, 8001 Zürich, ch", "CH 8001 Zürich"),
        ("Niederlande Straße 4, 44137 Dortmund", "DE 44137 Dortmund"),
        ("Rosa-Luxemburg-Straße 4, 44137 Dortmund", "DE 44137 Dortmund"),
    ]);
}

#[test]
fn a_postal_code_of_elsewhere_is_never_passed_over() {
    all(
        "held",
        &[
            "3900 Brig, VS",
            "8000 ZH Zürich",
            "2000 NE Neuchâtel",
            "1000 VD Lausanne",
            "6900 TI Lugano",
            "7000 GR Chur",
            "Rämistrasse 100 8091 Zürich",
            "Rämistrasse 100, Zürich 8091",
            "8091 Zürich, Rämistrasse 100",
            "1090 Wien, Spitalgasse 23",
            "6000 Luzern 16",
            "Zürich (8091)",
            "Tellstrasse 25, 5001 Aarau AG",
            "Blegdamsvej 9 2100 København Ø",
            "Storgata 12 0182 Oslo",
            "Vägen 123 45 Solna",
            "Banacha 1a, 02-097 Warszawa",
            "123 Main St, Paris, Texas 75460",
            "Hamburg, New York 14075",
            "1 Main St, New York NY 10001",
            "Boston, MA 02114",
            "Rochester, Minnesota, 55905",
            "Toronto, ON M5G 2C4",
            "Houston, TX",
            "Meibergdreef 9, 1105-AZ Amsterdam",
            "Level 3, Block E1 6AN, London, E1 6AN",
            "1 Main St, Lebanon, NH 03756",
            "10110 Bangkok, TH",
        ],
    );
    hold(&[
        ("Ring 1, 3900 Brig VS, Schweiz", "CH 3900 Brig VS"),
        ("3000 BE Bern, Schweiz", "CH 3000 Bern"),
        ("1211 Genève 14, Suisse", "CH 1211 Genève"),
        ("5001 Aarau AG, Schweiz", "CH 5001 Aarau"),
        ("9713 GR Groningen, Nederland", "NL 9713 GR Groningen"),
        ("Meibergdreef 9, 1105az Amsterdam", "NL 1105az Amsterdam"),
        ("Meibergdreef 9, 1105 az Amsterdam, Nederland", "NL 1105 az Amsterdam"),
        ("ul. Długa 1, 00-950 Warszawa, Polen", "PL 00-950 Warszawa"),
        ("Cardiff, CF14 4XW, Wales", "GB CF14 4XW Cardiff"),
        ("Hauptstraße 1234, Berlin", "DE - Berlin"),
        ("Raum 1234, Ring 1, 44137 Dortmund", "DE 44137 Dortmund"),
    ]);
}

#[test]
fn what_is_called_like_a_country_does_not_beat_a_postal_code() {
    all(
        "held",
        &[
            "Kent, 44137 Dortmund",
            "Jordan, Ring 1, 44137 Dortmund",
            "Kuba, Ring 1, 44137 Dortmund",
            "Holland, Weg 1, 44137 Dortmund",
            "Luxemburg, Ring 1, 54290 Trier",
            "Jordan, Dortmund",
            "Ring 1, 44137 Dortmund, Kent",
        ],
    );
    hold(&[
        ("Deutschland, 80331 München", "DE 80331 München"),
        ("67487 St. Martin", "DE 67487 St. Martin"),
        ("Ring 1, 67487, St. Martin", "DE 67487 St. Martin"),
        ("Malta 1, 54655 Malbergweich", "DE 54655 Malbergweich"),
        ("Tirol, 6460 Imst", "AT 6460 Imst"),
    ]);
}

#[test]
fn a_german_line_is_told_whatever_stands_behind_its_town() {
    let behind = "Innenstadt|Mitte|Nord|Kardiologie|Notaufnahme|Hauptstandort|Teilzeit|Ruhrgebiet|Dortmund|Landkreis Unna|Obb.|\
                  Oberfranken|Homeoffice möglich|Eingang Süd|befristet|EU|NW|NRW|Nordrhein-Westf.|D|de|De|GER|Deu|Dtl.|BRD|DE|\
                  Deutschland/Germany|Deutschland, Europa";
    for words in behind.split('|') {
        all("DE 44137 Dortmund", &[&format!("Ring 1, 44137 Dortmund, {words}")]);
    }
    for (zip, state) in [
        ("80331", "BY"),
        ("70173", "BW"),
        ("20095", "HH"),
        ("24103", "SH"),
        ("01067", "SN"),
        ("10117", "BE"),
        ("65183", "HE"),
        ("39104", "ST"),
        ("99084", "TH"),
        ("66111", "SL"),
    ] {
        all(&format!("DE {zip} Musterstadt"), &[&format!("Ring 1, {zip} Musterstadt, {state}")]);
    }
    all(
        "DE 44137 Dortmund",
        &[
            "44137 Dortmund D",
            "44137 Dortmund (D)",
            "D, 44137 Dortmund",
            "D44137 Dortmund",
            "PLZ 44137 Dortmund",
            "Ring 1 · 44137 Dortmund",
            "Ring 1 // 44137 Dortmund",
            "Ring 1, 44137 Dortmund.",
        ],
    );
    all("held", &["13353 Berlin, Wedding", "Ring 1, 44137 Dortmund, Atlantis", "Ring 1, 44137 Dortmund, at"]);
}

#[test]
fn without_a_postal_code_only_a_town_is_one() {
    all(
        "DE - -",
        &[
            "Kardiologie",
            "Innere Medizin",
            "Vollzeit",
            "Teilzeit",
            "Außendienst",
            "Nach Vereinbarung",
            "Siehe Anzeige",
            "Mobiles Arbeiten",
            "Hauptstandort",
            "Geschäftsstelle Dortmund",
            "Ambulanz",
            "Notaufnahme",
            "Landkreis Northeim",
            "Ruhrgebiet",
            "Norddeutschland",
            "Innenstadt",
            "Max Muster",
            "Dortmund/Bochum",
            "44137, 44139 Dortmund",
            "44137 - 44147 Dortmund",
            "44137 Dortmund und 44787 Bochum",
            "Ring 1, Innere Medizin, Deutschland",
            "Hauptstraße 12345, Berlin",
        ],
    );
    all("DE 44137 -", &["44137 Frau Muster", "44137 Dortmund Vollzeit", "44137 Kardiologie", "44137 Kreis Unna"]);
    all(
        "DE - Dortmund",
        &[
            "Dortmund DE",
            "DE-Dortmund",
            "Dortmund.",
            "Dortmund, Kardiologie",
            "Musterstraße 1, Dortmund",
            "Ring 1, Dortmund, Deutschland",
        ],
    );
    hold(&[("Bad Homburg", "DE - Bad Homburg"), ("New York", "DE - New York"), ("Den Haag, NL", "NL - Den Haag")]);
}

#[test]
fn what_is_longer_than_an_address_is_none_and_takes_no_time() {
    let long = "Ring 1 ".repeat(50);
    assert_eq!(read(&long, None, &CountryNames::default()).gaps, [Gap::TooLong]);
    read("Ring 1", None, &CountryNames::default());
    for piece in ["1 ", "Ring 1 Haus ", "Ulm, ", "A1 ", "D 8 ", "A a ", "12345 ", "/ ", "und "] {
        let line: String = piece.chars().cycle().take(LONGEST).collect();
        let begin = std::time::Instant::now();
        read(&line, Some(CountryCode::DE), &CountryNames::default());
        assert!(begin.elapsed().as_millis() < 500, "{piece:?}: {:?}", begin.elapsed());
    }
}
