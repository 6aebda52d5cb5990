//! Texts, and what they say. All persons, numbers and places here are made up or reserved for
//! examples.

use super::*;
use proptest::prelude::*;

/// What is found, each with the passage itself.
fn found(text: &str) -> Vec<(Sensitive, &str)> {
    passages(text).into_iter().map(|passage| (passage.kind, &text[passage.place])).collect()
}

/// Each text says this, in the passage that stands after it.
fn assert_says(kind: Sensitive, texts: &[(&str, &str)]) {
    for (text, passage) in texts {
        let found = found(text);
        assert!(found.contains(&(kind, passage)), "{text:?} says {found:?}");
    }
}

/// None of the texts says this.
fn assert_does_not_say(kind: Sensitive, texts: &[&str]) {
    for text in texts {
        let found = found(text);
        assert!(found.iter().all(|(found, _)| *found != kind), "{text:?} says {found:?}");
    }
}

#[test]
fn mail_addresses_are_found_however_they_are_written() {
    assert_says(
        Sensitive::Email,
        &[
            ("write to anna.k+x@mail.example.org.", "anna.k+x@mail.example.org"),
            ("ANNA@EXAMPLE.COM", "ANNA@EXAMPLE.COM"),
            ("anna @ example.org", "anna @ example.org"),
            ("anna (at) example (dot) org", "anna (at) example (dot) org"),
            ("anna [at] example.org please", "anna [at] example.org"),
            ("anna AT example DOT org", "anna AT example DOT org"),
            ("anna@exampleorg", "anna@exampleorg"),
            ("jörg@müller.example", "jörg@müller.example"),
        ],
    );
    assert_does_not_say(Sensitive::Email, &["meet me at the dot", "see you @ home", "@anna", "a@"]);
}

#[test]
fn addresses_on_the_web_are_found() {
    assert_says(
        Sensitive::Link,
        &[
            ("see https://example.org/anna?x=1 now", "https://example.org/anna?x=1"),
            ("www.example.org", "www.example.org"),
            ("find me on example.com/anna.", "example.com/anna"),
            ("t.me/anna92", "t.me/anna92"),
            ("my-site.example.co.uk", "my-site.example.co.uk"),
        ],
    );
    assert_does_not_say(
        Sensitive::Link,
        &["done.So what", "e.g. this", "1.5.2", "yes...no", "v2.de"],
    );
}

#[test]
fn names_on_platforms_are_found() {
    assert_says(
        Sensitive::Handle,
        &[
            ("I am @anna_92!", "@anna_92"),
            ("insta: anna.k", "anna.k"),
            ("Snapchat - annak", "annak"),
            ("my discord is nothing, discord anna#1234", "anna#1234"),
            ("u/anna_k", "u/anna_k"),
            ("IG annak92", "annak92"),
        ],
    );
    assert_does_not_say(Sensitive::Handle, &["line of people", "the signal was lost", "3 of them"]);
}

#[test]
fn telephone_numbers_of_many_countries_are_found() {
    let numbers = [
        "+49 171 2345678",
        "+49 (0)30 901820",
        "0171 2345678",
        "0171/2345678",
        "030-901820",
        "01712345678",
        "0049 171 2345678",
        "+44 20 7946 0018",
        "020 7946 0018",
        "07700 900123",
        "(555) 234-5678",
        "555-234-5678",
        "555.234.5678",
        "1-800-555-0199",
        "+1 555 234 5678",
        "06 12 34 56 78",
        "+33 6 12 34 56 78",
        "612 345 678",
        "+34 612 345 678",
        "+39 06 1234567",
        "+31 6 12345678",
        "06-12345678",
        "+48 512 345 678",
        "+91 98765 43210",
        "+81 90-1234-5678",
        "+351 912 345 678",
        "+41 79 123 45 67",
        "079 123 45 67",
        "+45 12 34 56 78",
        "555-0199",
        "12 34 56 78",
        "5552345678",
    ];
    for number in numbers {
        let text = format!("Call me: {number}");
        assert_eq!(found(&text), [(Sensitive::Phone, number)], "{text}");
    }
    for number in &numbers[..28] {
        assert_eq!(found(number), [(Sensitive::Phone, *number)], "alone: {number}");
    }
    assert_says(
        Sensitive::Phone,
        &[("Tel. 45 67 89", "45 67 89"), ("Call 0171 2345678 12:30", "0171 2345678")],
    );
}

