//! Words that the rules know, in the languages in which they look: English, German, French, Spanish,
//! Italian, Dutch, Portuguese, and a few others. All in small letters, parted by blanks.

/// Whether a list has this word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Endings of hosts that are no country's.
pub(super) const ENDINGS: &str = "\
    com org net edu gov mil int info biz name pro app dev page blog shop store online site \
    website tech xyz club live link cloud photos photo pics gallery social chat fans cam sex \
    adult dating date me io gg tv ly ai fm to cc ws eu onion example invalid";

/// Endings of hosts of countries where they are often used; some are words too.
pub(super) const COUNTRY_ENDINGS: &str = "\
    de uk fr es it nl be ch at pt pl cz dk se no fi ie us ca mx br ar cl au nz jp cn kr in id my \
    sg th vn ph tr gr ro hu bg hr si sk rs ua ru by lt lv ee il ae sa eg ma ng ke za co pe so is \
    lu li";

/// Names of platforms, and how they are shortened.
pub(super) const PLATFORMS: &str = "\
    instagram insta ig snapchat snap sc telegram tg whatsapp signal discord facebook fb twitter \
    tiktok tt kik skype onlyfans of reddit twitch youtube linkedin mastodon bluesky threads \
    tinder bumble grindr venmo cashapp paypal steam psn xbox wechat line viber username user \
    handle login nick nickname benutzername";

/// Words for what lets someone in.
pub(super) const PASSWORD_WORDS: &str = "\
    password passwort passcode passphrase kennwort pwd pw pin puk cvv cvc code wifi wlan key \
    schlüssel contraseña clave motdepasse senha wachtwoord";

/// Words for a payment card.
pub(super) const CARD_WORDS: &str = "\
    card visa mastercard amex debit credit maestro karte kreditkarte carte tarjeta carta kaart \
    cartão";

/// Words for an account.
pub(super) const ACCOUNT_WORDS: &str = "\
    account acct konto kontonummer kontonr kto iban compte cuenta conto rekening conta routing \
    blz sortcode aba clabe";

/// Words for the code of a bank.
pub(super) const CODE_WORDS: &str = "\
    bic swift";

/// Countries that have IBANs, each with the length of theirs.
pub(super) const ACCOUNT_LENGTHS: &str = "\
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 \
    IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 \
    MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 \
    SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// Words before a telephone number.
pub(super) const PHONE_WORDS: &str = "\
    tel telephone telefon telefonnummer téléphone tél teléfono telefono telefone telefoon phone \
    mobile mob cell cellphone call ring text sms whatsapp fax fon handy mobil mobiel móvil movil \
    celular cellulare portable portátil hotline nummer ruf rufnummer appelle bel ph llama \
    llámame chiama";

/// Calling codes of countries and services (ITU-T E.164).
pub(super) const CALLING_CODES: &str = "\
    1 20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 \
    237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 \
    261 262 263 264 265 266 267 268 269 27 290 291 297 298 299 30 31 32 33 34 350 351 352 353 \
    354 355 356 357 358 359 36 370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 \
    387 389 39 40 41 420 421 423 43 44 45 46 47 48 49 500 501 502 503 504 505 506 507 508 509 51 \
    52 53 54 55 56 57 58 590 591 592 593 594 595 596 597 598 599 60 61 62 63 64 65 66 670 672 \
    673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 7 800 808 81 82 \
    84 850 852 853 855 856 86 870 878 880 881 882 883 886 888 90 91 92 93 94 95 960 961 962 963 \
    964 965 966 967 968 970 971 972 973 974 975 976 977 979 98 992 993 994 995 996 998";

/// Words beside the day someone was born.
pub(super) const BIRTH_WORDS: &str = "\
    born birth birthday birthdate dob bday geboren geb geburtsdatum geburtstag né née naissance \
    anniversaire nacido nacida nacimiento cumpleaños nato nata nascita compleanno geboortedatum \
    nascimento født född födelsedatum urodzenia";

