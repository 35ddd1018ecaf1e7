//! The materials of a filing: what the law asks for, what is there, what is missing; added by a form that needs no script, and
//! with one in pieces (see [`super::uploads`]).

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header;
use poem::web::Field;
use poem::web::Multipart;
use poem::web::Path;
use poem::web::Query;
use serde::Deserialize;
use serde::Serialize;
use tokio::io::AsyncReadExt;

use crate::domain::id::{FilingId, MaterialId};
use crate::domain::law::When;
use crate::domain::material::{self as kinds, MediaType};
use crate::domain::value;
use crate::edge::text;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::link;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::{Words, words};
use crate::portal::session::Member;
use crate::store::entity::{material, upload};
use crate::usecase::materials;
use crate::usecase::materials::Upload;
use crate::usecase::materials::sheet::{self, Doubt, File, Line};

/// Largest form with its files, bytes: one that is too large is still read, to say which file and by how much.
pub const LARGEST_FORM: usize = 3 * kinds::MAX_FILE as usize + 1024 * 1024;

/// Files that are taken from one form.
const FILES: usize = 20;

/// Longest text of a field, bytes.
const LONGEST: u64 = 1024;

/// What is wrong, and with which material.
#[derive(Serialize)]
struct Wrong {
    /// The id of the field, for the error summary.
    field: String,
    words: Words,
}

/// A file that is there.
#[derive(Serialize)]
struct Present {
    id: String,
    name: String,
    size: String,
    at: Words,
    picture: bool,
    doubt: Words,
}

/// A file that has not arrived whole.
#[derive(Serialize)]
struct Part {
    id: String,
    name: String,
    received: String,
    size: String,
}

/// A material of the list.
#[derive(Serialize)]
struct Item {
    code: String,
    name: Words,
    required: bool,
    held: bool,
    lacking: bool,
    when: &'static str,
    basis: String,
    files: Vec<Present>,
    arriving: Vec<Part>,
    /// Idempotency key of this material's form.
    key: String,
    wrong: Vec<Words>,
}

#[derive(Serialize)]
struct View {
    filing: String,
    stage: Words,
    open: bool,
    typed: bool,
    items: Vec<Item>,
    required: usize,
    lacking: usize,
    wrong: Vec<Wrong>,
    /// Files that just came in.
    done: usize,
    largest: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    done: usize,
}

/// The filing of an address; what is no id is nothing that we have.
pub(super) fn filing(id: &str) -> Result<FilingId, Error> {
    id.parse().map(FilingId).map_err(|_| Error::NotFound("filing"))
}

/// The page.
#[handler]
pub async fn show(member: Member, Path(id): Path<String>, shown: Query<Shown>) -> Result<Response, Oops> {
    page(&member, filing(&id)?, shown.done, vec![], StatusCode::OK).await
}

async fn page(
    member: &Member,
    id: FilingId,
    done: usize,
    wrong: Vec<(String, Words)>,
    status: StatusCode,
) -> Result<Response, Oops> {
    let sheet = sheet::sheet(member, &member.actor, id).await?;
    let mut items = vec![];
    for line in sheet.lines {
        let own = wrong.iter().filter(|(code, _)| *code == line.code).map(|(_, words)| words.clone()).collect();
        let key = value::hex(&member.clock.random::<16>().map_err(Error::from)?);
        items.push(item(line, key, own));
    }
    let view = View {
        filing: id.to_string(),
        stage: words(sheet.stage.zh(), sheet.stage.en()),
        open: sheet.open,
        typed: sheet.typed,
        required: items.iter().filter(|item| item.required).count(),
        lacking: items.iter().filter(|item| item.lacking).count(),
        items,
        wrong: wrong.into_iter().map(|(code, words)| Wrong { field: format!("file-{code}"), words }).collect(),
        done,
        largest: kinds::megabytes(kinds::MAX_FILE),
    };
    member.private(status, "my_materials.html", &view)
}

