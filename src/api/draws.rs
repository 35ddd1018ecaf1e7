//! 双随机: draws, and all that is needed to draw again.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::filings::AuthorityView;
use crate::api::headers;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::dossier::ClinicType;
use crate::domain::draw::{Drawn, METHOD, METHOD_EN};
use crate::domain::id::DrawId;
use crate::store::entity::{authority, draw};
use crate::usecase::draws::{self, NewDraw};

/// A draw to make.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct DrawCreate {
    /// 抽查名称
    #[oai(validator(max_length = 100))]
    pub title: String,
    /// Only clinics of these types; all unless given
    #[oai(default, validator(max_items = 10))]
    #[serde(default)]
    pub clinic_types: Vec<ClinicType>,
    /// Only clinics in these streets, 9-digit codes; all unless given
    #[oai(default, validator(max_items = 100))]
    #[serde(default)]
    pub streets: Vec<String>,
    /// How many clinics are drawn
    #[oai(validator(maximum(value = "500")))]
    pub clinics: u32,
    /// How many people visit each, at least two
    #[oai(validator(maximum(value = "10")))]
    pub team: u32,
    /// 检查期限
    pub due_on: NaiveDate,
}

/// A draw, whole: whoever repeats it gets the same result.
#[derive(Debug, Object)]
#[oai(rename = "Draw")]
pub struct DrawView {
    pub id: DrawId,
    /// 抽查名称
    pub title: String,
    /// 监管部门
    pub supervisor: AuthorityView,
    pub at: DateTime<Utc>,
    /// 32 random bytes as hexadecimal digits, drawn by the service
    pub seed: String,
    /// 备案编号 of every clinic that could be drawn, sorted
    pub candidates: Vec<String>,
    /// Every inspector who could be drawn, by opaque ids, sorted
    pub inspectors: Vec<String>,
    /// How many clinics are drawn
    pub clinics: i32,
    /// How many people visit each
    pub team: i32,
    /// 抽取结果
    pub result: Vec<Drawn>,
    /// 抽取方法, in words
    pub method: String,
    /// The same in English
    pub method_en: String,
}

fn draw_view((row, supervisor): (draw::Model, authority::Model)) -> DrawView {
    let draw::Model { id, supervisor_id: _, title, at, actor_id: _, actor_name: _, .. } = row;
    DrawView {
        id: DrawId(id),
        title,
        supervisor: supervisor.into(),
        at,
        seed: row.seed,
        candidates: row.candidates.0,
        inspectors: row.inspectors.0,
        clinics: row.clinics,
        team: row.team,
        result: row.result.0,
        method: METHOD.to_owned(),
        method_en: METHOD_EN.to_owned(),
    }
}

/// A draw in a list.
#[derive(Debug, Object)]
pub struct DrawSummary {
    pub id: DrawId,
    /// 抽查名称
    pub title: String,
    /// 监管部门
    pub supervisor: String,
    pub at: DateTime<Utc>,
    /// How many could be drawn
    pub candidates: u32,
    /// How many were drawn
    pub clinics: i32,
    /// How many people visit each
    pub team: i32,
}

fn summary((row, supervisor): (draw::Model, authority::Model)) -> DrawSummary {
    DrawSummary {
        id: DrawId(row.id),
        title: row.title,
        supervisor: supervisor.name,
        at: row.at,
        candidates: u32::try_from(row.candidates.0.len()).unwrap_or(u32::MAX),
        clinics: row.clinics,
        team: row.team,
    }
}

#[derive(ApiResponse)]
pub enum DrawMade {
    /// The draw; its visits are ordered.
    #[oai(status = 201)]
    Made(
        Json<DrawView>,
        /// Where it is
        #[oai(header = "Location")]
        String,
    ),
}

pub struct Draws;

#[OpenApi(prefix_path = "/draws", tag = "Tag::Draws")]
impl Draws {
    /// 随机抽取 · Draw clinics and teams
    #[oai(path = "/", method = "post", operation_id = "draw_create")]
    async fn create(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<DrawCreate>,
    ) -> Result<DrawMade, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, "draw_create", &body.digest)?;
        let DrawCreate { title, clinic_types, streets, clinics, team, due_on } = body.value;
        let new = NewDraw { title, clinic_types, streets, clinics, team, due_on };
        let made = draws::create(&app, actor, new, &once).await?;
        let location = format!("{}/draws/{}", crate::api::BASE, made.0.id);
        Ok(DrawMade::Made(Json(draw_view(made)), location))
    }

    /// 抽取列表 · List draws
    #[oai(path = "/", method = "get", operation_id = "draw_list")]
    async fn list(
        &self,
        app: Data<&App>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<DrawSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        let rows = draws::list(&app, page::cursor(&cursor)?, limit).await?;
        Ok(Json(page::page(rows, limit, |(row, _)| row.id, summary)))
    }

    /// 查看抽取 · Show a draw
    #[oai(path = "/:draw_id", method = "get", operation_id = "draw_view")]
    async fn view(&self, app: Data<&App>, draw_id: Path<DrawId>) -> Result<Json<DrawView>, Problem> {
        Ok(Json(draw_view(draws::view(&app, draw_id.0).await?)))
    }
}
