//! Rules, subjects, divisions, authorities and materials in force.

use chrono::NaiveDate;
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::api::Tag;
use crate::api::filings::AuthorityView;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::decision::DecisionKind;
use crate::domain::dossier::{ClinicType, Profile};
use crate::domain::law::{CheckLine, Ground};
use crate::domain::value;
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

    /// 核查清单 · What visits look at, by clinic type
    #[oai(path = "/reference/checklists", method = "get", operation_id = "checklist_list")]
    async fn checklists(
        &self,
        app: Data<&App>,
        /// 诊所类别; all unless given
        clinic_type: Query<Option<ClinicType>>,
    ) -> Json<Checklists> {
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
        Json(Checklists { items: items.collect() })
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
    ) -> Json<Grounds> {
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
        Json(Grounds { items: items.collect() })
    }
}
