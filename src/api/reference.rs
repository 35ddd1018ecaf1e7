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
use crate::domain::dossier::{ClinicType, Profile};
use crate::domain::id::AuthorityId;
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
    /// 适用
    pub profiles: Vec<Profile>,
    /// 名称
    pub title: String,
    pub title_en: String,
    /// 提示语, with its values in braces
    pub message: String,
    pub message_en: String,
    pub effective_from: NaiveDate,
    pub effective_to: Option<NaiveDate>,
    /// 依据
    pub basis: Vec<BasisView>,
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
            profiles: rule.profiles.clone(),
            title: rule.title_zh.clone(),
            title_en: rule.title_en.clone(),
            message: rule.template_zh.clone(),
            message_en: rule.template_en.clone(),
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
}