fn item(line: Line, key: String, wrong: Vec<Words>) -> Item {
    let lacking = line.lacking();
    Item {
        code: line.code,
        name: words(line.name, line.name_en),
        required: line.required,
        held: line.held,
        lacking,
        when: when(line.when),
        basis: line.basis,
        files: line.files.into_iter().map(present).collect(),
        arriving: line.arriving.into_iter().map(part).collect(),
        key,
        wrong,
    }
}

/// The message that says on what a material depends.
const fn when(when: When) -> &'static str {
    match when {
        When::Always => "",
        When::UnitApplicant => "unit",
        When::Leased => "leased",
        When::Owned => "owned",
        When::HasStaff => "staff",
        When::HasMedicines => "medicines",
        When::ThirdParty => "third",
    }
}

fn present(File { row, doubt }: File) -> Present {
    let said = match doubt {
        None => Words::default(),
        Some(Doubt::Small(width, height)) => words(
            format!(
                "照片只有{width}×{height}像素，可能看不清字。能看清每一个字的可以保留；看不清的请走近一些、在亮处重新拍照。"
            ),
            format!(
                "The photo has only {width} × {height} pixels. Keep it if every word can be read; else take it again, closer and in good light."
            ),
        ),
        Some(Doubt::Broken) => words(
            "这张照片可能已经损坏，不能正常显示。请打开看一看；打不开的，请删除后重新拍照上传。",
            "This photo may be damaged. Open it to see; if it does not open, remove it and take it again.",
        ),
    };
    Present {
        id: row.id.to_string(),
        picture: row.media_type != MediaType::Pdf.name(),
        name: row.file_name,
        size: kinds::megabytes(row.size.unsigned_abs()),
        at: paper::at(row.added_at),
        doubt: said,
    }
}

fn part(row: upload::Model) -> Part {
    Part {
        id: row.id.to_string(),
        name: row.file_name,
        received: kinds::megabytes(row.received.unsigned_abs()),
        size: kinds::megabytes(row.size.unsigned_abs()),
    }
}

/// What a form brought: its texts, then each file as it arrives.
struct Sent {
    code: String,
    key: String,
    /// Files that were chosen.
    files: usize,
    added: usize,
    wrong: Vec<Words>,
}

