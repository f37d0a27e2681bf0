//! Words by which streets and other things are told from towns, with blanks between them, in small letters.

/// Ends of streets, in one word with the name: `Olgastraße`, `Nørregade`.
pub(super) const STREET_ENDS: &str = "straße strasse strase str. str gasse weg platz allee ufer chaussee promenade steig gade vej vejen stræde plads \
    alle allé gata gatan vägen väg gränd torget veien vegen veg vei straat laan plein gracht kade singel steeg";

/// Words that make a street wherever they stand.
pub(super) const STREET_WORDS: &str = "straße strasse str. str weg platz allee gasse damm ufer ring chaussee street road rd rd. lane avenue ave ave. \
    drive crescent boulevard place square terrace mews rue chemin via piazza straat laan plein allé alle gade vej \
    gata gatan vägen plads";

/// First words of streets, where no number follows: `Am Anger`.
pub(super) const STREET_BEGINS: &str = "am an auf im in zum zur bei beim hinter unter vor";

/// Words that no town is called, of houses, departments, companies and letters.
pub(super) const OTHER_WORDS: &str = "ab abt abteilung ag aps as aufgang bau bereich block boks box building bundesweit b.v. bv c/o campus center \
    centre centrum co company department deutschlandweit dept diverse e.v. eg eingang empfang entrance erdgeschoss \
    etage ev firma flat floor freie gebäude gmbh ggmbh gruppe haus heim holding home homeoffice hospital hotel \
    house hus huset hybrid inc institut institute kg kita klinik kliniken klinikum klinikken krankenhaus llc ltd \
    mbh mehrere mvz n.v. nhs nv office og optional ohg personalabteilung pflege pflegedienst pflegeheim plc \
    postboks postbox postbus postfach po p.o. praxis raum remote residenz room schule school seniorenheim \
    seniorenzentrum sonstige standort standorte station stiftung stock suite sygehus sykehus sjukhus tor trust uni \
    unit universität university verschiedene verwaltung ward werk wohnheim ziekenhuis zentrale zentrum zimmer \
    z.hd. europa europe eu emea worldwide weltweit international online unbekannt unknown n/a null none test tba \
    tbd";

/// What stands between two towns. In capitals it may be a river: Frankfurt (Oder).
pub(super) const CONJUNCTIONS: &str = "and oder og och or sowie und";

/// Ends of such words, in one word with another one: `Marienhospital`.
pub(super) const OTHER_ENDS: &str = "abteilung gebäude geschoss hospital klinik klinikum krankenhaus heimwerk sygehus sykehus sjukhus sjukhuset \
    ziekenhuis zentrum centrum institut praxis station hinterhaus vorderhaus ärztehaus seitenflügel haupthaus \
    stiftung verwaltung werkstatt schule akademie";
