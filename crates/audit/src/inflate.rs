//! Unpacks a zlib stream, bit by bit: slow, short, and strict about where it ends.

/// The unpacked bytes of a stream that fills `packed` to its last byte; `None` if it does not, if
/// its checksum is wrong, or if it unpacks to more than `bytes_max`.
pub(crate) fn unpack(packed: &[u8], bytes_max: usize) -> Option<Vec<u8>> {
    if !has_header(packed) {
        return None;
    }
    let mut stream = Stream { packed, at: 2, bit: 0, out: Vec::new(), bytes_max };
    while stream.block()? == More::Yes {}
    let is_filled_with_zeros = stream.bit == 0 || packed.get(stream.at)? >> stream.bit == 0;
    let checksum_at = stream.at + usize::from(stream.bit > 0);
    let checksum = packed.get(checksum_at..)?;
    let fits = checksum == adler(&stream.out).to_be_bytes() && is_filled_with_zeros;
    fits.then_some(stream.out)
}

/// Whether a stream begins as one must.
pub(crate) fn has_header(packed: &[u8]) -> bool {
    let [method, flags, ..] = packed else { return false };
    let has_dictionary = flags & 0x20 != 0;
    let is_deflate = method & 15 == 8 && method >> 4 <= 7;
    is_deflate && !has_dictionary && (u32::from(*method) * 256 + u32::from(*flags)) % 31 == 0
}

#[derive(PartialEq, Eq)]
enum More {
    Yes,
    No,
}

struct Stream<'a> {
    packed: &'a [u8],
    at: usize,
    bit: u32,
    out: Vec<u8>,
    bytes_max: usize,
}

impl Stream<'_> {
    fn block(&mut self) -> Option<More> {
        let more = if self.bits(1)? == 1 { More::No } else { More::Yes };
        match self.bits(2)? {
            0 => self.stored()?,
            1 => {
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                self.codes(&Codes::new(&lengths), &Codes::new(&[5; 30]))?;
            }
            2 => {
                let (literals, distances) = self.tables()?;
                self.codes(&literals, &distances)?;
            }
            _ => return None,
        }
        Some(more)
    }

    fn bits(&mut self, count: u32) -> Option<usize> {
        let mut value = 0;
        for place in 0..count {
            let bit = self.packed.get(self.at)? >> self.bit & 1;
            value |= usize::from(bit) << place;
            self.bit += 1;
            if self.bit == 8 {
                (self.at, self.bit) = (self.at + 1, 0);
            }
        }
        Some(value)
    }

    fn put(&mut self, byte: u8) -> Option<()> {
        self.out.push(byte);
        (self.out.len() <= self.bytes_max).then_some(())
    }

    fn stored(&mut self) -> Option<()> {
        if self.bit > 0 {
            (self.at, self.bit) = (self.at + 1, 0);
        }
        let count = self.bits(16)?;
        if self.bits(16)? != count ^ 0xffff {
            return None;
        }
        for _ in 0..count {
            let byte = *self.packed.get(self.at)?;
            self.at += 1;
            self.put(byte)?;
        }
        Some(())
    }

    fn tables(&mut self) -> Option<(Codes, Codes)> {
        const ORDER: [usize; 19] =
            [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let (literals, distances) = (self.bits(5)? + 257, self.bits(5)? + 1);
        let count = self.bits(4)? + 4;
        let mut lengths = [0_u8; 19];
        for place in &ORDER[..count] {
            lengths[*place] = self.bits(3)? as u8;
        }
        let codes = Codes::new(&lengths);
        let mut lengths: Vec<u8> = Vec::with_capacity(320);
        while lengths.len() < literals + distances {
            let (value, times) = match self.symbol(&codes)? {
                16 => (*lengths.last()?, 3 + self.bits(2)?),
                17 => (0, 3 + self.bits(3)?),
                18 => (0, 11 + self.bits(7)?),
                length => (length as u8, 1),
            };
            lengths.resize(lengths.len() + times, value);
        }
        let fits = lengths.len() == literals + distances;
        let (literals, distances) = lengths.split_at(literals);
        fits.then(|| (Codes::new(literals), Codes::new(distances)))
    }

    fn codes(&mut self, literals: &Codes, distances: &Codes) -> Option<()> {
        loop {
            let symbol = self.symbol(literals)?;
            match symbol {
                0..256 => self.put(symbol as u8)?,
                256 => return Some(()),
                _ => {
                    let length = self.length(symbol - 257)?;
                    let distance = self.symbol(distances)?;
                    let distance = self.distance(distance)?;
                    for _ in 0..length {
                        let from = self.out.len().checked_sub(distance)?;
                        self.put(*self.out.get(from)?)?;
                    }
                }
            }
        }
    }

    fn length(&mut self, code: usize) -> Option<usize> {
        match code {
            0..8 => Some(code + 3),
            8..28 => {
                let extra = code as u32 / 4 - 1;
                Some(3 + ((4 + code % 4) << extra) + self.bits(extra)?)
            }
            28 => Some(258),
            _ => None,
        }
    }

    fn distance(&mut self, code: usize) -> Option<usize> {
        match code {
            0..4 => Some(code + 1),
            4..30 => {
                let extra = code as u32 / 2 - 1;
                Some(1 + ((2 + code % 2) << extra) + self.bits(extra)?)
            }
            _ => None,
        }
    }

    fn symbol(&mut self, codes: &Codes) -> Option<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &codes.counts[1..] {
            code |= self.bits(1)?;
            if code < first + count {
                return codes.symbols.get(index + (code - first)).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// Prefix codes, as the counts of each length and the symbols in order.
struct Codes {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Codes {
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        let mut symbols = Vec::with_capacity(lengths.len());
        for length in 1..16 {
            let with_length = lengths.iter().enumerate().filter(|(_, own)| **own == length);
            let before = symbols.len();
            symbols.extend(with_length.map(|(symbol, _)| symbol));
            counts[usize::from(length)] = symbols.len() - before;
        }
        Self { counts, symbols }
    }
}

fn adler(bytes: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (mut low, mut high) = (1_u32, 0_u32);
    for run in bytes.chunks(5552) {
        for byte in run {
            low += u32::from(*byte);
            high += low;
        }
        low %= PRIME;
        high %= PRIME;
    }
    high << 16 | low
}
