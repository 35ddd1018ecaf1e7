//! The code on the paper and on pages: a QR symbol (GB/T 18284, ISO/IEC 18004) of level M, drawn as vectors.

use qrcode::{Color, EcLevel, QrCode};

use crate::certificate::error::RenderError;

/// Light modules that must stay free around a symbol (ISO/IEC 18004, 9.1).
pub const QUIET: usize = 4;

/// The modules of the symbol for `text`: its width, and row by row whether a module is dark. Without the quiet zone.
pub fn modules(text: &str) -> Result<(usize, Vec<bool>), RenderError> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(|_| RenderError::Code)?;
    Ok((code.width(), code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect()))
}

/// Runs of dark modules as (column, row, length): far fewer shapes than modules, and no seams inside a run.
pub fn runs(width: usize, dark: &[bool]) -> Vec<(usize, usize, usize)> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (row, line) in dark.chunks(width.max(1)).enumerate() {
        for column in line.iter().enumerate().filter_map(|(column, dark)| dark.then_some(column)) {
            match runs.last_mut() {
                Some((start, at, length)) if *at == row && *start + *length == column => *length += 1,
                _ => runs.push((column, row, 1)),
            }
        }
    }
    runs
}

/// The symbol as an SVG image with its quiet zone, one unit a module: black on white, without scripts or references.
pub fn svg(text: &str) -> Result<String, RenderError> {
    let (width, dark) = modules(text)?;
    let side = width + 2 * QUIET;
    let path: String = runs(width, &dark)
        .into_iter()
        .map(|(column, row, length)| format!("M{} {}h{length}v1h-{length}z", column + QUIET, row + QUIET))
        .collect();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// The symbol as a PNG image with its quiet zone, so many pixels a module.
///
/// # Errors
/// `Code` where the text does not fit into a symbol.
pub fn png(text: &str, scale: u32) -> Result<Vec<u8>, RenderError> {
    use image::{ImageFormat, Luma};
    let (width, dark) = modules(text)?;
    let side = u32::try_from(width + 2 * QUIET).map_err(|_| RenderError::Code)? * scale;
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        let module = |at: u32| ((at / scale) as usize).checked_sub(QUIET).filter(|at| *at < width);
        let on = module(x).zip(module(y)).and_then(|(column, row)| dark.get(row * width + column));
        Luma([if on == Some(&true) { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(vec![]);
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(|_| RenderError::Code)?;
    Ok(bytes.into_inner())
}
