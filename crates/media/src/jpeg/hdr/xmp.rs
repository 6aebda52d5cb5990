//! How a gain map is used, as XMP says it: read as numbers, written in one form.

use core::fmt::Write;

/// Adobe's namespace, which Google's Ultra HDR uses too.
const GAIN_NAMESPACE: &str = "http://ns.adobe.com/hdr-gain-map/1.0/";
const APPLE_NAMESPACE: &str = "http://ns.apple.com/HDRGainMap/1.0/";

/// Apple's mark of a gain map among other helping pictures.
const APPLE_KIND: &str = "urn:com:apple:photo:2020:aux:hdrgainmap";

/// Larger numbers mean nothing here.
const NUMBER_MAX: f32 = 1e6;

/// Whether a packet announces a gain map.
pub(crate) fn speaks_of_gain(packet: &[u8]) -> bool {
    packet.windows(GAIN_NAMESPACE.len()).any(|window| window == GAIN_NAMESPACE.as_bytes())
}

/// Numbers for red, green and blue; all the same if the packet has one.
type Channels = [f32; 3];

/// Adobe's numbers.
pub(crate) struct Gain {
    base_is_hdr: bool,
    /// By name, in the order in which they are written.
    numbers: [(&'static str, Channels); 7],
}

/// Their names, and what each is when it is not said.
const NUMBERS: [(&str, Option<f32>); 7] = [
    ("GainMapMin", Some(0.0)),
    ("GainMapMax", None),
    ("Gamma", Some(1.0)),
    ("OffsetSDR", Some(0.015_625)),
    ("OffsetHDR", Some(0.015_625)),
    ("HDRCapacityMin", Some(0.0)),
    ("HDRCapacityMax", None),
];

impl Gain {
    /// `None` if the packet does not say what must be said, or something that is no number.
    pub(crate) fn from_packet(packet: &str) -> Option<Self> {
        if !packet.contains(GAIN_NAMESPACE) {
            return None;
        }
        let mut numbers = [("", [0.0; 3]); 7];
        for (slot, (name, usual)) in numbers.iter_mut().zip(NUMBERS) {
            let value = match text_of(packet, &format!("hdrgm:{name}")) {
                Some(text) => channels(&text)?,
                None => [usual?; 3],
            };
            *slot = (name, value);
        }
        let base = text_of(packet, "hdrgm:BaseRenditionIsHDR");
        let base_is_hdr = base.is_some_and(|text| text.trim().eq_ignore_ascii_case("true"));
        Some(Self { base_is_hdr, numbers })
    }

    pub(crate) fn packet(&self) -> String {
        let base = if self.base_is_hdr { "True" } else { "False" };
        let mut attributes = format!(" hdrgm:Version=\"1.0\" hdrgm:BaseRenditionIsHDR=\"{base}\"");
        let mut lists = String::new();
        for (name, [red, green, blue]) in self.numbers {
            // Writing to a string cannot fail.
            let _ = if red == green && green == blue {
                write!(attributes, " hdrgm:{name}=\"{red}\"")
            } else {
                let items = format!(
                    "<rdf:li>{red}</rdf:li><rdf:li>{green}</rdf:li><rdf:li>{blue}</rdf:li>"
                );
                write!(lists, "<hdrgm:{name}><rdf:Seq>{items}</rdf:Seq></hdrgm:{name}>")
            };
        }
        wrapped(&format!(" xmlns:hdrgm=\"{GAIN_NAMESPACE}\"{attributes}"), &lists)
    }
}

/// Apple's numbers.
pub(crate) struct AppleGain {
    version: u32,
    headroom: f32,
}

impl AppleGain {
    /// `None` if the packet does not say how bright: then only the maker's notes do.
    pub(crate) fn from_packet(packet: &str) -> Option<Self> {
        if !packet.contains(APPLE_NAMESPACE) || !packet.contains(APPLE_KIND) {
            return None;
        }
        let version = text_of(packet, "HDRGainMap:HDRGainMapVersion")?.trim().parse().ok()?;
        let headroom = number(&text_of(packet, "HDRGainMap:HDRGainMapHeadroom")?)?;
        Some(Self { version, headroom })
    }

    pub(crate) fn packet(&self) -> String {
        let namespaces = format!(
            " xmlns:apdi=\"http://ns.apple.com/pixeldatainfo/1.0/\" xmlns:HDRGainMap=\"{APPLE_NAMESPACE}\""
        );
        let Self { version, headroom } = self;
        let body = format!(
            "<apdi:AuxiliaryImageType>{APPLE_KIND}</apdi:AuxiliaryImageType>\
             <HDRGainMap:HDRGainMapVersion>{version}</HDRGainMap:HDRGainMapVersion>\
             <HDRGainMap:HDRGainMapHeadroom>{headroom}</HDRGainMap:HDRGainMapHeadroom>"
        );
        wrapped(&namespaces, &body)
    }
}

/// What the first picture says: that a gain map of so many bytes follows.
pub(crate) fn directory(gain_map_bytes: usize) -> String {
    let namespaces = format!(
        " xmlns:Container=\"http://ns.google.com/photos/1.0/container/\" \
         xmlns:Item=\"http://ns.google.com/photos/1.0/container/item/\" \
         xmlns:hdrgm=\"{GAIN_NAMESPACE}\" hdrgm:Version=\"1.0\""
    );
    let item = |attributes: &str| {
        format!("<rdf:li rdf:parseType=\"Resource\"><Container:Item {attributes}/></rdf:li>")
    };
    let first = item("Item:Semantic=\"Primary\" Item:Mime=\"image/jpeg\"");
    let second = item(&format!(
        "Item:Semantic=\"GainMap\" Item:Mime=\"image/jpeg\" Item:Length=\"{gain_map_bytes}\""
    ));
    let body =
        format!("<Container:Directory><rdf:Seq>{first}{second}</rdf:Seq></Container:Directory>");
    wrapped(&namespaces, &body)
}

fn wrapped(attributes: &str, body: &str) -> String {
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\"{attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
}

/// What a property says, as attribute or element; of lists, the items with blanks between them.
fn text_of(packet: &str, name: &str) -> Option<String> {
    for (at, _) in packet.match_indices(name).take(64) {
        let rest = &packet[at + name.len()..];
        if let Some(quote) = rest.strip_prefix('=').and_then(|rest| rest.chars().next()) {
            if quote == '"' || quote == '\'' {
                return rest[2..].split(quote).next().map(str::to_owned);
            }
        } else if rest.starts_with(['>', ' ']) && packet[..at].ends_with('<') {
            let body = rest.split_once('>')?.1;
            let body = body.split(&format!("</{name}>")).next()?;
            let pieces = body.split('<').map(|piece| piece.split_once('>').map_or(piece, |p| p.1));
            return Some(pieces.collect::<Vec<_>>().join(" "));
        }
    }
    None
}

fn number(text: &str) -> Option<f32> {
    let value: f32 = text.trim().parse().ok()?;
    // Adding zero makes a negative zero a plain one.
    (value.is_finite() && value.abs() <= NUMBER_MAX).then_some(value + 0.0)
}

fn channels(text: &str) -> Option<Channels> {
    let numbers: Vec<f32> = text.split_ascii_whitespace().map(number).collect::<Option<_>>()?;
    match numbers[..] {
        [all] => Some([all; 3]),
        [red, green, blue] => Some([red, green, blue]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &str = "<rdf:Description xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" \
        hdrgm:Version=\"1.0\" hdrgm:HDRCapacityMax=\"1.30\" hdrgm:Who='me'>\
        <hdrgm:GainMapMax><rdf:Seq> <rdf:li>1.5</rdf:li>\n<rdf:li>1.25</rdf:li><rdf:li>-0</rdf:li>\
        </rdf:Seq></hdrgm:GainMapMax><hdrgm:Gamma>0.50</hdrgm:Gamma></rdf:Description>";

    #[test]
    fn only_numbers_come_through_and_in_one_form() {
        let packet = Gain::from_packet(LISTS).unwrap().packet();
        assert!(
            packet.contains("hdrgm:HDRCapacityMax=\"1.3\"")
                && packet.contains("hdrgm:Gamma=\"0.5\"")
        );
        assert!(
            packet.contains("<rdf:li>1.25</rdf:li><rdf:li>0</rdf:li>") && !packet.contains("me'")
        );
        assert_eq!(Gain::from_packet(&packet).unwrap().packet(), packet);
    }

    #[test]
    fn packets_that_say_too_little_or_no_numbers_are_not_understood() {
        assert!(Gain::from_packet(&LISTS.replace("HDRCapacityMax", "Other")).is_none());
        assert!(Gain::from_packet(&LISTS.replace("1.25", "NaN")).is_none());
        assert!(Gain::from_packet(&LISTS.replace("1.25", "a name")).is_none());
        assert!(AppleGain::from_packet(LISTS).is_none());
    }

    #[test]
    fn apples_headroom_reads_back() {
        let packet = AppleGain { version: 131_072, headroom: 4.532_783 }.packet();
        assert_eq!(AppleGain::from_packet(&packet).unwrap().packet(), packet);
    }
}
