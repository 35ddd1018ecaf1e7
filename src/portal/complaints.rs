//! Reporting a clinic, a certificate or a place, and following the report. Nobody signs in.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Field;
use poem::web::Form;
use poem::web::Multipart;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;
use tokio::io::AsyncReadExt;

use crate::app::App;
use crate::domain::complaint::{self, ComplaintKind, Place};
use crate::domain::id::AuthorityId;
use crate::domain::value;
use crate::edge::text;
use crate::edge::wording;
use crate::error::Error;
use crate::error::Problem;
use crate::portal::forms;
use crate::portal::forms::Fields;
use crate::portal::forms::Refused;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::Phone;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::store::entity::{authority, complaint_event};
use crate::usecase::complaints;
use crate::usecase::complaints::Followed;
use crate::usecase::complaints::New;
use crate::usecase::complaints::Picture;
use crate::usecase::complaints::Sender;
use crate::usecase::pace;
use crate::usecase::pace::Client;
use crate::usecase::pace::Limit;
use crate::usecase::reference;

/// Largest form with its photos, bytes.
pub const LARGEST_FORM: usize = complaint::PHOTOS * complaint::LARGEST_PHOTO as usize + 256 * 1024;

/// Largest form without photos, bytes.
pub const SMALL_FORM: usize = 4 * 1024;

/// Longest text of a field that is read at all, bytes: its own bounds are told in words.
const LONGEST: u64 = 32 * 1024;

/// Fields of the form, in its order.
const FIELDS: Fields<'_> = &[
    ("/kind", "kind"),
    ("/clinic", "clinic"),
    ("/code", "code"),
    ("/place/name", "name"),
    ("/place/address", "address"),
    ("/place/area", "area"),
    ("/details", "details"),
    ("/photos", "photos"),
    ("/contact", "contact"),
    ("/authority_id", "authority_id"),
    ("/website", "website"),
];

/// What was typed, kept for another try.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    kind: String,
    clinic: String,
    code: String,
    name: String,
    address: String,
    area: String,
    details: String,
    contact: String,
    authority_id: String,
    website: String,
    /// Idempotency key of this form.
    key: String,
}

#[derive(Serialize)]
struct Choice {
    code: String,
    name: Words,
    chosen: bool,
}

#[derive(Serialize)]
struct View {
    typed: Typed,
    kinds: Vec<Choice>,
    areas: Vec<Choice>,
    authorities: Vec<Choice>,
    phones: Vec<Phone>,
    limits: Limits,
}

/// What the form says of its fields: the bounds that are checked.
#[derive(Serialize)]
struct Limits {
    least: usize,
    most: usize,
    photos: usize,
    megabytes: u64,
}

/// The form; a clinic's number or a code may come with the address.
#[handler]
pub async fn form(ask: Ask, request: &Request) -> Result<Response, Oops> {
    let asked: Typed = request.params().unwrap_or_default();
    let fit = |text: String| Some(text).filter(|text| text::defect(text).is_none()).unwrap_or_default();
    let typed = Typed { clinic: fit(asked.clinic), code: fit(asked.code), key: key(&ask)?, ..Typed::default() };
    shown(&ask, &Refused::none(), typed).await
}

fn key(app: &App) -> Result<String, Error> {
    Ok(value::hex(&complaints::form_key(app)?))
}

async fn shown(ask: &Ask, refused: &Refused, typed: Typed) -> Result<Response, Oops> {
    let kinds = ComplaintKind::ALL.iter().map(|kind| {
        let code = kind.code();
        Choice { chosen: code == typed.kind, code, name: words(kind.zh(), kind.en()) }
    });
    // Names stay as they are filed.
    let area = |(code, name): (String, String)| Choice { chosen: code == typed.area, code, name: words(&name, &name) };
    let authority = |row: authority::Model| {
        let code = row.id.to_string();
        Choice { chosen: code == typed.authority_id, code, name: words(&row.name, &row.name) }
    };
    let view = View {
        kinds: kinds.collect(),
        areas: complaints::areas(ask).await?.into_iter().map(area).collect(),
        authorities: reference::authorities(ask).await?.into_iter().map(authority).collect(),
        phones: paper::phones(ask, &[]).await?,
        limits: Limits {
            least: *complaint::DETAILS.start(),
            most: *complaint::DETAILS.end(),
            photos: complaint::PHOTOS,
            megabytes: complaint::LARGEST_PHOTO / 1024 / 1024,
        },
        typed,
    };
    refused.page(ask, "complaint.html", &view)
}