/// Names of months; their first three letters mean the same.
pub(super) const MONTHS: &str = "\
    january february march april may june july august september october november december januar \
    februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août \
    septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto \
    septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio \
    settembre ottobre dicembre januari februari maart mei augustus janeiro fevereiro março maio \
    junho julho setembro outubro novembro dezembro";

/// Words for documents whose number names a person, a thing or a parcel.
pub(super) const DOCUMENT_WORDS: &str = "\
    passport pass reisepass passeport pasaporte passaporto ausweis personalausweis ausweisnummer \
    identity id idno dni nie cpf licence license licencia permis führerschein ssn insurance nhs \
    versicherung versicherungsnummer tracking parcel shipment sendung sendungsnummer paket \
    paketnummer colis suivi envío booking reservation reference ref pnr ticket boarding invoice \
    rechnung rechnungsnummer facture factura order bestellung bestellnummer customer kunde \
    kunden kundennummer client patient member membership mitglied mitgliedsnummer policy student \
    matrikelnummer employee personnel personalnummer badge serial imei steuer tax tin vin case \
    aktenzeichen";

/// Words for a number, right before it.
pub(super) const NUMBER_WORDS: &str = "\
    no nr num número numéro numero";

/// Words for a number plate.
pub(super) const PLATE_WORDS: &str = "\
    plate plates registration reg kennzeichen nummernschild immatriculation plaque matrícula \
    matricula targa kenteken placa";

/// Words for a street that stand after its name.
pub(super) const STREETS_AFTER: &str = "\
    street st str road rd avenue ave lane ln drive dr boulevard blvd court ct crescent terrace \
    gardens grove parkway pkwy highway hwy alley mews square sq straße strasse weg platz allee \
    gasse ring damm ufer way close place row hill straat laan plein gata gatan vägen veien vej";

/// Words for a street that stand before its name.
pub(super) const STREETS_BEFORE: &str = "\
    rue avenue boulevard chemin allée impasse quai calle avenida plaza paseo camino via viale \
    piazza corso vicolo rua travessa praça ulica ul aleja straße am an unter";

/// Ends of words that are streets' names.
pub(super) const STREETS_END: &str = "\
    straße strasse str weg platz allee gasse damm ufer ring steig straat laan plein gracht kade \
    gatan vägen gata veien gade vej katu tie utca";

/// Words for a post box.
pub(super) const BOX_WORDS: &str = "\
    box postfach apartado postbus";

/// Words for a part of a house.
pub(super) const FLAT_WORDS: &str = "\
    apt apartment flat unit suite wohnung appartement piso interno";

/// States of the United States, as they stand before a postal code.
pub(super) const STATES: &str = "\
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ \
    NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY";

/// Words that greet.
pub(super) const GREETINGS: &str = "\
    hi hello hey hiya dear hallo moin servus liebe lieber geehrte geehrter bonjour salut cher \
    chère hola querido querida ciao caro cara olá hoi beste hej kære welcome congratulations \
    thanks danke merci gracias grazie";

/// Words that say farewell; what follows is who wrote.
pub(super) const FAREWELLS: &str = "\
    love regards sincerely yours best cheers xoxo xx kisses hugs grüße gruß grüßen liebste \
    bisous amitiés cordialement besos abrazos saludos baci saluti groetjes groeten";

/// What stands before a name, one row of words a line.
pub(super) const INTRODUCTIONS: &str = "\
    my name is\n\
    my name's\n\
    name is\n\
    i'm called\n\
    i am\n\
    i'm\n\
    i’m\n\
    this is\n\
    ich heiße\n\
    ich heisse\n\
    ich bin\n\
    mein name ist\n\
    je m'appelle\n\
    je m’appelle\n\
    me llamo\n\
    mi nombre es\n\
    mi chiamo\n\
    ik ben\n\
    ik heet\n\
    meu nome é";

