//! Unpacks colour numbers (LZW with codes of growing width).

use crate::error::{Error, Part};
use crate::gif::blocks::Blocks;

const CODES_MAX: usize = 1 << CODE_BITS_MAX;
const CODE_BITS_MAX: u32 = 12;
const SCRATCH_BYTES: usize = 32 << 10;

/// The strings that codes stand for. Can be used for one frame after the other.
pub(super) struct Unpacker {
    /// What a string begins with: another string, by its code.
    front: Vec<u16>,
    first: Vec<u8>,
    last: Vec<u8>,
    length: Vec<u16>,
    scratch: Vec<u8>,
}

/// Takes codes out of the blocks, lowest bit first.
struct Codes<'a, 'b> {
    blocks: &'b mut Blocks<'a>,
    held: u32,
    held_bits: u32,
}

impl Codes<'_, '_> {
    fn next(&mut self, bits: u32) -> Option<usize> {
        while self.held_bits < bits {
            self.held |= u32::from(self.blocks.next()?) << self.held_bits;
            self.held_bits += 8;
        }
        let code = self.held & ((1 << bits) - 1);
        self.held >>= bits;
        self.held_bits -= bits;
        Some(code as usize)
    }
}

/// The state between two codes.
struct State {
    clear: usize,
    next: usize,
    bits: u32,
    previous: Option<usize>,
}

impl State {
    fn new(literal_bits: u8) -> Self {
        let clear = 1 << literal_bits;
        Self { clear, next: clear + 2, bits: u32::from(literal_bits) + 1, previous: None }
    }

    fn end(&self) -> usize {
        self.clear + 1
    }
}

impl Unpacker {
    pub(super) fn new() -> Self {
        Self {
            front: vec![0; CODES_MAX],
            first: vec![0; CODES_MAX],
            last: vec![0; CODES_MAX],
            length: vec![1; CODES_MAX],
            scratch: vec![0; SCRATCH_BYTES + CODES_MAX],
        }
    }

    /// Unpacks the wanted number of colour numbers, or fewer if the codes end before, and says how
    /// many. Afterwards the blocks stand behind the last byte that was needed, the closing code
    /// included.
    pub(super) fn unpack(
        &mut self,
        blocks: &mut Blocks<'_>,
        literal_bits: u8,
        wanted: u64,
        mut receive: impl FnMut(&[u8]),
    ) -> Result<u64, Error> {
        let start = blocks.position();
        let damaged = Error::damaged(Part::PictureData, start);
        let mut state = State::new(literal_bits);
        for literal in 0..state.clear {
            self.first[literal] = literal as u8;
            self.last[literal] = literal as u8;
            self.length[literal] = 1;
        }
        let mut codes = Codes { blocks, held: 0, held_bits: 0 };
        let (mut left, mut filled) = (wanted, 0);
        while left > 0 {
            let Some(code) = codes.next(state.bits) else {
                if codes.blocks.is_over() {
                    break;
                }
                return Err(Error::cut_short(codes.blocks.position()));
            };
            if code == state.clear {
                state = State::new(literal_bits);
                continue;
            }
            if code == state.end() {
                break;
            }
            if !self.learn(&mut state, code) {
                return Err(damaged);
            }
            let length = self.write(code, filled);
            let taken = left.min(length as u64);
            left -= taken;
            filled += taken as usize;
            if filled >= SCRATCH_BYTES || left == 0 {
                receive(&self.scratch[..filled]);
                filled = 0;
            }
        }
        if left == 0 {
            skip_end(codes, &state);
        } else if filled > 0 {
            receive(&self.scratch[..filled]);
        }
        Ok(wanted - left)
    }

    /// Adds the string that this code completes; `false` if the code cannot stand here.
    fn learn(&mut self, state: &mut State, code: usize) -> bool {
        let Some(previous) = state.previous.replace(code) else { return code < state.clear };
        let begins_like = match code {
            _ if code < state.next => code,
            _ if code == state.next => previous,
            _ => return false,
        };
        let new = state.next;
        if new < CODES_MAX {
            self.front[new] = previous as u16;
            self.first[new] = self.first[previous];
            self.last[new] = self.first[begins_like];
            self.length[new] = self.length[previous] + 1;
            state.next += 1;
            if state.next == 1 << state.bits && state.bits < CODE_BITS_MAX {
                state.bits += 1;
            }
        }
        true
    }

    /// Writes the string of a code, last number first; says how long it is.
    fn write(&mut self, mut code: usize, at: usize) -> usize {
        let length = usize::from(self.length[code]);
        for place in self.scratch[at..at + length].iter_mut().rev() {
            *place = self.last[code];
            code = usize::from(self.front[code]);
        }
        length
    }
}

/// Goes past the closing code, and past a clearing one before it, if they are there.
fn skip_end(mut codes: Codes<'_, '_>, state: &State) {
    let before = codes.blocks.clone();
    let mut bits = state.bits;
    for _ in 0..2 {
        match codes.next(bits) {
            Some(code) if code == state.end() => return,
            Some(code) if code == state.clear => bits = state.clear.ilog2() + 1,
            _ => break,
        }
    }
    *codes.blocks = before;
}
