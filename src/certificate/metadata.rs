//! What the file says about itself: information dictionary, XMP, language, identity; and reading the code back.

use chrono::NaiveDate;
use lopdf::{Dictionary, Document, LoadOptions, Object, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use crate::certificate::error::RenderError;
use crate::certificate::sheet::{Annotation, Sheet};

/// Key of the information dictionary that carries the text of the code.
pub const CODE_KEY: &str = "ClinicCertificateCode";
/// Key of the information dictionary that carries the 证照标识 (GB/T 36904-2018).
pub const LICENCE_KEY: &str = "LicenceIdentifier";

/// The largest file that is read, bytes; a certificate has at most 150 KB.
const FILE_MAX: usize = 5 << 20;
/// The most that any one stream of a file may unpack to while it is read, bytes.
const STREAM_MAX: usize = 16 << 20;
/// The longest text a code can carry (version 40, level L, bytes).
const CODE_MAX: usize = 2953;
/// The parser recurses; hostile nesting must not reach the end of the stack. Bytes.
const STACK: usize = 64 << 20;

/// Completes the document: the same sheet gives the same bytes.
pub fn complete(document: &mut Document, sheet: &Sheet<'_>) -> Result<(), RenderError> {
    let failed = |error: lopdf::Error| RenderError::Pdf(error.to_string());
    let statement = sheet.statement;
    let mut title = format!("{} {} {}", statement.kind.title(), statement.number, statement.name);
    if let Some(Annotation { purpose, expires_on, number, .. }) = sheet.annotation {
        title.push_str(&format!(" 加注件 {number} 仅用于{purpose} 有效期至{expires_on}"));
    }
    let created = Object::String(pdf_date(statement.issued_on).into_bytes(), StringFormat::Literal);
    let mut info = dictionary! {
        "Title" => utf16(&title),
        "Author" => utf16(&statement.authority.name),
        "Producer" => Object::string_literal("clinic-registry"),
        "CreationDate" => created.clone(),
        "ModDate" => created,
        LICENCE_KEY => utf16(&statement.licence_identifier),
    };
    if !sheet.specimen {
        info.set(CODE_KEY, utf16(sheet.code_text));
    }
    let info = document.add_object(info);
    let packet = Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, xmp(sheet, &title).into_bytes());
    // Metadata stays readable to tools that do not unpack streams.
    let packet = document.add_object(packet.with_compression(false));
    let catalog = document.catalog_mut().map_err(failed)?;
    catalog.set("Metadata", packet);
    catalog.set("Lang", Object::string_literal("zh-CN"));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("PageLayout", "SinglePage");
    document.trailer.set("Info", info);
    let identity = Object::String(identity(sheet), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![identity.clone(), identity]);
    document.version = "1.7".to_string();
    document.prune_objects();
    document.renumber_objects();
    Ok(())
}

/// The file identifier (ISO 32000-1, 14.4): from what is drawn, never from the clock.
fn identity(sheet: &Sheet<'_>) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(sheet.statement.canonical());
    for part in [sheet.code_text, sheet.short_code, sheet.host] {
        digest.update([0]);
        digest.update(part);
    }
    digest.update([u8::from(sheet.development), u8::from(sheet.specimen)]);
    if let Some(Annotation { purpose, recipient, expires_on, number }) = sheet.annotation {
        for part in [purpose, recipient, number, &expires_on.to_string()] {
            digest.update([0]);
            digest.update(part);
        }
    }
    digest.finalize().iter().take(16).copied().collect()
}

/// Midnight in China, as PDF writes it.
fn pdf_date(day: NaiveDate) -> String {
    day.format("D:%Y%m%d000000+08'00'").to_string()
}

/// A text string: ASCII as it is, all else as UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
fn utf16(text: &str) -> Object {
    if text.is_ascii() {
        return Object::string_literal(text);
    }
    let bytes = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

fn xmp(sheet: &Sheet<'_>, title: &str) -> String {
    let statement = sheet.statement;
    let code = if sheet.specimen { "" } else { sheet.code_text };
    let [title, author, code, licence] =
        [title, &statement.authority.name, code, &statement.licence_identifier].map(escape);
    let day = statement.issued_on;
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:clinic=\"urn:clinic-registry:certificate\">\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\n\
         <dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>\n\
         <xmp:CreateDate>{day}T00:00:00+08:00</xmp:CreateDate>\n\
         <xmp:ModifyDate>{day}T00:00:00+08:00</xmp:ModifyDate>\n\
         <pdf:Producer>clinic-registry</pdf:Producer>\n\
         <clinic:{CODE_KEY}>{code}</clinic:{CODE_KEY}>\n\
         <clinic:{LICENCE_KEY}>{licence}</clinic:{LICENCE_KEY}>\n\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text of the code that a certificate's file carries in its metadata. Anything that is not such a file gives
/// `None`; the bytes may come from anyone.
pub fn code_in_pdf(bytes: &[u8]) -> Option<String> {
    if bytes.len() > FILE_MAX || !bytes.starts_with(b"%PDF-") {
        return None;
    }
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK);
        // A panic inside the parser ends that thread only and is an unreadable file here.
        reader.spawn_scoped(scope, || read_code(bytes)).ok()?.join().ok().flatten()
    })
}

fn read_code(bytes: &[u8]) -> Option<String> {
    let options = LoadOptions::with_max_decompressed_size(STREAM_MAX);
    let document = Document::load_mem_with_options(bytes, options).ok()?;
    let info: &Dictionary = match document.trailer.get(b"Info").ok()? {
        Object::Reference(id) => document.get_dictionary(*id).ok()?,
        object => object.as_dict().ok()?,
    };
    let (_, value) = document.dereference(info.get(CODE_KEY.as_bytes()).ok()?).ok()?;
    let code = std::str::from_utf8(value.as_str().ok()?).ok()?;
    let plain = !code.is_empty() && code.len() <= CODE_MAX && code.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| code.to_string())
}
