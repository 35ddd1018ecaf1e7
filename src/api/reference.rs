//! Rules, subjects, divisions, authorities and materials in force.

use chrono::NaiveDate;
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use crate::api::Tag;
use crate::api::filings::AuthorityView;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::actor::Duty;
use crate::domain::clock::Unit;
use crate::domain::decision::DecisionKind;
use crate::domain::dossier::{ClinicType, Profile};
use crate::domain::id::AuthorityId;
use crate::domain::law::{CheckLine, Ground};
use crate::domain::lifecycle::Kind;
use crate::domain::value;
use crate::usecase::jurisdictions::{self, Jurisdiction, JurisdictionFilter};
use crate::usecase::reference;

/// A rule with its legal basis.
#[derive(Debug, Object)]
#[oai(rename = "Rule", skip_serializing_if_is_none)]
pub struct RuleView {
    pub id: String,
    /// `error` blocks; `warning` does not; `task` and `display` inform
    pub severity: String,
    /// The severity for some clinic types, where it is another one
    pub severity_by_type: Vec<SeverityOfType>,
    /// 适用: the measures under which it holds; none named: both
    pub profiles: Vec<Profile>,
    /// 备案种类 that it is asked of
    pub kinds: Vec<Kind>,
    /// 名称
    pub title: String,
    pub title_en: String,
    /// 提示语, with its values in braces
    pub message: String,
    pub message_en: String,
    /// Names of the values in the messages
    pub values: Vec<String>,
    /// 标准: how much it asks; the name tells the unit
    pub thresholds: Vec<Threshold>,
    /// How its days are counted
    pub counted_in: Unit,
    /// Whether a warning must be answered with a reason at submission
    pub answered: bool,
    pub effective_from: NaiveDate,
    pub effective_to: Option<NaiveDate>,
    /// 依据
    pub basis: Vec<BasisView>,
}

/// The severity of a rule for one clinic type.
#[derive(Debug, Object)]
pub struct SeverityOfType {
    /// 诊所类别
    pub clinic_type: ClinicType,
    pub severity: String,
}

/// How much a rule asks.
#[derive(Debug, Object)]
pub struct Threshold {
    pub name: String,
    pub value: f64,
}

/// A legal basis.
#[derive(Debug, Object)]
#[oai(rename = "Basis")]
pub struct BasisView {
    /// 文件
    pub document: String,
    /// 条款
    pub article: String,
    /// 内容
    pub text: String,
    /// How sure the wording is: F found, K known, K? likely, U unsure, I inferred
    pub confidence: String,
}

/// Rules in force.
#[derive(Debug, Object)]
pub struct RuleList {
    /// Version of the rule set
    pub rule_set: u32,
    pub items: Vec<RuleView>,
}

/// A code and its name.
#[derive(Debug, Object)]
pub struct CodeName {
    pub code: String,
    pub name: String,
}

/// A list of codes.
#[derive(Debug, Object)]
pub struct CodeList {
    pub items: Vec<CodeName>,
}

/// Authorities of this registry.
#[derive(Debug, Object)]
pub struct AuthorityList {
    pub items: Vec<AuthorityView>,
}

/// Who handles a clinic type in a street.
#[derive(Debug, Object)]
#[oai(rename = "Jurisdiction", skip_serializing_if_is_none)]
pub struct JurisdictionView {
    /// Place in the list
    pub id: Uuid,
    pub authority_id: AuthorityId,
    /// 机关名称
    pub authority_name: String,
    /// 备案, or 监管
    pub duty: Duty,
    pub clinic_type: ClinicType,
    /// 街道代码, nine digits
    pub street: String,
    /// 街道名称
    pub street_name: String,
    /// First day
    pub valid_from: NaiveDate,
    /// Last day; absent: until further notice
    pub valid_to: Option<NaiveDate>,
}

