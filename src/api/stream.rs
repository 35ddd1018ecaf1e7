//! Answers in the format that the caller asks for: a JSON document, JSON Lines, CSV or a workbook. Long ones are sent as
//! they are read; one that is broken off is told as a broken connection, never as a shorter list.

use std::marker::PhantomData;

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::{StreamExt, stream};
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::types::{ToJSON, Type};
use serde_json::{Value, json};

use crate::error::Error;
use crate::spreadsheet::write::{self, Cell, Column, Table};
use crate::usecase::exports::{Feed, Piece};

/// 数据截至, as a header.
const AS_OF: &str = "data-as-of";

/// JSON Lines: one JSON document on each line.
pub const JSONL: &str = "application/jsonl";
/// CSV (RFC 4180), UTF-8.
pub const CSV: &str = "text/csv";
/// A workbook of Excel 2007 and later.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What an operation may answer with.
pub trait Offer {
    /// The JSON document, where there is one.
    type Document: Type + ToJSON;
    /// Whether the document is one of the formats.
    const DOCUMENT: bool = true;
    /// The other formats.
    const MEDIA: &'static [&'static str];
    /// Whether there is an `ETag` and 304.
    const CACHED: bool = false;
    const DESCRIPTION: &'static str;
}

/// A response of such an operation.
pub struct Reply<O>(Response, PhantomData<O>);

impl<O: Offer> Reply<O> {
    /// The document.
    pub fn document(document: &O::Document) -> Self {
        let body = document.to_json_string();
        Self::new("application/json; charset=utf-8", body.into())
    }

    /// Rows as they come.
    pub fn streamed(media: &'static str, as_of: DateTime<Utc>, body: Body, name: &str) -> Self {
        let media = match media {
            CSV => "text/csv; charset=utf-8",
            other => other,
        };
        let file = format!("attachment; filename=\"{name}\"");
        Self::new(media, body).header(header::CONTENT_DISPOSITION, &file).as_of(as_of)
    }

    fn new(media: &str, body: Body) -> Self {
        Self(Response::builder().content_type(media).body(body), PhantomData)
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers_mut().insert(name, value);
        }
        self
    }

    /// Says of when the data are.
    pub fn as_of(self, at: DateTime<Utc>) -> Self {
        self.header(HeaderName::from_static(AS_OF), &at.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    /// May be kept for so many seconds, by anybody; 304 where the caller has it already. `tag` is of what counts.
    pub fn kept(self, seconds: u32, tag: &str, known: Option<&str>) -> Self {
        let tag = format!("W/\"{tag}\"");
        let same = known.is_some_and(|list| list.split(',').any(|one| one.trim() == tag || one.trim() == "*"));
        let reply =
            if same { Self(Response::builder().status(StatusCode::NOT_MODIFIED).finish(), PhantomData) } else { self };
        reply.header(header::ETAG, &tag).header(header::CACHE_CONTROL, &format!("public, max-age={seconds}"))
    }
}

impl<O: Offer + Send> IntoResponse for Reply<O> {
    fn into_response(self) -> Response {
        self.0
    }
}

fn text() -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")))
}

fn file() -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")))
}

impl<O: Offer> ApiResponse for Reply<O> {
    fn meta() -> MetaResponses {
        let document =
            MetaMediaType { content_type: "application/json; charset=utf-8", schema: O::Document::schema_ref() };
        let other = |media: &&'static str| MetaMediaType {
            content_type: media,
            schema: if *media == XLSX { file() } else { text() },
        };
        let told = |name: &str, description: &str| MetaHeader {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required: false,
            deprecated: false,
            schema: text(),
        };
        let mut headers = vec![told("Data-As-Of", "数据截至 (R-096), of a stream")];
        if O::CACHED {
            headers.push(told("ETag", "Of the document; send it as `If-None-Match`"));
        }
        let whole = MetaResponse {
            description: O::DESCRIPTION,
            status: Some(200),
            status_range: None,
            content: O::DOCUMENT.then_some(document).into_iter().chain(O::MEDIA.iter().map(other)).collect(),
            headers,
        };
        let same = MetaResponse {
            description: "Nothing has changed since.",
            status: Some(304),
            status_range: None,
            content: vec![],
            headers: vec![],
        };
        MetaResponses { responses: std::iter::once(whole).chain(O::CACHED.then_some(same)).collect() }
    }

    fn register(registry: &mut Registry) {
        if O::DOCUMENT {
            O::Document::register(registry);
        }
    }
}

