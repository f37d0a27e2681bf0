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
pub(super) const OTHER_ENDS: &str = "abteilung gebäude geschoss hospital klinik klinikum krankenhaus heimwerk sygehus sykehus sjukhus sjukhuset spital \
    ziekenhuis zentrum centrum institut praxis station hinterhaus vorderhaus ärztehaus seitenflügel haupthaus \
    stiftung verwaltung werkstatt schule akademie";

/// Words of departments, of work and of people, which no town is called: `Innere Medizin`, `Nach Vereinbarung`, `Frau Muster`.
pub(super) const WORK_WORDS: &str = "ambulanz anzeige arbeiten arzt assistenzarzt aushilfe ausbildung außendienst ausschreibung befristet \
    bereitschaft betreuung bewerbung chirurgie dezernat dienst dienstsitz direktion dr dr. einsatzort einsatzorte fachbereich \
    familie festanstellung filiale flexibel fr. frau fru geriatrie geschäftsstelle geschäftsbereich gynäkologie hauptsitz \
    hauptstandort hbf herr herren herrn hinterhof hr. homecare innendienst innere intensivmedizin intensivpflege kantine \
    kardiologie kreißsaal küche labor leitung medizin minijob mobil mobiles möglich mr mr. mrs mrs. ms ms. nachtdienst nach \
    neurologie neonatologie notaufnahme notdienst nähe onkologie orthopädie parkplatz pathologie pension personalwesen \
    pflegebereich pflegedirektion pflegedienstleitung pforte prof prof. psychiatrie pädiatrie radiologie reha rehabilitation \
    rettungsdienst schichtdienst sekretariat senioren siehe stelle stellenanzeige tagesklinik teilzeit telearbeit therapie \
    umgebung unbefristet unfallchirurgie urologie vereinbarung verhandelbar vertrieb verwaltungssitz vollzeit werkstatt \
    werkstudent zentraler zentral öpnv überall dermatologie anästhesie hno mkg its intensivstation wochenende emergency \
    cardiology surgery nursing psychiatry radiology department parttime fulltime part-time full-time vacancy freelance \
    afdeling cardiologie chirurgische spoedeisende spoed fulltime deeltijd voltijd thuiswerken vestiging hoofdkantoor mevrouw \
    dhr dhr. mw mw. afdelingen afdelning avdeling kardiologi medicinsk afsnit deltid fuldtid heltid hjemmearbejde \
    hovedkontor psykiatri akutmodtagelse kirurgi parkering";

/// Ends of such words: `Intensivstation`, `Kinderheilkunde`, `Palliativmedizin`.
pub(super) const WORK_ENDS: &str = "ologie ologi medizin heilkunde chirurgie therapie psychiatrie abteilung ambulanz aufnahme dienststelle \
    geschäftsstelle standort zeit arbeit station";

/// Words of districts and regions, which stand behind a town, or instead of one: `Innenstadt`, `Landkreis Northeim`.
pub(super) const DISTRICT_WORDS: &str = "altstadt bezirk bereich börde deutschland europa eu gebiet großraum hafen innenstadt kernstadt kreis \
    landkreis lk metropolregion nordsee ostsee provinz raum region regierungsbezirk \
    ruhrgebiet schwaben stadtgebiet stadtmitte stadtteil umkreis umland vorpommern westf. \
    westf westfalen zentrum obb obb. ndb ndb. opf opf. ofr. ufr. mfr. ostfriesland nordfriesland emsland sauerland münsterland \
    allgäu schwarzwald bodensee eifel hunsrück harz rheinland main-kinzig-kreis kanton bundesland land centrum \
    downtown area county district";

/// Districts that are but a direction, and where they are all that a part says: East Grinstead is a town.
pub(super) const DIRECTIONS: &str =
    "mitte nord süd ost west nordost nordwest südost südwest noord zuid oost north south east centre";

/// First words of regions, right behind a postal code too.
pub(super) const REGION_BEGINS: &str = "kreis landkreis lk region metropolregion raum großraum bezirk";

/// Ends of such words: `Rhein-Main-Gebiet`, `Ortenaukreis`, `Oberfranken`.
pub(super) const REGION_ENDS: &str = "gebiet kreis region innenstadt altstadt";

/// Begins of those that end like a land: `Norddeutschland`, `Oberbayern`, `Vorderpfalz`.
pub(super) const DISTRICT_BEGINS: &str =
    "nord süd ost west mittel ober unter nieder vorder südwest nordwest nordost südost";

/// First words of towns of several words: `Bad Homburg`, `St. Gallen`, `New York`. Other two names may be a person.
pub(super) const NAME_BEGINS: &str = "alt alphen bad bergisch burg château deutsch den die dillingen freie groß gross great hann. hansestadt het high \
    hohen hohe høje israel klein kirchheim kloster königs la las le les lille little los lower lutherstadt markt mont much neu \
    new nieder nordre north nova nørre nya ober old porta rio royal saint saint- san sankt santa schloß schwäbisch sint south \
    st st. stadt stary store stora sønder märkisch unter upper great vester wendisch west east øster österreichisch milton king \
    stratford newcastle baden buenos hong cape kuala são tel abu";
