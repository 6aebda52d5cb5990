//! The shortest Huffman codes for given counts, as JPEG allows them: at most 16 bits long, none of
//! ones only. The same counts always give the same codes.

/// Longest code that a JPEG may use.
const LENGTH_MAX: usize = 16;

/// Codes for symbols, and the table that defines them.
#[derive(Clone)]
pub(crate) struct Codes {
    /// How many codes have each length from 1 to 16.
    pub(crate) counts: [u8; LENGTH_MAX],
    /// The symbols in code order.
    pub(crate) symbols: Vec<u8>,
    /// Each symbol's code and its length; length 0 where there is none.
    pub(crate) of: Box<[(u16, u8); 256]>,
}

impl Codes {
    pub(crate) fn of(tally: &[u64; 256]) -> Self {
        let lengths = lengths(tally);
        let mut codes =
            Self { counts: [0; LENGTH_MAX], symbols: Vec::new(), of: Box::new([(0, 0); 256]) };
        let mut code = 0_u16;
        for length in 1..=LENGTH_MAX as u8 {
            for symbol in (0..=255).filter(|symbol| lengths[usize::from(*symbol)] == length) {
                codes.counts[usize::from(length) - 1] += 1;
                codes.symbols.push(symbol);
                codes.of[usize::from(symbol)] = (code, length);
                code = code.wrapping_add(1);
            }
            code = code.wrapping_shl(1);
        }
        codes
    }
}

/// Either a symbol (below 257) or a pair of two items of the list before.
#[derive(Clone, Copy)]
struct Item {
    weight: u64,
    content: Content,
}

#[derive(Clone, Copy)]
enum Content {
    Symbol(u16),
    Pair(u16),
}

/// Stands for the code of ones only, which must stay free.
const RESERVED: u16 = 256;

/// The method of packages: as many rounds as a code may have bits. In each, the two lightest items
/// become one, and the symbols are sorted in again. The lightest items of the last round say how
/// long each code is: one bit for each time a symbol is in them.
fn lengths(tally: &[u64; 256]) -> [u8; 257] {
    let mut leaves = vec![Item { weight: 0, content: Content::Symbol(RESERVED) }];
    let used = tally.iter().enumerate().filter(|(_, count)| **count > 0);
    leaves.extend(
        used.map(|(symbol, &weight)| Item { weight, content: Content::Symbol(symbol as u16) }),
    );
    leaves.sort_by_key(|item| item.weight);
    let mut rounds = vec![leaves.clone()];
    for _ in 1..LENGTH_MAX {
        let before = &rounds[rounds.len() - 1];
        let pairs = before.chunks_exact(2).enumerate().map(|(index, pair)| Item {
            weight: pair[0].weight + pair[1].weight,
            content: Content::Pair(index as u16 * 2),
        });
        let mut merged: Vec<Item> = leaves.iter().copied().chain(pairs).collect();
        // A stable sort: symbols come before pairs of the same weight.
        merged.sort_by_key(|item| item.weight);
        rounds.push(merged);
    }
    count(&rounds, leaves.len())
}

fn count(rounds: &[Vec<Item>], leaves: usize) -> [u8; 257] {
    let mut lengths = [0; 257];
    // In each round a run of the lightest items is taken: what pairs stand for is such a run too.
    let mut taken = 2 * (leaves - 1);
    for round in rounds.iter().rev() {
        let mut needed = 0;
        for item in &round[..taken.min(round.len())] {
            match item.content {
                Content::Symbol(symbol) => lengths[usize::from(symbol)] += 1,
                Content::Pair(index) => needed = usize::from(index) + 2,
            }
        }
        taken = needed;
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jpeg::huffman::HuffmanTable;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn codes_fit_and_leave_ones_free(
            pairs in prop::collection::vec((any::<u8>(), 1_u64..1 << 40), 1..300)
        ) {
            let mut tally = [0; 256];
            for (symbol, count) in pairs {
                tally[usize::from(symbol)] = count;
            }
            let codes = Codes::of(&tally);
            let table = HuffmanTable::new(codes.counts, codes.symbols.clone()).unwrap();
            let mut room = 1_u32 << 16;
            for (symbol, &count) in tally.iter().enumerate() {
                let (code, length) = codes.of[symbol];
                prop_assert_eq!(length > 0, count > 0);
                if length > 0 {
                    let bits = u32::from(code) << (32 - u32::from(length));
                    prop_assert_eq!(table.find(bits), Some((u32::from(length), symbol as u8)));
                    prop_assert!(u32::from(code) + 1 < 1 << length);
                    room -= 1 << (16 - length);
                }
            }
            prop_assert!(room > 0);
        }
    }

    #[test]
    fn frequent_symbols_get_short_codes() {
        let mut tally = [0; 256];
        (tally[3], tally[7], tally[9]) = (100, 10, 1);
        let codes = Codes::of(&tally);
        assert_eq!((codes.of[3].1, codes.of[7].1, codes.of[9].1), (1, 2, 3));
        assert_eq!(codes.symbols, [3, 7, 9]);
    }

    #[test]
    fn counts_that_grow_fast_still_give_at_most_sixteen_bits() {
        let mut tally = [0; 256];
        let (mut one, mut two) = (1_u64, 1_u64);
        for count in tally.iter_mut().take(60) {
            *count = one;
            (one, two) = (two, one + two);
        }
        let codes = Codes::of(&tally);
        assert!(codes.of.iter().all(|(_, length)| *length <= 16));
        assert_eq!(codes.symbols.len(), 60);
    }

    #[test]
    fn a_single_symbol_has_a_code_of_one_bit() {
        let mut tally = [0; 256];
        tally[0] = 5;
        assert_eq!(Codes::of(&tally).of[0], (0, 1));
    }
}
