//! A sample photo, drawn here: a landscape at dusk, with all that a phone would write into it.
//!
//! A PNG, because one can be written without a codec: its data may be stored uncompressed.

const WIDTH: u32 = 720;
const HEIGHT: u32 = 480;

/// What the demo expects the check to find, as it stands in the file.
pub(super) const AUTHOR: &str = "Robin Example";

/// The bytes of the photo.
pub(super) fn photo() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(WIDTH.to_be_bytes());
    header.extend(HEIGHT.to_be_bytes());
    // Eight bits a sample, RGB, and the only methods there are.
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"eXIf", &exif());
    chunk(&mut png, b"tEXt", format!("Author\0{AUTHOR}").as_bytes());
    chunk(&mut png, b"tEXt", b"Comment\0our balcony, third floor");
    chunk(&mut png, b"IDAT", &stored_zlib(&picture()));
    chunk(&mut png, b"IEND", &[]);
    png
}

/// Rows of RGB, each after a byte that says "not filtered".
fn picture() -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..HEIGHT {
        rows.push(0);
        for x in 0..WIDTH {
            rows.extend(pixel(f64::from(x), f64::from(y)));
        }
    }
    rows
}

/// A sky from blue to orange, a sun, and two rows of hills before it.
fn pixel(x: f64, y: f64) -> [u8; 3] {
    let hills = [
        (330.0 + 40.0 * (x / 90.0).sin() + 14.0 * (x / 31.0).cos(), [38.0, 52.0, 46.0]),
        (270.0 + 50.0 * (x / 140.0 + 2.0).sin() + 18.0 * (x / 47.0).sin(), [72.0, 84.0, 96.0]),
    ];
    let in_front = hills.iter().find(|(top, _)| y > *top);
    let depth = y / f64::from(HEIGHT);
    let color = match in_front {
        Some((top, [r, g, b])) => {
            let shade = 1.0 - 0.35 * ((y - top) / 200.0).min(1.0);
            [r * shade, g * shade, b * shade]
        }
        None => {
            let (dx, dy) = (x - 500.0, y - 210.0);
            let glow = (1.0 - (dx * dx + dy * dy).sqrt() / 260.0).max(0.0).powi(2);
            let sun = if dx * dx + dy * dy < 34.0 * 34.0 { 90.0 } else { 0.0 };
            [
                70.0 + 150.0 * depth + 60.0 * glow + sun,
                90.0 + 80.0 * depth + 50.0 * glow + sun,
                150.0 - 40.0 * depth + 10.0 * glow + sun,
            ]
        }
    };
    // Clamped, so nothing is lost but the fraction.
    color.map(|value| value.clamp(0.0, 255.0) as u8)
}

/// The place, the time and the device, in TIFF's directories of twelve-byte entries.
fn exif() -> Vec<u8> {
    let mut tiff = Tiff::new();
    let gps_entries = 4;
    let main = [
        Entry::text(0x010f, "Example Phones"),
        Entry::text(0x0110, "Dusk 7"),
        Entry::text(0x0132, "2026:06:21 21:37:04"),
        // The directory with the place follows the main one.
        Entry { tag: 0x8825, kind: 4, count: 1, value: 0u32.to_be_bytes().to_vec() },
    ];
    let gps_at = Tiff::START + Tiff::directory_bytes(main.len());
    let data_at = gps_at + Tiff::directory_bytes(gps_entries);
    let mut main = main;
    main[3].value = gps_at.to_be_bytes().to_vec();
    // The middle of the North Sea: nobody's address.
    let gps = [
        Entry::text(1, "N"),
        Entry::degrees(2, [56, 30, 0]),
        Entry::text(3, "E"),
        Entry::degrees(4, [3, 15, 0]),
    ];
    tiff.data_at = data_at;
    tiff.directory(&main);
    tiff.directory(&gps);
    tiff.finish()
}

struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    value: Vec<u8>,
}

impl Entry {
    fn text(tag: u16, text: &str) -> Self {
        let value = format!("{text}\0").into_bytes();
        // Short by construction: the texts stand above.
        Self { tag, kind: 2, count: value.len() as u32, value }
    }

    fn degrees(tag: u16, parts: [u32; 3]) -> Self {
        let value = parts.iter().flat_map(|part| [*part, 1]).flat_map(u32::to_be_bytes).collect();
        Self { tag, kind: 5, count: 3, value }
    }
}

/// Writes directories one after the other, and the longer values after the last.
struct Tiff {
    head: Vec<u8>,
    data: Vec<u8>,
    data_at: u32,
}

impl Tiff {
    /// Where the first directory begins: after the byte order, the number 42 and this offset.
    const START: u32 = 8;

    fn new() -> Self {
        let mut head = b"MM\0\x2a".to_vec();
        head.extend(Self::START.to_be_bytes());
        Self { head, data: Vec::new(), data_at: 0 }
    }

    /// A count, the entries, and the offset of the next directory.
    fn directory_bytes(entries: usize) -> u32 {
        2 + 12 * entries as u32 + 4
    }

    fn directory(&mut self, entries: &[Entry]) {
        self.head.extend((entries.len() as u16).to_be_bytes());
        for entry in entries {
            self.head.extend(entry.tag.to_be_bytes());
            self.head.extend(entry.kind.to_be_bytes());
            self.head.extend(entry.count.to_be_bytes());
            if entry.value.len() <= 4 {
                let mut value = entry.value.clone();
                value.resize(4, 0);
                self.head.extend(value);
            } else {
                self.head.extend((self.data_at + self.data.len() as u32).to_be_bytes());
                self.data.extend(&entry.value);
            }
        }
        self.head.extend(0u32.to_be_bytes());
    }

    fn finish(mut self) -> Vec<u8> {
        self.head.append(&mut self.data);
        self.head
    }
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(name);
    png.extend(data);
    let sum = crc32(&png[start..]);
    png.extend(sum.to_be_bytes());
}

/// The zlib format without compression: blocks of up to 65 535 bytes as they are.
fn stored_zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(adler32(data).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

fn adler32(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    (b << 16) | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_the_known_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn the_photo_holds_what_the_demo_looks_for() {
        let photo = photo();
        assert!(photo.windows(AUTHOR.len()).any(|part| part == AUTHOR.as_bytes()));
        assert!(photo.ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