/// JSON Lines: a head with `as_of` and what else `head` says, a line for each row, an end with the count and what else
/// `end` says. A file without the end is not whole.
pub fn lines<T: Send + 'static>(
    feed: Feed<T>,
    mut head: Value,
    end: Value,
    row: impl Fn(T) -> Value + Send + 'static,
) -> Body {
    head["line"] = "head".into();
    head["as_of"] = as_text(feed.as_of);
    let as_of = feed.as_of;
    let closing = move |rows: u64| {
        let mut end = end.clone();
        end["line"] = "end".into();
        end["as_of"] = as_text(as_of);
        end["rows"] = rows.into();
        format!("{end}\n").into_bytes()
    };
    let render = move |item: T| Ok(format!("{}\n", row(item)).into_bytes());
    bytes(feed, format!("{head}\n").into_bytes(), render, closing)
}

/// A row as a line of JSON Lines: what it is stands first, and under its name.
pub fn line(what: &str, row: Option<Value>) -> Value {
    json!({ "line": what, what: row })
}

/// A moment as JSON has it.
fn as_text(at: DateTime<Utc>) -> Value {
    json!(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// CSV: titles, then a line for each row.
///
/// # Errors
/// What the writer answers.
pub fn csv<T: Send + 'static>(
    feed: Feed<T>,
    columns: &[Column],
    row: impl Fn(T) -> Vec<Cell> + Send + 'static,
) -> Result<Body, Error> {
    let head = write::csv_head(columns).map_err(Error::internal)?;
    Ok(bytes(feed, head, move |item| write::csv_line(&row(item)).map_err(Error::internal), |_| vec![]))
}

/// The bytes of a stream, piece by piece.
fn bytes<T: Send + 'static>(
    feed: Feed<T>,
    head: Vec<u8>,
    row: impl Fn(T) -> Result<Vec<u8>, Error> + Send + 'static,
    end: impl Fn(u64) -> Vec<u8> + Send + 'static,
) -> Body {
    let first = stream::once(async move { Ok::<_, std::io::Error>(head) });
    let rest = stream::unfold(Some((feed.pieces, row, end, 0u64)), |state| async move {
        let (mut pieces, row, end, told) = state?;
        match pieces.recv().await {
            Some(Ok(Piece::Rows(rows))) => {
                let told = told + rows.len() as u64;
                let chunk: Result<Vec<Vec<u8>>, Error> = rows.into_iter().map(&row).collect();
                match chunk {
                    Ok(chunk) => Some((Ok(chunk.concat()), Some((pieces, row, end, told)))),
                    Err(error) => Some((Err(broken(&error)), None)),
                }
            }
            Some(Ok(Piece::End)) => Some((Ok(end(told)), None)),
            Some(Err(error)) => Some((Err(broken(&error)), None)),
            None => Some((Err(std::io::Error::other("the stream was broken off")), None)),
        }
    });
    // An empty piece would end the body.
    Body::from_bytes_stream(first.chain(rest).filter(|chunk| {
        let keep = chunk.as_ref().map_or(true, |bytes: &Vec<u8>| !bytes.is_empty());
        async move { keep }
    }))
}

fn broken(error: &Error) -> std::io::Error {
    tracing::error!(%error, "a stream was broken off");
    std::io::Error::other("the stream was broken off")
}

/// A workbook of all rows, with a sheet that says of when they are.
///
/// # Errors
/// What the stream or the writer answers.
pub async fn workbook<T: Send + 'static>(
    mut feed: Feed<T>,
    name: &str,
    columns: Vec<Column>,
    row: impl Fn(T) -> Vec<Cell>,
) -> Result<Body, Error> {
    let mut rows = vec![];
    loop {
        match feed.pieces.recv().await {
            Some(Ok(Piece::Rows(found))) => rows.extend(found.into_iter().map(&row)),
            Some(Ok(Piece::End)) => break,
            Some(Err(error)) => return Err(error),
            None => return Err(Error::Unavailable),
        }
    }
    let title = |title: &str| Column { title: title.to_owned() };
    let note = |what: &str, value: Cell| vec![Cell::text(what), value];
    let about = Table {
        name: "说明".to_owned(),
        columns: vec![title("项目"), title("内容")],
        rows: vec![
            note("数据截至（北京时间）", Cell::Moment(feed.as_of)),
            note("行数", Cell::Count(i64::try_from(rows.len()).unwrap_or(i64::MAX))),
        ],
    };
    let tables = [about, Table { name: name.to_owned(), columns, rows }];
    let written = tokio::task::spawn_blocking(move || write::xlsx(&tables)).await.map_err(Error::internal)?;
    Ok(written.map_err(Error::internal)?.into())
}

/// `clinics-20261123T020000Z.csv`: the name of a file with the moment of its data.
pub fn file_name(what: &str, as_of: DateTime<Utc>, ending: &str) -> String {
    format!("{what}-{}.{ending}", as_of.format("%Y%m%dT%H%M%SZ"))
}