/// Adds the files of a form, each once, however often the form is sent. One that cannot be taken keeps none of the others out.
#[handler]
pub async fn add(member: Member, Path(id): Path<String>, parts: Multipart) -> Result<Response, Oops> {
    let id = filing(&id)?;
    // Before a byte is read: whose it is, and whether it is open.
    let sheet = sheet::sheet(&member, &member.actor, id).await?;
    if !sheet.open {
        return Err(Error::Locked(sheet.stage).into());
    }
    let mut sent = take(&member, id, parts).await?;
    if sent.files == 0 {
        sent.wrong.push(words("请先选择文件，再点“上传”。", "Choose a file first, then “Upload”."));
    }
    if sent.wrong.is_empty() {
        let (code, added) = (link::encode(&sent.code), sent.added);
        return Ok(member.redirect(&format!("/my/filings/{id}/materials?done={added}#m-{code}")));
    }
    let wrong = sent.wrong.into_iter().map(|words| (sent.code.clone(), words)).collect();
    page(&member, id, sent.added, wrong, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn take(member: &Member, id: FilingId, mut parts: Multipart) -> Result<Sent, Oops> {
    let malformed = |_| Oops::from(&wording::MALFORMED);
    let mut sent = Sent { code: String::new(), key: String::new(), files: 0, added: 0, wrong: vec![] };
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        match part.name().unwrap_or_default() {
            "code" => sent.code = short(part).await?,
            "key" => sent.key = short(part).await?,
            "file" => {
                let name = part.file_name().unwrap_or_default().to_owned();
                let file = part.tempfile().await.map_err(malformed)?;
                let (file, sha256, size) = measured(file).await?;
                // A browser sends an empty file where none was chosen.
                if size == 0 && name.is_empty() {
                    continue;
                }
                sent.files += 1;
                if sent.files > FILES {
                    continue;
                }
                let name = if text::defect(&name).is_some() { String::new() } else { name };
                let upload = Upload { code: sent.code.clone(), file_name: name.clone(), file, size, sha256 };
                match one(member, id, &sent, upload).await {
                    Ok(_) => sent.added += 1,
                    Err(error) => sent.wrong.push(said(&name, error)?),
                }
            }
            _ => return Err(Oops::from(&wording::MALFORMED)),
        }
    }
    if sent.files > FILES {
        sent.wrong.push(words(
            format!("一次最多上传{FILES}个文件，其余的请再传一次。"),
            format!("At most {FILES} files at once; send the others again."),
        ));
    }
    Ok(sent)
}

async fn one(member: &Member, id: FilingId, sent: &Sent, upload: Upload) -> Result<material::Model, Error> {
    // The first file of a form has the form's key; no form of ours has another.
    if !(8..=48).contains(&sent.key.len()) {
        return Err(Error::Precondition("Idempotency-Key"));
    }
    let once = materials::once(&member.actor, id, format!("{}-{}", sent.key, sent.files), &upload);
    materials::add(member, &member.actor, id, upload, &once).await
}

/// What is wrong with a file, by its name; what is nobody's to mend on this page is an error page.
fn said(name: &str, error: Error) -> Result<Words, Oops> {
    let worded = wording::of(error);
    if worded.status == 404 || worded.status >= 500 {
        return Err(Oops(Box::new(worded)));
    }
    let (zh, en) = match worded.fields.first() {
        Some(problem) => (problem.zh.clone(), problem.en.clone()),
        None => (worded.zh, worded.en),
    };
    if name.is_empty() {
        return Ok(words(zh, en));
    }
    Ok(words(format!("“{name}”：{zh}"), format!("“{name}”: {en}")))
}

async fn short(part: Field) -> Result<String, Oops> {
    let mut bytes = vec![];
    let malformed = |_| Oops::from(&wording::MALFORMED);
    part.into_async_read().take(LONGEST).read_to_end(&mut bytes).await.map_err(malformed)?;
    let text = String::from_utf8(bytes).map_err(|_| Oops::from(&wording::MALFORMED))?;
    if text::defect(&text).is_some() { Err(Oops::from(&wording::MALFORMED)) } else { Ok(text) }
}

/// A spooled file with its digest and size, at its beginning; measured off the event loop.
async fn measured(file: tokio::fs::File) -> Result<(std::fs::File, String, u64), Error> {
    use std::io::Seek;
    let mut file = file.into_std().await;
    let measuring = tokio::task::spawn_blocking(move || {
        let (digest, size) = materials::digest(&mut file)?;
        file.rewind()?;
        Ok::<_, std::io::Error>((file, digest, size))
    });
    measuring.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Takes a material back. One that is gone already is as gone as it was to be.
#[handler]
pub async fn remove(member: Member, Path((id, material)): Path<(String, String)>) -> Result<Response, Oops> {
    let id = filing(&id)?;
    let material = material.parse().map(MaterialId).map_err(|_| Error::NotFound("material"))?;
    sheet::sheet(&member, &member.actor, id).await?;
    match materials::remove(&member, &member.actor, id, material).await {
        Ok(()) | Err(Error::NotFound(_)) => Ok(member.redirect(&format!("/my/filings/{id}/materials"))),
        Err(error) => Err(error.into()),
    }
}

/// A material as its owner sees it: a picture in the browser, where nothing in it may run; a PDF as a download, since
/// browsers open none in such a cage.
#[handler]
pub async fn open(member: Member, Path((id, material)): Path<(String, String)>) -> Result<Response, Oops> {
    let id = filing(&id)?;
    let material = material.parse().map(MaterialId).map_err(|_| Error::NotFound("material"))?;
    let row = materials::view(&member, &member.actor, id, material).await?;
    let way = if row.media_type == MediaType::Pdf.name() { "attachment" } else { "inline" };
    let pieces = materials::content(&member, row.sha256);
    Ok(Response::builder()
        .content_type(&row.media_type)
        .header(header::CONTENT_DISPOSITION, format!("{way}; filename*=UTF-8''{}", link::encode(&row.file_name)))
        .header(
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
        )
        .header(header::CACHE_CONTROL, "private, no-store")
        .body(poem::Body::from_bytes_stream(pieces)))
}
