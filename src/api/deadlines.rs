//! Due lists: what must be done until when.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::clock::{ClockState, Unit, Urgency, Wanted};
use crate::domain::id::{ComplaintId, FilingId};
use crate::domain::law::Law;
use crate::store::entity::deadline;
use crate::usecase::deadlines::{self, About, DueList, Left};

/// A clock of the law.
#[derive(Debug, Object)]
#[oai(rename = "Deadline", skip_serializing_if_is_none)]
pub struct DeadlineView {
    pub id: Uuid,
    /// Rule
    pub rule: String,
    /// 规则名称
    pub title: String,
    /// 事项: what is due
    pub item: String,
    /// 状态
    pub state: ClockState,
    /// 起算日, not counted
    pub starts_on: NaiveDate,
    /// 期限
    pub due_on: NaiveDate,
    /// 暂按周末推算: the holidays of a year on the way are not published yet
    pub guessed: bool,
    /// 计算方式
    pub unit: Unit,
    /// 紧迫程度 of a running clock
    pub urgency: Option<Urgency>,
    /// What is left of a running clock, negative when it has passed: working days where `unit` says so, else days
    pub days_left: Option<i64>,
    /// The filing that it runs for
    pub filing_id: Option<FilingId>,
    /// 办件编号, 核查编号 or 投诉举报编号
    pub case_number: Option<String>,
    /// 备案编号
    pub clinic: Option<String>,
    /// 诊所名称, or the name of the place that was reported
    pub name: Option<String>,
    /// The visit that it runs for
    pub visit_id: Option<Uuid>,
    /// The report that it runs for
    pub complaint_id: Option<ComplaintId>,
    /// When whoever handles it was warned
    pub warned_at: Option<DateTime<Utc>>,
    /// When it was escalated
    pub escalated_at: Option<DateTime<Utc>>,
    /// When it was found overdue
    pub overdue_at: Option<DateTime<Utc>>,
    /// 完成日
    pub met_on: Option<NaiveDate>,
}

fn deadline_view(app: &App, law: &Law, about: &About, row: deadline::Model) -> DeadlineView {
    let filing = row.filing_id.and_then(|id| about.filings.get(&id).cloned());
    let clinic = row.clinic_id.and_then(|id| about.clinics.get(&id).cloned());
    let visit = row.visit_id.and_then(|id| about.visits.get(&id).cloned());
    let complaint = row.complaint_id.and_then(|id| about.complaints.get(&id).cloned());
    let left = Left::of(app, law, &row);
    let (case_number, filed_name) = filing.unwrap_or_default();
    let (number, name) = clinic.unzip();
    let (reported, place) = complaint.unzip();
    DeadlineView {
        id: row.id,
        title: law.rule(&row.rule, app.clock.today()).map(|text| text.title_zh.clone()).unwrap_or_default(),
        rule: row.rule,
        item: row.item,
        state: row.state,
        starts_on: row.starts_on,
        due_on: row.due_on,
        guessed: row.guessed,
        unit: row.unit,
        urgency: left.map(|l| l.urgency),
        days_left: left.map(|l| l.days),
        filing_id: row.filing_id.map(FilingId),
        case_number: visit.or(reported).or(case_number),
        clinic: number,
        name: name.or(place).or(Some(filed_name)).filter(|name| !name.is_empty()),
        visit_id: row.visit_id,
        complaint_id: row.complaint_id.map(ComplaintId),
        warned_at: row.warned_at,
        escalated_at: row.escalated_at,
        overdue_at: row.overdue_at,
        met_on: row.met_on,
    }
}

pub struct Deadlines;

#[OpenApi(prefix_path = "/deadlines", tag = "Tag::Deadlines")]
impl Deadlines {
    /// 期限列表 · What is due, the most urgent first
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/", method = "get", operation_id = "deadline_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 状态; `running` unless given
        state: Query<Option<ClockState>>,
        /// 紧迫程度: so urgent, or more
        urgency: Query<Option<Urgency>>,
        /// Rule
        rule: Query<Option<String>>,
        /// Due on this day, or earlier
        until: Query<Option<NaiveDate>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<DeadlineView>>, Problem> {
        let limit = page::limit(&limit)?;
        let wanted = Wanted {
            state: state.0.unwrap_or(ClockState::Running),
            urgency: urgency.0,
            rule: rule.0,
            until: until.0,
            after: page::dated_cursor(&cursor)?,
        };
        let DueList { rows, about } = deadlines::list(&app, &caller.0.actor, &wanted, limit).await?;
        let law = app.law();
        let place = |row: &deadline::Model| page::dated(row.due_on, row.id);
        Ok(Json(page::page_from(rows, limit, place, |row| deadline_view(&app, &law, &about, row))))
    }
}
