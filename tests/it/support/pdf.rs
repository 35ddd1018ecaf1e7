//! Reading a certificate's file back: its text, and its code from pixels. No program outside the suite.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

/// The text of the first page in reading order, one drawn line a line.
pub fn text(bytes: &[u8]) -> String {
    let document = lopdf::Document::load_mem(bytes).expect("a PDF file");
    document.extract_text(&[1]).expect("text")
}

/// The text of every page.
pub fn pages(bytes: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(bytes).expect("a PDF file");
    document.get_pages().keys().map(|page| document.extract_text(&[*page]).expect("text")).collect()
}

/// A page (from 0) as light (0 black, 255 white): width, height, rows from the top.
pub fn pixels(bytes: &[u8], page: usize, dpi: f32) -> (usize, usize, Vec<u8>) {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF file");
    let page = pdf.pages().get(page).expect("a page");
    let scale = PixmapSettings { x_scale: dpi / 72.0, y_scale: dpi / 72.0, bg_color: WHITE };
    let settings = InterpreterSettings::default();
    let pixmap = hayro::render(page, &RenderCache::new(), &settings, &RenderSettings::default(), &scale);
    let light = |r: u8, g: u8, b: u8| ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8;
    let (width, height) = (usize::from(pixmap.width()), usize::from(pixmap.height()));
    (width, height, pixmap.data().iter().map(|p| light(p.r, p.g, p.b)).collect())
}

/// Every code that stands on the first page.
pub fn codes(bytes: &[u8], dpi: f32) -> Vec<String> {
    page_codes(bytes, 0, dpi)
}

/// Every code that stands on a page (from 0), decoded from its pixels. The decoder places its grid to whole pixels and now
/// and then slips by one where a module is four of them; then the same pixels are looked at enlarged.
pub fn page_codes(bytes: &[u8], page: usize, dpi: f32) -> Vec<String> {
    let (width, height, light) = pixels(bytes, page, dpi);
    let page = image::GrayImage::from_raw(width as u32, height as u32, light).unwrap();
    let enlarged = |times: u32| {
        let (width, height) = (page.width() * times, page.height() * times);
        image::imageops::resize(&page, width, height, image::imageops::FilterType::Triangle)
    };
    let found = [1, 2, 3].into_iter().map(|times| decoded(&enlarged(times)));
    found.into_iter().find(|codes| !codes.is_empty()).unwrap_or_default()
}

fn decoded(page: &image::GrayImage) -> Vec<String> {
    let (width, height) = (page.width() as usize, page.height() as usize);
    let light = |x: usize, y: usize| page.get_pixel(x as u32, y as u32).0[0];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, light);
    image.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
