//! PNG text chunks: plain, packed, international, and Exif spelt out in hexadecimal.

use std::borrow::Cow;

use crate::finding::FindingKind;
use crate::limits::Limits;
use crate::png::reader::Chunk;
use crate::png::zlib::unpack;

pub(super) const XMP_KEYWORD: &[u8] = b"XML:com.adobe.xmp";

/// A keyword and its text.
pub(super) struct Text<'a> {
    pub(super) keyword: &'a [u8],
    pub(super) value: Cow<'a, [u8]>,
}

/// Reads a text chunk; `None` if it is none or broken.
pub(super) fn read<'a>(bytes: &'a [u8], chunk: &Chunk, limits: &Limits) -> Option<Text<'a>> {
    if !matches!(&chunk.name, b"tEXt" | b"zTXt" | b"iTXt") {
        return None;
    }
    let (keyword, rest) = cut(bytes.get(chunk.data.clone())?)?;
    let unpacked = |data| unpack(data, limits.metadata_bytes_max).map(Cow::Owned);
    let value = match &chunk.name {
        b"tEXt" => Cow::Borrowed(rest),
        b"zTXt" => unpacked(rest.get(1..)?)?,
        _ => {
            let [is_packed, _method, rest @ ..] = rest else { return None };
            let (_language, rest) = cut(rest)?;
            let (_translated, rest) = cut(rest)?;
            if *is_packed == 1 { unpacked(rest)? } else { Cow::Borrowed(rest) }
        }
    };
    Some(Text { keyword, value })
}

/// Splits at the first zero byte.
fn cut(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|byte| *byte == 0)?;
    Some((&data[..end], &data[end + 1..]))
}

/// The bytes of a raw profile: a line break, its kind, its size, then hexadecimal lines.
pub(super) fn raw_profile(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.splitn(4, |byte| *byte == b'\n').nth(3)?;
    let digits: Vec<u8> = digits
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| char::from(*byte).to_digit(16).map(|digit| digit as u8))
        .collect::<Option<_>>()?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// What a keyword announces.
pub(super) fn kind_of(keyword: &[u8]) -> FindingKind {
    let keyword = keyword.to_ascii_lowercase();
    match keyword.as_slice() {
        b"author" | b"artist" | b"copyright" | b"creator" | b"owner" => FindingKind::Person,
        b"title" | b"description" | b"subject" | b"keywords" | b"label" => FindingKind::Description,
        b"creation time" | b"create-date" | b"modify-date" | b"date" => FindingKind::Time,
        name if name.starts_with(b"date:") || name.starts_with(b"exif:datetime") => {
            FindingKind::Time
        }
        b"software" | b"producer" => FindingKind::Software,
        b"source" | b"make" | b"model" => FindingKind::Device,
        b"comment" | b"disclaimer" | b"warning" => FindingKind::Comment,
        b"prompt" | b"workflow" | b"parameters" | b"negative_prompt" | b"dream"
        | b"sd-metadata" | b"invokeai_metadata" | b"invokeai_graph" | b"generation_data"
        | b"fooocus_scheme" => FindingKind::Prompt,
        _ => FindingKind::OtherMetadata,
    }
}