/// Where a report stands, for its reporter.
#[derive(Serialize)]
struct Status {
    reference: String,
    stage: Words,
    message: Words,
    authority: String,
    accept_by: Words,
    due_on: Words,
    guessed: bool,
    photos: u64,
    steps: Vec<Step>,
    closed: bool,
    reply: String,
    phones: Vec<Phone>,
}

#[derive(Serialize)]
struct Step {
    stage: Words,
    at: Words,
}

impl From<&complaint_event::Model> for Step {
    fn from(step: &complaint_event::Model) -> Self {
        Self { stage: words(step.to_stage.zh(), step.to_stage.en()), at: paper::at(step.at) }
    }
}

async fn status(app: &App, answer: Followed) -> Result<Status, Error> {
    let message = words(answer.zh(), answer.en());
    let Followed { row, authority, photos, steps } = answer;
    Ok(Status {
        reference: row.reference.to_string(),
        stage: words(row.stage.zh(), row.stage.en()),
        message,
        accept_by: paper::date(row.accept_by),
        due_on: paper::date(row.due_on),
        guessed: row.due_guessed,
        photos,
        steps: steps.iter().map(Step::from).collect(),
        closed: complaint::ended(row.stage),
        reply: row.reply,
        phones: paper::phones(app, &[Some(authority.id)]).await?,
        authority: authority.name,
    })
}

/// Takes a report in, with its photos; answers the reference number, or the form with everything that is wrong.
#[handler]
pub async fn submit(ask: Ask, client: Data<&Client>, parts: Multipart) -> Result<Response, Oops> {
    // Before a byte of it is read.
    pace::take(&ask, Limit::Uploads, &client).await?;
    let Read { mut typed, pictures, mut problems } = read(parts).await?;
    let mut body = json!({
        "clinic": typed.clinic, "code": typed.code, "details": typed.details, "contact": typed.contact,
        "place": { "name": typed.name, "address": typed.address, "area": typed.area },
    });
    text::tidy(&mut body, "", &mut problems);
    forms::trap(&typed.website, &mut problems);
    let new = new(&typed, &body);
    if !problems.is_empty() {
        forms::add(&mut problems, complaints::check(&new, pictures.len()));
        return shown(&ask, &Refused::problems(&problems, FIELDS), typed).await;
    }
    if !(8..=64).contains(&typed.key.len()) {
        typed.key = key(&ask)?;
    }
    let digest = digest(&typed, &pictures);
    let sender = Sender { client: &client, key: &typed.key, digest: &digest };
    match complaints::create(&ask, new, pictures, sender).await {
        Ok(answer) => {
            let view = json!({ "status": status(&ask, answer).await? });
            ask.private(StatusCode::OK, "complaint_receipt.html", &view)
        }
        Err(error) => shown(&ask, &Refused::of(error, FIELDS)?, typed).await,
    }
}

/// A form as it was sent.
struct Read {
    typed: Typed,
    pictures: Vec<Picture>,
    problems: Vec<Problem>,
}

