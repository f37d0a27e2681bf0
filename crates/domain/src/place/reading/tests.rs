//! Lines as people type them. A row is the line, and what is told of it: street, postal code, town, country; `-` for none.

use super::*;

/// Street, postal code, town or towns, country, and the number of gaps.
fn told(line: &str, home: Option<&str>) -> (String, usize) {
    let place = read(line, home.and_then(CountryCode::new), &CountryNames::default());
    let cities = Some(place.cities.join(", ")).filter(|cities| !cities.is_empty());
    let country = place.country.map(|code| code.to_string());
    let parts = [place.street, place.zip, place.city.or(cities), country];
    (parts.map(|part| part.unwrap_or_else(|| "-".to_owned())).join(" | "), place.gaps.len())
}

/// Each row twice: as the store reads it, and with the gaps.
fn hold(rows: &[(&str, &str, usize)]) {
    let found: Vec<String> = rows
        .iter()
        .filter_map(|(line, right, gaps)| {
            let (told, found) = told(line, None);
            (told != *right || found != *gaps).then(|| format!("{line:?}: {told}, {found} gaps"))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_line_is_taken_apart() {
    hold(&[
        ("Musterstraße 6, 80331 München", "Musterstraße 6 | 80331 | München | -", 0),
        ("Olgastr. 7, 89073 Ulm", "Olgastr. 7 | 89073 | Ulm | -", 0),
        ("Musterstrasse 6, 80331, Muenchen", "Musterstrasse 6 | 80331 | Muenchen | -", 0),
        ("Musterstraße 6; 80331 München; Deutschland", "Musterstraße 6 | 80331 | München | DE", 0),
        ("Musterstraße 6\r\n80331 München\r\nGermany", "Musterstraße 6 | 80331 | München | DE", 0),
        ("Musterstraße 6 80331 München", "Musterstraße 6 | 80331 | München | -", 0),
        ("Musterstraße 6 80331 München Deutschland", "Musterstraße 6 | 80331 | München | DE", 0),
        ("Musterstraße 6, D-80331 München", "Musterstraße 6 | 80331 | München | DE", 0),
        ("Musterstraße 6, 80331 München (Deutschland)", "Musterstraße 6 | 80331 | München | DE", 0),
        ("Musterstraße 6, München (80331)", "Musterstraße 6 | 80331 | München | -", 0),
        ("Musterstraße 6, München, 80331", "Musterstraße 6 | 80331 | München | -", 0),
        ("Musterstraße 6, München 80331", "Musterstraße 6 | 80331 | München | -", 0),
        ("Straße des 17. Juni 135, 10623 Berlin", "Straße des 17. Juni 135 | 10623 | Berlin | -", 0),
        ("L14, 9, 68161 Mannheim", "L14, 9 | 68161 | Mannheim | -", 0),
        ("Klinik Nord, Haus 12, 44137, Dortmund", "Klinik Nord, Haus 12 | 44137 | Dortmund | -", 0),
        ("Klinikum Musterstadt, Ring 5, 44137 Dortmund", "Klinikum Musterstadt, Ring 5 | 44137 | Dortmund | -", 0),
        ("Haus 3, Ring 5, 44137, Dortmund", "Haus 3, Ring 5 | 44137 | Dortmund | -", 0),
        ("Postfach 10 01 43, 44001 Dortmund", "Postfach 10 01 43 | 44001 | Dortmund | -", 0),
        ("c/o Muster, Ring 5, 44137 Dortmund", "c/o Muster, Ring 5 | 44137 | Dortmund | -", 0),
        ("44137, Dortmund", "- | 44137 | Dortmund | -", 0),
        ("44137", "- | 44137 | - | -", 1),
        ("Ring 5, 44137 Dortmund-Mengede", "Ring 5 | 44137 | Dortmund-Mengede | -", 0),
        ("Ring 5, 15230 Frankfurt (Oder)", "Ring 5 | 15230 | Frankfurt (Oder) | -", 0),
        ("Ring 5, 61348 Bad Homburg v. d. Höhe", "Ring 5 | 61348 | Bad Homburg v. d. Höhe | -", 0),
        ("Ring 5, 50667 Köln, NRW", "Ring 5 | 50667 | Köln | DE", 0),
        ("Ring 5, 50667 Köln (NRW), Deutschland", "Ring 5 | 50667 | Köln | DE", 0),
        ("Deutschland, 80331 München", "- | 80331 | München | DE", 0),
        ("München, Ring 5, 80331 München", "Ring 5 | 80331 | München | -", 0),
        ("Lindenweg 44, 04109, Leipzig", "Lindenweg 44 | 04109 | Leipzig | -", 0),
    ]);
}

#[test]
fn other_countries_have_other_orders() {
    hold(&[
        ("Stephansplatz 1, 1010 Wien", "Stephansplatz 1 | 1010 | Wien | -", 0),
        ("Stephansplatz 1, A-1010 Wien", "Stephansplatz 1 | 1010 | Wien | AT", 0),
        ("Rathausplatz 1, 3100 ST. PÖLTEN, Österreich", "Rathausplatz 1 | 3100 | ST. PÖLTEN | AT", 0),
        ("Rathausplatz 1, 3100 ST PÖLTEN", "Rathausplatz 1 | - | - | -", 1),
        ("Rathausplatz 1, 3100 ST PÖLTEN, AT", "Rathausplatz 1 | 3100 | ST PÖLTEN | AT", 0),
        ("Dorpsstraat 1, 8882 DE Hee", "Dorpsstraat 1 | 8882 DE | Hee | NL", 0),
        ("Dorpsstraat 1, Nes, 8494 CH", "Dorpsstraat 1 | 8494 CH | Nes | NL", 0),
        ("Bahnhofstrasse 1, CH-8001 Zürich", "Bahnhofstrasse 1 | 8001 | Zürich | CH", 0),
        ("Bahnhofstrasse 1, 8001 Zürich CH", "Bahnhofstrasse 1 | 8001 | Zürich | CH", 0),
        ("Bahnhofstrasse 1 8001 Zürich, Schweiz", "Bahnhofstrasse 1 | 8001 | Zürich | CH", 0),
        ("Bahnhofstrasse 1, Zürich 8001, Suisse", "Bahnhofstrasse 1 | 8001 | Zürich | CH", 0),
        ("Rue du Lac 3, 2502 Biel/Bienne, Suisse", "Rue du Lac 3 | 2502 | Biel/Bienne | CH", 0),
        ("Dorfstrasse 2, 4616 Kappel SO", "Dorfstrasse 2 | 4616 | Kappel SO | -", 0),
        ("Städtle 1, FL-9490 Vaduz", "Städtle 1 | 9490 | Vaduz | LI", 0),
        ("Damrak 1, 1012 LG, Amsterdam, NL", "Damrak 1 | 1012 LG | Amsterdam | NL", 0),
        ("Damrak 1, 1012LG AMSTERDAM", "Damrak 1 | 1012LG | AMSTERDAM | NL", 0),
        ("Damrak 1, NL-1012 LG Amsterdam", "Damrak 1 | 1012 LG | Amsterdam | NL", 0),
        ("Markt 1, 5211 JV 's-Hertogenbosch, Nederland", "Markt 1 | 5211 JV | 's-Hertogenbosch | NL", 0),
        ("Spui 70, 2511 BT Den Haag, The Netherlands", "Spui 70 | 2511 BT | Den Haag | NL", 0),
        ("Nørregade 1, 1165 København K, Danmark", "Nørregade 1 | 1165 | København K | DK", 0),
        ("Nørregade 1, DK-2100 København Ø", "Nørregade 1 | 2100 | København Ø | DK", 0),
        ("Hospitalsvej 2, 5000, Odense C, Danmark", "Hospitalsvej 2 | 5000 | Odense C | DK", 0),
        ("Nyvej 1234, 8000 Århus C", "Nyvej 1234 | 8000 | Århus C | -", 0),
        ("Drottninggatan 1, SE-111 22 Stockholm", "Drottninggatan 1 | 111 22 | Stockholm | SE", 0),
        ("Drottninggatan 1, 111 22 Stockholm, Sverige", "Drottninggatan 1 | 111 22 | Stockholm | SE", 0),
        ("Box 123, 101 23 Stockholm", "Box 123 | 101 23 | Stockholm | -", 0),
        ("Karl Johans gate 1, NO-0150 Oslo", "Karl Johans gate 1 | 0150 | Oslo | NO", 0),
        ("Karl Johans gate 1, 0154 Oslo, Norge", "Karl Johans gate 1 | 0154 | Oslo | NO", 0),
        ("Postboks 1234 Sentrum, 0150 Oslo", "Postboks 1234 Sentrum | 0150 | Oslo | -", 0),
        ("10 High Street, London, SW1A 1AA, United Kingdom", "10 High Street | SW1A 1AA | London | GB", 0),
        ("10 High Street, London SW1A 1AA", "10 High Street | SW1A 1AA | London | GB", 0),
        ("10 High Street, London SW1A 1AA United Kingdom", "10 High Street | SW1A 1AA | London | GB", 0),
        ("4 Harbour Street, BS1 5TY, Bristol, United Kingdom", "4 Harbour Street | BS1 5TY | Bristol | GB", 0),
        ("10 High Street, Guildford, Surrey, GU1 1AA", "10 High Street | GU1 1AA | Guildford | GB", 0),
        ("10 High Street, Guildford, Surrey GU1 1AA, UK", "10 High Street | GU1 1AA | Guildford | GB", 0),
        ("10 High Street, Guildford GU1 1AA, Surrey", "10 High Street | GU1 1AA | Guildford | GB", 0),
        ("Market Place, Stow-on-the-Wold, GL54 1AA, England", "Market Place | GL54 1AA | Stow-on-the-Wold | GB", 0),
    ]);
}

#[test]
fn a_line_without_a_postal_code_tells_what_is_certain() {
    hold(&[
        ("Dortmund", "- | - | Dortmund | -", 0),
        ("Zürich, Schweiz", "- | - | Zürich | CH", 0),
        ("London, United Kingdom", "- | - | London | GB", 0),
        ("Köln, NRW", "- | - | Köln | DE", 0),
        ("Köln (NRW)", "- | - | Köln | DE", 0),
        ("Berlin (Deutschland)", "- | - | Berlin | DE", 0),
        ("Dortmund, Marl, Herne", "- | - | Dortmund, Marl, Herne | -", 0),
        ("Dortmund, Marl; Herne, Deutschland", "- | - | Dortmund, Marl, Herne | DE", 0),
        ("Musterstraße 6, München, Deutschland", "Musterstraße 6 | - | München | DE", 0),
        ("Musterstraße 6", "Musterstraße 6 | - | - | -", 1),
        ("Musterstraße 6, München", "Musterstraße 6 | - | München | -", 0),
        ("Musterstraße 6, Hinterhaus", "Musterstraße 6 | - | - | -", 1),
        ("Deutschland", "- | - | - | DE", 1),
        ("Luxemburg", "- | - | - | LU", 1),
        ("Singapore", "- | - | - | SG", 1),
        ("Bayern", "- | - | - | DE", 1),
        ("", "- | - | - | -", 1),
        ("IT", "- | - | - | -", 1),
        ("Klinikum Musterstadt", "- | - | - | -", 1),
        ("Zürich Schweiz", "- | - | Zürich | CH", 0),
        ("Hauptstraße, Dortmund", "- | - | - | -", 1),
        ("Köln / Bonn", "- | - | - | -", 1),
        ("Homeoffice", "- | - | - | -", 1),
    ]);
}

#[test]
fn what_cannot_be_told_is_left_out_and_said() {
    hold(&[
        // a number of a house, a ward, a floor
        ("Haus 44137", "- | - | - | -", 1),
        ("Klinik Nord, Haus 44137, Dortmund", "- | - | - | -", 1),
        ("Hauptstraße 12345", "Hauptstraße 12345 | - | - | -", 1),
        ("Hauptstraße 12345, Berlin", "Hauptstraße 12345 | - | - | -", 1),
        ("Hauptstraße 12345 Berlin", "- | - | - | -", 1),
        ("Damhus 1234", "- | - | - | -", 1),
        ("Postfach 12345, Berlin", "- | - | - | -", 1),
        ("12345 Main Street", "- | - | - | -", 1),
        ("1848 Gartenhof, Wien", "- | - | - | -", 2),
        ("Nørregade, 1234, Odense", "- | - | - | -", 1),
        // what stands beside the postal code is no town
        ("Ring 1, 44137", "Ring 1 | 44137 | - | -", 1),
        ("Ring 1, 44137 Haus 12", "Ring 1 | 44137 | - | -", 1),
        ("Klinik Nord, 44137", "- | - | - | -", 1),
        ("Ring 1, 80331 Deutschland", "Ring 1 | 80331 | - | DE", 1),
        ("1234 Luxembourg, Luxembourg", "- | 1234 | Luxembourg | LU", 0),
        ("Ring 1, Bogenhausen, München, 80331", "Ring 1, Bogenhausen, München | 80331 | - | -", 1),
        ("Ring 1, München, 80331, Atlantis", "Ring 1, München | 80331 | - | -", 1),
        ("Rose Cottage, Bath, BA1 1AA", "Rose Cottage, Bath | BA1 1AA | - | GB", 1),
        // a country that nobody knows, or that may be something else
        ("Ring 1, 44137, Dortmund, Atlantis", "Ring 1 | 44137 | Dortmund | -", 1),
        ("Ring 1, 44137 Dortmund, Deutschlnad", "Ring 1 | 44137 | Dortmund | -", 1),
        ("Zürich, Schwaiz", "- | - | - | -", 2),
        ("Atlanta, Georgia", "- | - | Atlanta | -", 1),
        ("Los Angeles, CA", "- | - | Los Angeles | -", 1),
        ("Bundesplatz 1, 3011 Bern, BE", "Bundesplatz 1 | 3011 | Bern | -", 1),
        ("1 Main Street, Wilmington, DE 19801", "- | - | - | -", 1),
        ("1 Main Street, Denver, CO 80202", "- | - | - | -", 1),
        ("D-80331 München, Österreich", "- | - | München | -", 1),
        ("Deutschland, Österreich, Schweiz", "- | - | - | -", 2),
        ("Ring 1, 44137 Dortmund, AT", "Ring 1 | - | Dortmund | -", 1),
        // a postal code that is none
        ("Ring 1, 4413, Dortmund, Deutschland", "Ring 1 | - | Dortmund | DE", 1),
        ("Ring 1, 00000 Dortmund", "Ring 1 | - | Dortmund | -", 1),
        ("Ring 1, 123456, Dortmund", "Ring 1 | - | Dortmund | -", 1),
        ("Ring 1, 12345 Springfield, USA", "Ring 1 | - | Springfield | US", 1),
        ("Damrak 1, 1012 Amsterdam, Nederland", "Damrak 1 | - | Amsterdam | NL", 1),
        // two
        ("Ring 1, 44137 Dortmund, Ring 2, 80331 München", "- | - | - | -", 1),
        // no address
        ("80331 München, Tel. 089 12345", "- | 80331 | München | -", 1),
        ("48.137154, 11.576124", "- | - | - | -", 2),
        ("https://example.org/12345", "- | - | - | -", 2),
    ]);
}

#[test]
fn a_country_is_supposed_for_the_shape_alone() {
    for (line, home, right, gaps) in [
        ("Ring 1, 44137 Dortmund", "DE", "Ring 1 | 44137 | Dortmund | -", 0),
        ("Bahnhofstrasse 1 8001 Zürich", "CH", "Bahnhofstrasse 1 | 8001 | Zürich | -", 0),
        ("Ring 1, 8001 Zürich", "DE", "Ring 1 | - | Zürich | -", 1),
        ("Ring 1, 8001 Zürich, Schweiz", "DE", "Ring 1 | 8001 | Zürich | CH", 0),
        ("Damrak 1, 1012 LG Amsterdam", "DE", "Damrak 1 | 1012 LG | Amsterdam | NL", 0),
        ("Storgatan 1, 11122 Stockholm", "SE", "Storgatan 1 | 11122 | Stockholm | -", 0),
    ] {
        assert_eq!(told(line, Some(home)), (right.to_owned(), gaps), "{line}");
    }
    let elsewhere = read("Ring 1, 8001 Zürich", Some(CountryCode::DE), &CountryNames::default());
    assert!(elsewhere.hides_its_country());
    assert_eq!(elsewhere.gaps[0].to_string(), "the address names no country, and \"8001\" is no postal code of DE");
}

#[test]
fn names_of_our_own_go_first() {
    let ours: CountryNames = [("atlantis", CountryCode::DE)].into_iter().collect();
    let place = read("Ring 1, 44137 Dortmund, ATLANTIS", None, &ours);
    assert_eq!((place.country, place.gaps.len()), (Some(CountryCode::DE), 0));
}