impl From<Jurisdiction> for JurisdictionView {
    fn from(row: Jurisdiction) -> Self {
        let Jurisdiction {
            id,
            authority,
            authority_name,
            duty,
            clinic_type,
            street,
            street_name,
            valid_from,
            valid_to,
        } = row;
        let authority_id = authority;
        Self { id, authority_id, authority_name, duty, clinic_type, street, street_name, valid_from, valid_to }
    }
}

/// A line of a checklist.
#[derive(Debug, Object)]
#[oai(rename = "CheckLine", skip_serializing_if_is_none)]
pub struct CheckLineView {
    pub code: String,
    /// 核查内容
    pub text: String,
    pub text_en: String,
    /// 依据
    pub basis: String,
    /// How sure it is: F found, K known, K? likely, U unsure, I inferred
    pub confidence: String,
    /// 适用的诊所类别; empty for all
    pub clinic_types: Vec<ClinicType>,
    pub effective_from: NaiveDate,
    pub effective_to: Option<NaiveDate>,
}

/// Lines in force.
#[derive(Debug, Object)]
pub struct Checklists {
    pub items: Vec<CheckLineView>,
}

/// A legal ground of a decision.
#[derive(Debug, Object)]
#[oai(rename = "Ground", skip_serializing_if_is_none)]
pub struct GroundView {
    pub code: String,
    /// 决定种类
    pub kind: DecisionKind,
    /// 适用; empty for both
    pub profiles: Vec<Profile>,
    /// 情形
    pub text: String,
    pub text_en: String,
    /// 文件
    pub document: String,
    /// 条款
    pub article: String,
    /// How sure it is: F found, K known, K? likely, U unsure, I inferred
    pub confidence: String,
    pub effective_from: NaiveDate,
    pub effective_to: Option<NaiveDate>,
}

/// Grounds in force.
#[derive(Debug, Object)]
pub struct Grounds {
    pub items: Vec<GroundView>,
}

fn codes(list: Vec<(String, String)>) -> Json<CodeList> {
    Json(CodeList { items: list.into_iter().map(|(code, name)| CodeName { code, name }).collect() })
}

pub struct Reference;

#[OpenApi(tag = "Tag::Reference")]
impl Reference {
    /// 规则 · Rules in force, with their legal basis
    #[oai(path = "/rules", method = "get", operation_id = "rule_list")]
    async fn rules(&self, app: Data<&App>) -> Json<RuleList> {
        let today = app.clock.today();
        let law = app.law();
        let rules = law.rules().filter(|rule| rule.holds_on(today)).map(|rule| RuleView {
            id: rule.id.clone(),
            severity: value::code(&rule.severity),
            severity_by_type: rule
                .severity_by_type
                .iter()
                .map(|(clinic_type, severity)| SeverityOfType {
                    clinic_type: *clinic_type,
                    severity: value::code(severity),
                })
                .collect(),
            profiles: rule.profiles.clone(),
            kinds: Kind::ALL.iter().copied().filter(|kind| rule.asked_of(*kind)).collect(),
            title: rule.title_zh.clone(),
            title_en: rule.title_en.clone(),
            message: rule.template_zh.clone(),
            message_en: rule.template_en.clone(),
            values: rule.values.clone(),
            thresholds: rule
                .thresholds
                .iter()
                .map(|(name, value)| Threshold { name: name.clone(), value: *value })
                .collect(),
            counted_in: rule.counted_in,
            answered: rule.answered,
            effective_from: rule.effective_from,
            effective_to: rule.effective_to,
            basis: rule
                .basis
                .iter()
                .map(|b| BasisView {
                    document: b.document.clone(),
                    article: b.article.clone(),
                    text: b.text.clone(),
                    confidence: value::code(&b.confidence),
                })
                .collect(),
        });
        Json(RuleList { rule_set: law.rule_set(), items: rules.collect() })
    }

    /// 诊疗科目 · Subjects (诊疗科目名录)
    #[oai(path = "/reference/subjects", method = "get", operation_id = "subject_list")]
    async fn subjects(&self, app: Data<&App>) -> Json<CodeList> {
        codes(reference::subjects(&app))
    }