async fn read(mut parts: Multipart) -> Result<Read, Oops> {
    let malformed = |_| Oops::from(&wording::MALFORMED);
    let (mut fields, mut pictures, mut problems, mut sent) = (serde_json::Map::new(), vec![], vec![], 0);
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "photos" {
            // No form of ours sends more, or one twice.
            if fields.len() >= 2 * FIELDS.len() || fields.contains_key(&name) {
                return Err(Oops::from(&wording::MALFORMED));
            }
            let text = String::from_utf8(bytes(part, LONGEST).await?).map_err(|_| Oops::from(&wording::MALFORMED))?;
            // A text area breaks its lines as letters do.
            fields.insert(name, Value::String(text.replace("\r\n", "\n")));
            continue;
        }
        let file_name = part.file_name().unwrap_or_default().to_owned();
        let file = bytes(part, complaint::LARGEST_PHOTO + 1).await?;
        // A browser sends an empty file where none was chosen.
        if file.is_empty() {
            continue;
        }
        sent += 1;
        if sent > complaint::PHOTOS {
            continue;
        }
        match complaints::clean(&file_name, file).await {
            Ok(picture) => pictures.push(picture),
            Err(Error::TooLarge(_)) => problems.push(photo(sent, "超过10 MB，请缩小后再选。", "is larger than 10 MB.")),
            Err(Error::FileType) => {
                problems.push(photo(
                    sent,
                    "不是JPG或者PNG照片，或者已经损坏，请重新拍摄。",
                    "is no JPEG or PNG, or is damaged.",
                ));
            }
            Err(Error::Invalid(_)) => problems.push(photo(sent, "像素过多，请缩小后再选。", "has too many pixels.")),
            Err(error) => return Err(error.into()),
        }
    }
    if sent > complaint::PHOTOS {
        problems.push(Problem::new("/photos", "最多6张照片，请选出最清楚的。", "At most six photos."));
    }
    let typed = serde_json::from_value(Value::Object(fields)).map_err(|_| Oops::from(&wording::MALFORMED))?;
    Ok(Read { typed, pictures, problems })
}

fn photo(number: usize, zh: &str, en: &str) -> Problem {
    Problem::new("/photos", format!("第{number}张照片{zh}"), format!("Photo {number} {en}"))
}

/// What a part holds, up to `most` bytes; the rest is passed over.
async fn bytes(part: Field, most: u64) -> Result<Vec<u8>, Oops> {
    let mut reader = part.into_async_read();
    let mut whole = vec![];
    let malformed = |_| Oops::from(&wording::MALFORMED);
    (&mut reader).take(most).read_to_end(&mut whole).await.map_err(malformed)?;
    tokio::io::copy(&mut reader, &mut tokio::io::sink()).await.map_err(malformed)?;
    Ok(whole)
}

/// The report, from texts that were made tidy.
fn new(typed: &Typed, body: &Value) -> New {
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let place = Place { name: text("/place/name"), address: text("/place/address"), area: text("/place/area") };
    New {
        kind: ComplaintKind::ALL.iter().copied().find(|kind| kind.code() == typed.kind),
        clinic: text("/clinic"),
        code: text("/code"),
        // A street alone is no place; where there is nothing else, the form asks for it.
        place: Some(place).filter(|place| !place.name.is_empty() || !place.address.is_empty()),
        details: text("/details"),
        contact: text("/contact"),
        authority: typed.authority_id.parse().ok().map(AuthorityId),
    }
}

fn digest(typed: &Typed, pictures: &[Picture]) -> String {
    let sent = Typed { key: String::new(), ..typed.clone() };
    let photos: Vec<_> = pictures.iter().map(|picture| picture.sha256.as_str()).collect();
    value::hex(&Sha256::digest(json!({ "form": sent, "photos": photos }).to_string()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    reference: String,
}

#[derive(Serialize)]
struct Found {
    typed: String,
    status: Option<Status>,
}

/// What is said of a number that no report has.
fn missing() -> Words {
    words(
        "没有查到这个编号。请核对12位查询编号后重新输入；编号中没有数字0、1，也没有字母O、I。",
        "No report has this number. Please check its 12 characters: there is no digit 0 or 1 and no letter O or I in it.",
    )
}

/// The form for a reference number.
#[handler]
pub fn follow_form(ask: Ask) -> Result<Response, Oops> {
    Refused::none().page(&ask, "complaint_follow.html", &Found { typed: String::new(), status: None })
}

/// Where the report of a reference number stands. The number is sent in the body, so that it stands in no address.
#[handler]
pub async fn follow(ask: Ask, client: Data<&Client>, asked: Form<Asked>) -> Result<Response, Oops> {
    let typed: String = asked.0.reference.chars().take(40).collect();
    let (refused, status) = match complaints::follow(&ask, &typed, &client).await {
        Ok(answer) => (Refused::none(), Some(status(&ask, answer).await?)),
        Err(Error::NotFound(_)) => (Refused::one(StatusCode::NOT_FOUND, "reference", missing()), None),
        Err(error) => return Err(error.into()),
    };
    refused.page(&ask, "complaint_follow.html", &Found { typed, status })
}
