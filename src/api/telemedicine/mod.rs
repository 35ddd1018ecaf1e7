//! The public register of 互联网诊疗, and the question of platforms that rely on it (R-080, R-082; 2018 办法 第二十七条).

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::api::Tag;
use crate::api::body::Body;
use crate::api::page;
use crate::api::problem::Problem;
use crate::api::stream::{self, CSV, JSONL, Offer, Reply};
use crate::app::App;
use crate::domain::id::AuthorityId;
use crate::domain::telemedicine::GOOD_FOR;
use crate::domain::value;
use crate::edge::text;
use crate::error::{Error, Problem as Wrong};
use crate::usecase::telemedicine::{self, Asked, Online, Search};

mod views;

use views::{TelemedicineAnswered, TelemedicineCheck, TelemedicineFormat, TelemedicineJurisdictions, TelemedicineList};

/// The list in its formats.
pub struct Listing;

impl Offer for Listing {
    type Document = TelemedicineList;
    const MEDIA: &'static [&'static str] = &[JSONL, CSV];
    const CACHED: bool = true;
    const DESCRIPTION: &'static str = "A page, or with `format` the whole list as a stream.";
}

pub struct Telemedicine;

#[OpenApi(prefix_path = "/telemedicine", tag = "Tag::Telemedicine")]
impl Telemedicine {
    /// 互联网诊疗名单 · Clinics that may treat online now
    ///
    /// With `changed_since` the clinics that were written since, those that may no longer treat online among them
    /// (`permitted` false), so that a copy can be kept up to date: take the `as_of` of the answer before. A clinic may come
    /// twice, none is left out. `format=jsonl` and `csv` send the whole list, of one moment.
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/", method = "get", operation_id = "telemedicine_list")]
    async fn list(
        &self,
        app: Data<&App>,
        /// Only of this authority
        authority_id: Query<Option<AuthorityId>>,
        /// 行政区划, 4 (city) or 6 digits
        division: Query<Option<String>>,
        /// 街道, 9 digits
        street: Query<Option<String>>,
        /// 互联网诊疗科目, its code
        subject: Query<Option<String>>,
        /// 合作平台, its name
        platform: Query<Option<String>>,
        /// Only what was written at this time or later
        changed_since: Query<Option<DateTime<Utc>>>,
        /// json unless given
        format: Query<Option<TelemedicineFormat>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
        /// `ETag` of the answer before
        #[oai(name = "If-None-Match")]
        if_none_match: Header<Option<String>>,
    ) -> Result<Reply<Listing>, Problem> {
        let limit = page::limit(&limit)?;
        let after = page::timed_cursor(&cursor)?;
        let asked = json!({
            "authority_id": authority_id.0.map(|id| id.to_string()), "division": &division.0, "street": &street.0,
            "subject": &subject.0, "platform": &platform.0, "changed_since": &changed_since.0,
        });
        let search = Search {
            authority: authority_id.0.map(|id| id.0),
            division: place(division.0, street.0)?,
            subject: subject.0,
            platform: platform.0,
            changed_since: changed_since.0,
        };
        for (name, value) in [("/subject", &search.subject), ("/platform", &search.platform)] {
            if let Some((zh, en)) = value.as_deref().and_then(text::defect) {
                return Err(Error::field(name, zh, en).into());
            }
        }
        let app = app.0.clone();
        let format = format.0.unwrap_or_default();
        if format == TelemedicineFormat::Json {
            let Online { items, next, as_of } = telemedicine::list(&app, search, after, limit).await?;
            let view = TelemedicineList {
                items: items.into_iter().map(|row| views::clinic(&app, row)).collect(),
                next: next.map(|(at, id)| page::timed(at, id)),
                notices: notices(&app),
                as_of,
            };
            let tag = tag(&view);
            return Ok(Reply::document(&view).as_of(as_of).kept(GOOD_FOR, &tag, if_none_match.0.as_deref()));
        }
        let feed = telemedicine::stream(&app, search).await?;
        let as_of = feed.as_of;
        if format == TelemedicineFormat::Csv {
            let body = stream::csv(feed, &views::columns(), move |row| views::cells(views::clinic(&app, row)))?;
            return Ok(Reply::streamed(CSV, as_of, body, &stream::file_name("telemedicine", as_of, "csv")));
        }
        let head = json!({ "asked": without_nulls(asked), "notices": notices(&app).to_json() });
        let row = move |row| stream::line("clinic", views::clinic(&app, row).to_json());
        let body = stream::lines(feed, head, json!({}), row);
        Ok(Reply::streamed(JSONL, as_of, body, &stream::file_name("telemedicine", as_of, "jsonl")))
    }

    /// 各备案机关互联网诊疗概况 · Clinics that may treat online, by authority
    #[oai(path = "/jurisdictions", method = "get", operation_id = "telemedicine_jurisdiction_list")]
    async fn jurisdictions(&self, app: Data<&App>) -> Result<Json<TelemedicineJurisdictions>, Problem> {
        let (items, as_of) = telemedicine::jurisdictions(&app).await?;
        Ok(Json(TelemedicineJurisdictions { items: items.into_iter().map(Into::into).collect(), as_of }))
    }

    /// 可否在线诊疗 · May this clinic, with this physician and subject, treat online today?
    ///
    /// For platforms that rely on the register. Nothing is kept of the question. What may not be is an answer (200, every
    /// reason at once), not an error. A practice code only tells apart physicians of one name at this clinic.
    #[oai(path = "/checks", method = "post", operation_id = "telemedicine_check")]
    async fn check(
        &self,
        app: Data<&App>,
        body: Body<TelemedicineCheck>,
    ) -> Result<Json<TelemedicineAnswered>, Problem> {
        let TelemedicineCheck { clinic, certificate, physician, subject, day } = body.value;
        let asked = Asked {
            number: clinic,
            code: certificate,
            physician: physician.name,
            practice_code: physician.practice_code,
            subject,
            day,
        };
        let checked = telemedicine::check(&app, &asked).await?;
        Ok(Json(views::answered(checked, telemedicine::notices(&app))))
    }
}

fn notices(app: &App) -> Vec<views::PatientNotice> {
    telemedicine::notices(app).into_iter().map(Into::into).collect()
}

/// Of everything that counts: not of when it was asked.
fn tag(view: &TelemedicineList) -> String {
    let mut value = view.to_json().unwrap_or_default();
    value["as_of"] = Value::Null;
    value::hex(Sha256::digest(value.to_string()).get(..16).unwrap_or_default())
}

/// What was asked for.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().filter(|(_, field)| !field.is_null()).collect(),
        other => other,
    }
}

/// The division or street of a filter.
fn place(division: Option<String>, street: Option<String>) -> Result<Option<String>, Error> {
    let digits =
        |text: &str, lengths: &[usize]| lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let mut problems = vec![];
    if !division.as_deref().is_none_or(|code| digits(code, &[4, 6])) {
        let zh = "行政区划代码为4位（市）或者6位（县区）数字。";
        problems.push(Wrong::new("/division", zh, "A division has 4 or 6 digits."));
    }
    if !street.as_deref().is_none_or(|code| digits(code, &[9])) {
        problems.push(Wrong::new("/street", "街道代码为9位数字。", "A street has 9 digits."));
    }
    if let (Some(division), Some(street)) = (&division, &street)
        && !street.starts_with(division.as_str())
    {
        let zh = "这个街道不在所填的行政区划内。";
        problems.push(Wrong::new("/street", zh, "This street is not in that division."));
    }
    if problems.is_empty() { Ok(street.or(division)) } else { Err(Error::Invalid(problems)) }
}