/// Titles before a name.
pub(super) const TITLES: &str = "\
    mr mrs ms miss mx dr prof sir herr herrn frau mme mlle monsieur madame señor señora sr sra \
    signor signora mevrouw meneer";

/// Words on forms and cards before a name.
pub(super) const NAME_WORDS: &str = "\
    name names surname firstname lastname forename given vorname nachname familienname nom \
    prénom nombre apellido apellidos nome cognome naam passenger patient attn holder inhaber \
    titulaire empfänger recipient absender sender student employee";

/// Words that begin with a capital letter and follow greetings and the like, but are no names.
pub(super) const NOT_NAMES: &str = "\
    there all everyone everybody guys team again world and or the a an i i'm i’m you we he she \
    it they my your our his her sir madam mr mrs ms dr baby babe honey love dear is are was not \
    so how what when where who why please thanks thank good great just this that here to from \
    for of in on at by with back home happy sorry glad sure ready liebe lieber zusammen ich du \
    wir sie damen herren herr frau morning afternoon evening night monday tuesday wednesday \
    thursday friday saturday sunday tout toi vous je le la les street road avenue date number no \
    address phone email birth name first last surname given names mother father mum mom dad \
    kitty";

/// Given names that are usual in Europe and the Americas; without those that are words as well.
pub(super) const GIVEN_NAMES: &str = "\
    aaron abigail adam adrian agnes ahmed aisha alan albert alejandro alessandro alex alexander \
    alexandra alfred ali alice alicia alison amanda amelia amina amy ana anastasia andrea \
    andreas andrew angela anita anja ann anna anne annette annika anthony antoine antonio ashley \
    astrid barbara beatrice ben benjamin bernd birgit björn brandon brian bruno camille carl \
    carla carlos carmen carol caroline catherine charles charlotte chloe chris christian \
    christina christine christopher claire clara claudia colin cynthia daniel daniela david \
    deborah dennis diana diego dieter dirk donald dorothy edward elena elisabeth elizabeth ella \
    ellen emily emma eric erik erika eva evelyn fabian fatima felix fernando fiona florian \
    francesca francesco francis frank franziska frederik friedrich gabriel gabriele gary george \
    gerald gerhard giovanni giulia grace greta gregory günter hanna hannah hans harry heather \
    heike heinz helen helena helga henry ian ibrahim ines ingrid isabel isabella ivan jacob \
    jacqueline jakob james jan jane janet jasmin jason javier jean jeffrey jennifer jeremy \
    jessica joan joanna johann johanna johannes john jonas jonathan jorge josé josef joseph \
    joshua juan judith julia julian julie jürgen karen karin karl katharina katherine kathleen \
    katja kelly kenneth kevin kimberly klara klaus kristin lars laura lauren lea lena leo leon \
    leonie linda lisa louis louise luca lucas lucia lucy luis luisa lukas manfred manuel marco \
    margaret maria marie marina mario marion markus marta martha martin martina mary mateo \
    mathilde matteo matthew matthias max maximilian megan mehmet melanie melissa mia michael \
    michelle miguel mohamed mohammed monica monika muhammad nadine nancy natalia natalie nathan \
    nicholas nico nicola nicole niklas nina nora oliver olivia oscar pablo pamela patricia \
    patrick paul paula pedro peter petra philip philipp pierre rachel rafael rainer ralf raymond \
    rebecca renate ricardo richard robert roberto roger ronald ruth ryan sabine samantha samuel \
    sandra sara sarah scott sean sebastian sergio sharon silvia simon simone sofia sonja sophia \
    sophie stefan stefanie stephanie stephen steven susan susanne sven tanja teresa theresa \
    thomas tim timothy tobias tom torsten tyler uwe valentina vanessa vera veronica victor \
    victoria vincent walter werner wilhelm william wolfgang yasmin yusuf zoe";
