//! Pages, fonts and drawings become the bytes of one PDF file.

use std::collections::BTreeMap;

use printpdf::{
    DictItem, ExternalStream, ExternalXObject, Mm, Op, PdfDocument, PdfFont, PdfPage, PdfSaveOptions, XObject,
    XObjectId,
};

use crate::certificate::canvas::{font_id, pt};
use crate::certificate::error::RenderError;
use crate::certificate::fonts::Subset;
use crate::certificate::layout::Page;
use crate::certificate::metadata::{self, About};

/// A drawing that pages use by name: path operators in points, origin at the bottom left.
pub struct Drawing {
    /// Its name within the file
    pub name: &'static str,
    /// The operators
    pub content: Vec<u8>,
}

fn form(page: &Page, content: Vec<u8>) -> XObject {
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let edge = |mm: f64| DictItem::Real(pt(mm).0);
    let bounds = vec![DictItem::Int(0), DictItem::Int(0), edge(page.width), edge(page.height)];
    let dict = BTreeMap::from([
        ("Type".to_string(), name("XObject")),
        ("Subtype".to_string(), name("Form")),
        ("BBox".to_string(), DictItem::Array(bounds)),
        ("Resources".to_string(), DictItem::Dict { map: BTreeMap::new() }),
    ]);
    let stream = ExternalStream { dict, content, compress: true };
    XObject::External(ExternalXObject { stream, width: None, height: None, dpi: None })
}

/// The bytes of the file: the same pages give the same bytes.
pub fn assemble(
    page: &Page,
    pages: Vec<Vec<Op>>,
    subset: &Subset<'_>,
    drawings: Vec<Drawing>,
    about: &About<'_>,
) -> Result<Vec<u8>, RenderError> {
    let mut document = PdfDocument::new(&about.title);
    // Names of our own: the library numbers its names by a counter of the process.
    for (slot, font) in subset.embed()?.into_iter().enumerate() {
        document.resources.fonts.map.insert(font_id(slot), PdfFont::new(font));
    }
    for Drawing { name, content } in drawings {
        document.resources.xobjects.map.insert(XObjectId(name.to_string()), form(page, content));
    }
    let sheet = |ops| PdfPage::new(Mm(page.width as f32), Mm(page.height as f32), ops);
    document.with_pages(pages.into_iter().map(sheet).collect());
    let options = PdfSaveOptions { image_optimization: None, ..Default::default() };
    let mut document = document.to_lopdf_document(&options, &mut Vec::new());
    metadata::complete(&mut document, about)?;
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| RenderError::Pdf(error.to_string()))?;
    Ok(bytes)
}
