//! PDF files that open with a password only: nobody at the office could read them.

use std::io::{Read, Seek};

use lopdf::{Document, LoadOptions};

/// By which a file says that it is encrypted, in a dictionary that is never encrypted itself (ISO 32000-1, 7.5.5 and 7.5.8).
const MARK: &[u8] = b"/Encrypt";

/// Bytes looked at in one go.
const STRETCH: usize = 64 * 1024;

/// Largest stream that is unpacked on the way, bytes: a small file may hold a huge one.
const LARGEST_STREAM: usize = 32 * 1024 * 1024;

/// Whether a PDF asks for a password. One that is encrypted against editing or printing alone opens without.
///
/// # Errors
/// What the disk answers.
pub(super) fn closed(file: &mut (impl Read + Seek)) -> std::io::Result<bool> {
    if !marked(file)? {
        return Ok(false);
    }
    // Few files come here: only one that says so is read whole.
    file.rewind()?;
    let mut whole = vec![];
    file.read_to_end(&mut whole)?;
    let options = LoadOptions { max_decompressed_size: Some(LARGEST_STREAM), ..LoadOptions::default() };
    Ok(match Document::load_mem_with_options(&whole, options) {
        Ok(document) => document.is_encrypted() && document.authenticate_password("").is_err(),
        // Perhaps the mark stands in a text: what can be read is not our question here.
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => true,
        Err(_) => false,
    })
}

/// Whether the mark stands in the file, followed by what a dictionary has there: a reference or another dictionary.
fn marked(file: &mut impl Read) -> std::io::Result<bool> {
    let mut window: Vec<u8> = vec![];
    let mut buffer = vec![0; STRETCH];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(names(&window));
        }
        window.extend_from_slice(buffer.get(..n).unwrap_or_default());
        if names(&window) {
            return Ok(true);
        }
        // A mark may lie across two stretches.
        let kept = window.len().min(2 * MARK.len());
        window.drain(..window.len() - kept);
    }
}

fn names(window: &[u8]) -> bool {
    let follows = |rest: &[u8]| {
        let rest = rest.trim_ascii_start();
        rest.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'<')
    };
    let slashes = window.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let mut rests = slashes.filter_map(|(at, _)| window.get(at..)?.strip_prefix(MARK));
    rests.any(follows)
}