#[test]
fn other_numbers_are_no_telephone_numbers() {
    assert_does_not_say(
        Sensitive::Phone,
        &[
            "26.11.2026",
            "2026-11-26",
            "12/04/1990",
            "1.299.000",
            "192.168.0.1",
            "1234567",
            "12:30-14:45",
            "1080 x 1920",
            "room 12",
            "978-3-16-148410-0",
            "3.14159265",
            "2024 2025",
            "€ 1 299",
            "100 200",
        ],
    );
}

#[test]
fn cards_are_found_by_their_last_digit() {
    assert_says(
        Sensitive::Card,
        &[
            ("4111 1111 1111 1111", "4111 1111 1111 1111"),
            ("5555-5555-5555-4444", "5555-5555-5555-4444"),
            ("378282246310005", "378282246310005"),
            ("6011 1111 1111 1117 12/27", "6011 1111 1111 1117"),
            // One digit read wrong, but it says what it is.
            ("VISA 4111 1111 1111 1171", "4111 1111 1111 1171"),
        ],
    );
    assert_does_not_say(Sensitive::Card, &["4111 1111 1111 1112", "1234567890123456", "0000 0000"]);
}

#[test]
fn accounts_are_found_by_their_two_digits() {
    assert_says(
        Sensitive::Account,
        &[
            ("IBAN: DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
            ("GB82WEST12345698765432 thanks", "GB82WEST12345698765432"),
            ("NL91 ABNA 0417 1643 00", "NL91 ABNA 0417 1643 00"),
            // One digit read wrong.
            ("DE89 3704 0044 0532 0130 08", "DE89 3704 0044 0532 0130 08"),
            ("Kontonummer 532013000", "532013000"),
            ("Account: 12345678", "12345678"),
            ("BIC COBADEFFXXX", "COBADEFFXXX"),
        ],
    );
    assert_does_not_say(Sensitive::Account, &["DE 12 people", "ITEM 27", "account of it"]);
}

#[test]
fn days_of_birth_are_found() {
    assert_says(
        Sensitive::BirthDate,
        &[
            ("born 12.03.1990 in town", "12.03.1990"),
            ("DOB: 03/12/90", "03/12/90"),
            ("Date of birth\n12 MAR 1990", "12 MAR 1990"),
            ("geb. am 1.2.1985", "1.2.1985"),
            ("née le 12 mars 1990", "12 mars 1990"),
            ("My birthday is March 12th, 1990", "March 12th, 1990"),
            ("12.03.1990", "12.03.1990"),
            ("1990-03-12", "1990-03-12"),
            ("* 12.03.1990 in Köln", "12.03.1990"),
        ],
    );
    assert_does_not_say(
        Sensitive::BirthDate,
        &[
            "see you on 12.03.2026",
            "it was 12.03.1990 when we met there",
            "26.11.2026",
            "99/99/1990",
        ],
    );
}

#[test]
fn streets_and_towns_are_found() {
    assert_says(
        Sensitive::Address,
        &[
            ("I live at 12 Baker Street, London", "12 Baker Street"),
            ("221B Baker St.", "221B Baker St"),
            ("Ringstraße 12b", "Ringstraße 12b"),
            ("Lange Straße 7", "Lange Straße 7"),
            ("am Birkenweg 4", "Birkenweg 4"),
            ("12 rue de la Paix", "12 rue de la Paix"),
            ("Via Roma 5", "Via Roma 5"),
            ("Calle Mayor, 3", "Calle Mayor, 3"),
            ("Kerkstraat 18", "Kerkstraat 18"),
            ("50667 Köln", "50667 Köln"),
            ("London SW1A 1AA", "SW1A 1AA"),
            ("Springfield, IL 62704", "IL 62704"),
            ("1012 AB Amsterdam", "1012 AB"),
            ("Apt 4B", "Apt 4B"),
            ("PO Box 1201", "Box 1201"),
            ("52.5200, 13.4050", "52.5200, 13.4050"),
            ("BAKER STREET", "BAKER STREET"),
        ],
    );
    assert_does_not_say(
        Sensitive::Address,
        &[
            "on the road again",
            "way too much",
            "I drive home",
            "2024 Olympics",
            "call me at 12",
            "a via b",
        ],
    );
}

#[test]
fn plates_are_found() {
    assert_says(
        Sensitive::Plate,
        &[
            ("AD799 KB", "AD799 KB"),
            ("KRW 301", "KRW 301"),
            ("5AU 5341", "5AU 5341"),
            ("my car is B-AB 1234", "B-AB 1234"),
            ("parked, AB12 CDE, blue", "AB12 CDE"),
            ("AA-123-AA", "AA-123-AA"),
            ("Kennzeichen KA XY 99", "KA XY 99"),
        ],
    );
    assert_does_not_say(
        Sensitive::Plate,
        &["10:30 PM", "1200 KG", "NO PARKING", "12345", "MP3", "Room 12"],
    );
}

#[test]
fn names_are_found_in_greetings_farewells_forms_and_badges() {
    assert_says(
        Sensitive::Name,
        &[
            ("Hi Anna, how are you", "Anna"),
            ("Hey Zephyrine!", "Zephyrine"),
            ("HELLO MY NAME IS\nZephyrine", "Zephyrine"),
            ("Liebe Frau Müller", "Müller"),
            ("Dr. Grace Hopper", "Grace Hopper"),
            ("GRACE HOPPER", "GRACE HOPPER"),
            ("Name: Zephyrine Quill", "Zephyrine Quill"),
            ("Surname\nQUILL", "QUILL"),
            ("see you soon\nLove, Zephyrine", "Zephyrine"),
            ("I'm Anna Schmidt", "Anna Schmidt"),
            ("Anna", "Anna"),
        ],
    );
    assert_does_not_say(
        Sensitive::Name,
        &["Hello World", "Hi there", "DOUBLE PARKING PROHIBITED", "I'm Sorry", "hello anna's cat"],
    );
}

#[test]
fn documents_and_parcels_are_found() {
    assert_says(
        Sensitive::Document,
        &[
            ("Passport No. C01X00T47", "C01X00T47"),
            ("SSN 123-45-6789", "123-45-6789"),
            ("Tracking 1Z999AA10123456784", "1Z999AA10123456784"),
            ("RR123456785DE", "RR123456785DE"),
            ("Kundennummer: 4711815", "4711815"),
            ("QQ 12 34 56 C", "QQ 12 34 56 C"),
            ("WVWZZZ1JZXW000001", "WVWZZZ1JZXW000001"),
            (
                "IDD<<T220001293<<<<<<<<<<<<<<<\n6408125<2010315D<<<<<<<<<<<<<4",
                "IDD<<T220001293<<<<<<<<<<<<<<<",
            ),
        ],
    );
    assert_does_not_say(Sensitive::Document, &["no 12", "the pass is open", "order of 3 things"]);
}

#[test]
fn passwords_are_found() {
    assert_says(
        Sensitive::Password,
        &[
            ("WiFi: sunny-Day7", "sunny-Day7"),
            ("Passwort = geheim12.", "geheim12"),
            ("PIN 4711", "4711"),
            ("WIFI:T:WPA;S:home;P:sunny;;", "WIFI:T:WPA;S:home;P:sunny;;"),
        ],
    );
    assert_does_not_say(Sensitive::Password, &["the key is here", "code of honour", "pin it"]);
}

#[test]
fn plain_sentences_say_nothing() {
    for text in [
        "",
        "See you tonight, I can't wait!",
        "The weather was lovely, 23 degrees and no wind.",
        "We had 2 pizzas for 18.50 at 7 pm.",
        "DOUBLE PARKING PROHIBITED",
        "copy centre",
        "problems whose solutions are still active research topics. Wherever possible, I encourage",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_taken_and_passages_lie_in_it(text in "\\PC{0,60}|[ -~\\n]{0,80}|[0-9 ()+./@-]{0,60}") {
        let mut end = 0;
        for passage in passages(&text) {
            prop_assert!(passage.place.start >= end);
            prop_assert!(text.get(passage.place.clone()).is_some_and(|part| !part.is_empty()));
            end = passage.place.end;
        }
    }
}