    /// 行政区划 · Divisions and streets below one division (GB/T 2260)
    #[oai(path = "/reference/divisions", method = "get", operation_id = "division_list")]
    async fn divisions(
        &self,
        app: Data<&App>,
        /// The division whose parts are asked for; provinces unless given
        parent: Query<Option<String>>,
    ) -> Json<CodeList> {
        codes(reference::divisions(&app, parent.0.as_deref()))
    }

    /// 材料清单 · Material codes
    #[oai(path = "/reference/materials", method = "get", operation_id = "material_code_list")]
    async fn materials(&self, app: Data<&App>) -> Json<CodeList> {
        codes(reference::materials(&app))
    }

    /// 备案机关 · Authorities
    #[oai(path = "/reference/authorities", method = "get", operation_id = "authority_list")]
    async fn authorities(&self, app: Data<&App>) -> Result<Json<AuthorityList>, Problem> {
        let rows = reference::authorities(&app).await?;
        Ok(Json(AuthorityList { items: rows.into_iter().map(Into::into).collect() }))
    }

    /// 管辖 · Who handles which clinic type in which street
    #[oai(path = "/reference/jurisdictions", method = "get", operation_id = "jurisdiction_list")]
    async fn jurisdictions(
        &self,
        app: Data<&App>,
        /// 街道代码, nine digits
        street: Query<Option<String>>,
        /// 机关
        authority: Query<Option<AuthorityId>>,
        /// The day on which they hold; today unless given
        on: Query<Option<NaiveDate>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<JurisdictionView>>, Problem> {
        let limit = page::limit(&limit)?;
        let filter = JurisdictionFilter {
            on: on.0,
            street: street.0,
            authority: authority.0.map(|a| a.0),
            after: page::cursor(&cursor)?,
        };
        let rows = jurisdictions::list(&app, filter, limit).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, Into::into)))
    }

    /// 核查清单 · What visits look at, by clinic type
    #[oai(path = "/reference/checklists", method = "get", operation_id = "checklist_list")]
    async fn checklists(
        &self,
        app: Data<&App>,
        /// 诊所类别; all unless given
        clinic_type: Query<Option<ClinicType>>,
    ) -> Result<Json<Checklists>, Problem> {
        let (law, today) = (app.law(), app.clock.today());
        let chosen = |l: &&CheckLine| l.holds_on(today) && clinic_type.0.is_none_or(|t| l.is_for(t));
        let items = law.checklists().iter().filter(chosen).map(|line| CheckLineView {
            code: line.code.clone(),
            text: line.zh.clone(),
            text_en: line.en.clone(),
            basis: line.basis.clone(),
            confidence: value::code(&line.confidence),
            clinic_types: line.clinic_types.clone(),
            effective_from: line.effective_from,
            effective_to: line.effective_to,
        });
        Ok(Json(Checklists { items: items.collect() }))
    }

    /// 法定情形 · On what decisions may rest
    #[oai(path = "/reference/grounds", method = "get", operation_id = "ground_list")]
    async fn grounds(
        &self,
        app: Data<&App>,
        /// 决定种类; all unless given
        kind: Query<Option<DecisionKind>>,
        /// 适用; all unless given
        profile: Query<Option<Profile>>,
    ) -> Result<Json<Grounds>, Problem> {
        let (law, today) = (app.law(), app.clock.today());
        let chosen = |g: &&Ground| {
            g.holds_on(today) && kind.0.is_none_or(|k| g.kind == k) && profile.0.is_none_or(|p| g.holds_under(p))
        };
        let items = law.all_grounds().iter().filter(chosen).map(|ground| GroundView {
            code: ground.code.clone(),
            kind: ground.kind,
            profiles: ground.profiles.clone(),
            text: ground.zh.clone(),
            text_en: ground.en.clone(),
            document: ground.document.clone(),
            article: ground.article.clone(),
            confidence: value::code(&ground.confidence),
            effective_from: ground.effective_from,
            effective_to: ground.effective_to,
        });
        Ok(Json(Grounds { items: items.collect() }))
    }
}
