//! Packs colour numbers, always in the same way, so that equal frames give equal bytes.

const CODES_MAX: usize = 1 << 12;
const SLOTS: usize = CODES_MAX * 4;
const BLOCK_BYTES: usize = 255;
/// No string has this code in the table: it is the clearing code.
const NONE: u16 = 0;

/// The strings seen so far. Can be used for one frame after the other.
pub(super) struct Packer {
    /// What a slot stands for: a known string and one more number.
    keys: Vec<u32>,
    codes: Vec<u16>,
    used_slots: Vec<u16>,
}

/// One frame's data on its way out.
pub(super) struct Stream<'a> {
    packer: &'a mut Packer,
    out: &'a mut Vec<u8>,
    /// Where the size of the open block stands.
    block: usize,
    held: u32,
    held_bits: u32,
    literal_bits: u8,
    code_bits: u32,
    next: usize,
    /// The code of the string that is being made.
    string: Option<u16>,
}

impl Packer {
    pub(super) fn new() -> Self {
        Self { keys: vec![0; SLOTS], codes: vec![NONE; SLOTS], used_slots: Vec::new() }
    }

    fn clear(&mut self) {
        for slot in self.used_slots.drain(..) {
            self.codes[usize::from(slot)] = NONE;
        }
    }

    /// The code of a string and one more number, or the free slot where it belongs.
    fn find(&self, key: u32) -> Result<u16, usize> {
        let mut slot = (key.wrapping_mul(0x9e37_79b1) >> 18) as usize % SLOTS;
        while self.codes[slot] != NONE {
            if self.keys[slot] == key {
                return Ok(self.codes[slot]);
            }
            slot = (slot + 1) % SLOTS;
        }
        Err(slot)
    }
}

impl<'a> Stream<'a> {
    pub(super) fn new(packer: &'a mut Packer, out: &'a mut Vec<u8>, literal_bits: u8) -> Self {
        packer.clear();
        out.push(literal_bits);
        let block = out.len();
        out.push(0);
        let mut stream = Self {
            packer,
            out,
            block,
            held: 0,
            held_bits: 0,
            literal_bits,
            code_bits: 0,
            next: 0,
            string: None,
        };
        stream.restart();
        let clear = stream.clear_code();
        stream.put(clear);
        stream
    }

    fn clear_code(&self) -> u16 {
        1 << self.literal_bits
    }

    fn restart(&mut self) {
        self.packer.clear();
        self.next = (1 << self.literal_bits) + 2;
        self.code_bits = u32::from(self.literal_bits) + 1;
    }

    pub(super) fn push(&mut self, numbers: &[u8]) {
        for number in numbers {
            let Some(string) = self.string else {
                self.string = Some(u16::from(*number));
                continue;
            };
            let key = u32::from(string) << 8 | u32::from(*number);
            match self.packer.find(key) {
                Ok(longer) => self.string = Some(longer),
                Err(slot) => {
                    self.put(string);
                    self.learn(key, slot);
                    self.string = Some(u16::from(*number));
                }
            }
        }
    }

    fn learn(&mut self, key: u32, slot: usize) {
        self.packer.keys[slot] = key;
        self.packer.codes[slot] = self.next as u16;
        self.packer.used_slots.push(slot as u16);
        self.count_string();
        if self.next == CODES_MAX {
            let clear = self.clear_code();
            self.put(clear);
            self.restart();
        }
    }

    /// The reader is one string behind, so codes grow one string later than one would think.
    fn count_string(&mut self) {
        if self.next == 1 << self.code_bits {
            self.code_bits += 1;
        }
        self.next += 1;
    }

    pub(super) fn finish(mut self) {
        if let Some(string) = self.string.take() {
            self.put(string);
            self.count_string();
        }
        let end = self.clear_code() + 1;
        self.put(end);
        if self.held_bits > 0 {
            let last = self.held as u8;
            self.byte(last);
        }
        if self.out.len() == self.block + 1 {
            return;
        }
        self.out.push(0);
    }

    fn put(&mut self, code: u16) {
        self.held |= u32::from(code) << self.held_bits;
        self.held_bits += self.code_bits;
        while self.held_bits >= 8 {
            let byte = self.held as u8;
            self.byte(byte);
            self.held >>= 8;
            self.held_bits -= 8;
        }
    }

    fn byte(&mut self, byte: u8) {
        if usize::from(self.out[self.block]) == BLOCK_BYTES {
            self.block = self.out.len();
            self.out.push(0);
        }
        self.out.push(byte);
        self.out[self.block] += 1;
    }
}
