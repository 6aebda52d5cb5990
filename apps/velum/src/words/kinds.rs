//! Every kind of finding in plain words: its name in a list, what it is, why it matters, and what
//! cleaning does with it.

use media::FindingKind;

/// A kind, explained.
pub(crate) struct Explanation {
    /// Its name for programs.
    pub(crate) id: &'static str,
    /// How it is called in a list.
    pub(crate) subject: &'static str,
    pub(crate) what: &'static str,
    pub(crate) why: &'static str,
    pub(crate) cleaning: &'static str,
}

/// All of them, what matters most first.
pub(crate) fn all() -> impl Iterator<Item = Explanation> {
    FindingKind::ALL.iter().map(|kind| {
        let [subject, what, why, cleaning] = words(*kind);
        Explanation { id: kind.id(), subject, what, why, cleaning }
    })
}

/// How a kind is called in a list.
pub(crate) fn subject(kind: FindingKind) -> &'static str {
    words(kind)[0]
}

/// Subject, what it is, why it matters, what cleaning does.
type Words = [&'static str; 4];

fn words(kind: FindingKind) -> Words {
    about_people(kind)
        .or_else(|| about_pictures(kind))
        .or_else(|| about_making(kind))
        .or_else(|| about_the_file(kind))
        .unwrap_or([
            "Something else",
            "Something in the file beside its picture.",
            "It may say more than you want.",
            "A clean copy does not have it.",
        ])
}

fn about_people(kind: FindingKind) -> Option<Words> {
    Some(match kind {
        FindingKind::Place => [
            "Where it was taken",
            "The exact position, from satellites: often good to a few metres, sometimes with height and the direction of view.",
            "It can show where you live, work or were that day, to anyone who gets the file.",
            "A clean copy does not have it.",
        ],
        FindingKind::Telemetry => [
            "Where the camera was and how it moved, all the time",
            "Positions from satellites, turns and speeds, many times a second, beside the pictures.",
            "It can draw the whole way on a map, to anyone who gets the file.",
            "A clean copy does not have it.",
        ],
        FindingKind::Time => [
            "When it was taken or changed",
            "The date and time, to the second, often with the time zone.",
            "It tells when you were where, and can tie photos of one evening together.",
            "A clean copy does not have it; its own date is 1 January 1980.",
        ],
        FindingKind::Person => [
            "A name",
            "The name of an owner, artist or copyright holder, as a camera or program has it stored.",
            "It can be your full name, although you never typed it into this photo.",
            "A clean copy does not have it.",
        ],
        FindingKind::Serial => [
            "A serial number of the camera or lens",
            "A number that only this one camera or lens has.",
            "It ties this photo to every other photo from the same device, also to those under your name.",
            "A clean copy does not have it.",
        ],
        FindingKind::Device => [
            "Camera, phone or lens",
            "Make and model of what took the photo.",
            "Few people in a group have the same device, so it narrows down who took it.",
            "A clean copy does not have it.",
        ],
        FindingKind::Identifier => [
            "A number that names this one file",
            "A number given to the photo, the document or the original, the same in every copy.",
            "Whoever finds two files with one number knows that they belong together, even if one is edited.",
            "A clean copy does not have it.",
        ],
        _ => return None,
    })
}

fn about_pictures(kind: FindingKind) -> Option<Words> {
    Some(match kind {
        FindingKind::Thumbnail => [
            "A small copy of the picture",
            "A little picture for lists, made when the photo was taken or saved.",
            "Some programs forget it when you crop or cover something: then it still shows what you took away.",
            "A clean copy does not have it. velum check --pictures DIR lets you look at it first.",
        ],
        FindingKind::OtherPicture => [
            "Another picture inside the file",
            "A second picture: a preview, a second camera's view, a depth map, the photo before it was edited.",
            "It can show more than the photo does, or the face that you covered.",
            "A clean copy does not have it. velum check --pictures DIR lets you look at it first.",
        ],
        FindingKind::GainMap => [
            "A second picture for bright screens",
            "It says which parts of the photo shine brighter on HDR screens.",
            "It shows the same scene, and sometimes more than an edited photo; it can hold metadata of its own.",
            "A clean copy does not have it; with --keep-hdr it is made anew from its picture alone.",
        ],
        FindingKind::DepthMap => [
            "A map of how far away everything is",
            "A second picture in which brightness means distance.",
            "It shows the room and the shapes in it, also behind what you covered or blurred.",
            "A clean copy does not have it.",
        ],
        FindingKind::CroppedPixels => [
            "Parts of the picture outside its frame",
            "The picture that is stored is larger than the one that viewers show.",
            "Whoever lifts the frame sees what was cut away.",
            "They stay in a plain clean copy, because they are coded together with the rest. --resave, \
             where it can draw the picture, takes them out.",
        ],
        FindingKind::Clip => [
            "A short video recorded with the photo",
            "A second or two of moving picture, mostly with sound, from around the moment of the photo.",
            "It shows and lets hear what the photo does not: who else was there, what was said.",
            "A clean copy does not have it.",
        ],
        FindingKind::HiddenFrame => [
            "A first picture that animation hides",
            "A still picture that only programs without animation show.",
            "It may show something else than the animation.",
            "It stays, because it is what some people see. Save the animation anew if you do not want it.",
        ],
        FindingKind::HiddenColours => [
            "Colours under transparent pixels",
            "Transparent places have a colour, too, and it can be a picture.",
            "Whoever takes the transparency away sees what was cut out.",
            "They stay in a plain clean copy, because taking them out would change the picture's samples. --resave takes them out.",
        ],
        _ => return None,
    })
}

fn about_making(kind: FindingKind) -> Option<Words> {
    Some(match kind {
        FindingKind::Description => [
            "A title, caption or keywords",
            "Words that you, a program or face recognition wrote to the photo.",
            "They can name people and places.",
            "A clean copy does not have them.",
        ],
        FindingKind::Comment => [
            "A comment",
            "A free text in the file.",
            "It can hold anything, from a camera's settings to a message.",
            "A clean copy does not have it.",
        ],
        FindingKind::Prompt => [
            "What an image generator was told",
            "The words and settings a picture was generated from.",
            "They tell how it was made, and can hold names and ideas of yours.",
            "A clean copy does not have them.",
        ],
        FindingKind::Provenance => [
            "A signed history of the picture",
            "Content Credentials: who made and changed the picture with which program, signed.",
            "It can name you and your device, and link to a register that can be searched.",
            "A clean copy does not have it. A register may know the picture all the same.",
        ],
        FindingKind::Software => [
            "The program that wrote it",
            "Name and version of an app, a camera's firmware or an editor.",
            "It tells how the photo was treated, and narrows down who did it.",
            "A clean copy does not have it.",
        ],
        FindingKind::MakerNotes => [
            "The camera maker's own notes",
            "Data in a form that only the maker knows in full: often serial numbers, counters, faces found, temperatures.",
            "Nobody outside can say all that is in there.",
            "A clean copy does not have them.",
        ],
        FindingKind::CameraSettings => [
            "How the camera was set",
            "Exposure, flash, zoom and the like.",
            "Together with other photos it can tell the device and the place in a room.",
            "A clean copy does not have it, except for the turn that viewers need.",
        ],
        _ => return None,
    })
}

fn about_the_file(kind: FindingKind) -> Option<Words> {
    Some(match kind {
        FindingKind::OtherMetadata => [
            "Other metadata",
            "Entries that fit none of the other kinds.",
            "They mostly say little, and sometimes more than one thinks.",
            "A clean copy does not have them.",
        ],
        FindingKind::ColourProfile => [
            "A colour profile with its own texts and dates",
            "What the numbers in the picture mean as colours, with texts, a date and sometimes a serial number of the screen.",
            "The colours are needed; the texts can tell the device or the program.",
            "A clean copy has the same colours, written without texts, dates and numbers.",
        ],
        FindingKind::UnknownData => [
            "Data that only some program understands",
            "A part of the file that no standard describes.",
            "Nobody can say what is in it.",
            "A clean copy does not have it.",
        ],
        FindingKind::TrailingData => [
            "Data after the end of the picture",
            "Bytes after the point where every viewer stops reading.",
            "Phones put whole videos there, and other programs anything at all.",
            "A clean copy ends where the picture ends.",
        ],
        FindingKind::LooseData => [
            "Data between the parts of the file",
            "Bytes in gaps that viewers skip, or left over from an edit.",
            "It can be remains of an earlier version of the picture.",
            "A clean copy has no gaps.",
        ],
        FindingKind::UnusedTable => [
            "A table that the picture does not use",
            "A decoding table that nothing in the picture needs.",
            "It can tell the program that wrote the file, or carry a mark.",
            "A clean copy does not have it.",
        ],
        FindingKind::QuantTables => [
            "Compression tables that few cameras or programs use",
            "They say how coarsely each detail of the picture was stored.",
            "Together with the size they can point to one model or program.",
            "They are part of the picture and stay; only saving it anew changes them.",
        ],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_explained_in_whole_sentences() {
        for kind in all() {
            assert_ne!(kind.subject, "Something else", "{}", kind.id);
            for part in [kind.what, kind.why, kind.cleaning] {
                assert!(part.ends_with('.') && part.len() > 20, "{}: {part}", kind.id);
            }
        }
    }
}
