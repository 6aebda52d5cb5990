//! The checksum of PNG chunks (CRC-32), eight bytes at a time.

const TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
            bit += 1;
        }
        tables[0][byte] = value;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before >> 8 ^ tables[0][(before & 255) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

pub(super) fn of(bytes: &[u8]) -> u32 {
    let mut value = !0_u32;
    let eights = bytes.chunks_exact(8);
    let rest = eights.remainder();
    for eight in eights {
        let low = value ^ u32::from_le_bytes([eight[0], eight[1], eight[2], eight[3]]);
        let part = |table: usize, byte: u32| TABLES[table][(byte & 255) as usize];
        value = part(7, low) ^ part(6, low >> 8) ^ part(5, low >> 16) ^ part(4, low >> 24);
        for (place, byte) in eight[4..].iter().enumerate() {
            value ^= part(3 - place, u32::from(*byte));
        }
    }
    for byte in rest {
        value = value >> 8 ^ TABLES[0][((value ^ u32::from(*byte)) & 255) as usize];
    }
    !value
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_standard_check_value_comes_out() {
        assert_eq!(super::of(b"123456789"), 0xcbf4_3926);
        assert_eq!(super::of(b"1234567812345678123456781234567"), reference());
    }

    fn reference() -> u32 {
        let bytes = b"1234567812345678123456781234567";
        !bytes.iter().fold(!0, |value, byte| {
            (0..8).fold(value ^ u32::from(*byte), |value, _| {
                value >> 1 ^ (0xedb8_8320 & (value & 1_u32).wrapping_neg())
            })
        })
    }
}
