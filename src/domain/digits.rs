//! Bytes as decimal digits: `digitEncode` of FIDO CTAP 2.2 §11.5.1. A QR symbol packs digits at 98.8 % of the density
//! of bytes, and digits pass through every URL, keyboard and redirector unchanged.
//!
//! Seven bytes, read as a little-endian number, become 17 digits; a tail of 1 to 6 bytes becomes 3, 5, 8, 10, 13 or 15.

/// Digits of a group of so many bytes.
const WIDTH: [usize; 8] = [0, 3, 5, 8, 10, 13, 15, 17];

/// Bytes of a full group.
const GROUP: usize = 7;

/// The digits of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    let group = |chunk: &[u8]| {
        let value = chunk.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let width = WIDTH.get(chunk.len()).copied().unwrap_or_default();
        format!("{value:0width$}")
    };
    bytes.chunks(GROUP).map(group).collect()
}

/// The bytes of `text`, or nothing when it is not what [`encode`] writes: only ASCII digits, only possible lengths,
/// every group within its range. So one sequence of bytes has one text, and no two texts mean the same.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for group in text.as_bytes().chunks(WIDTH[GROUP]) {
        let length = WIDTH.iter().position(|width| *width == group.len())?;
        let value = group
            .iter()
            .try_fold(0u64, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0')))?;
        let value = value.to_le_bytes();
        let (kept, beyond) = value.split_at_checked(length)?;
        if beyond.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}
