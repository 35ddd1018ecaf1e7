//! Examples of the contract: real values of the real types, valid today. What a filing's example says passes every
//! check once its materials are added.

mod access;
mod complaints;
mod copies;
mod exports;
mod figures;
mod imports;
mod owner;
mod papers;
mod supervision;
mod tokens;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use poem_openapi::types::ToJSON;
use serde_json::{Value, json};

use crate::domain::dossier::{ClinicType, Dossier};
use crate::domain::samples;

const ID: &str = "019ab000-0000-7000-8000-000000000001";
const NUMBER: &str = "PDY00001X37150217D2122";

/// The day on which the examples play.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default()
}

fn now() -> DateTime<Utc> {
    Utc.from_utc_datetime(&today().and_hms_opt(2, 0, 0).unwrap_or_default())
}

fn dossier() -> Dossier {
    samples::sample(ClinicType::TcmComprehensive, 1, today())
}

fn statement() -> Value {
    json!({
        "kind": "clinic_filing", "number": NUMBER, "provisional": true, "name": "王龚中医诊所",
        "clinic_type": "tcm_comprehensive", "address": "山东省聊城市东昌府区东城街道黄山南路36号",
        "legal_representative": "王龚", "principal": "王龚", "ownership": "17", "ownership_name": "私有",
        "nature": "for_profit", "service_modes": ["outpatient", "telemedicine"],
        "subjects": [{ "code": "50.01", "name": "内科专业" }],
        "remarks": "服务方式：互联网诊疗（自2026年11月23日起，限常见病、慢性病复诊）",
        "authority": { "name": "聊城经济技术开发区行政审批服务局", "uscc": "11371502000000027P", "region": "371502" },
        "filed_on": "2026-11-20", "issued_on": "2026-11-23",
        "licence_identifier": "1.2.156.3005.2.11100000000013661B999.11371502000000027P.PDY00001X37150217D2122.002.0",
        "version": 2, "copy_number": 1, "change_note": "服务方式增加“互联网诊疗”",
        "geohash": "ww6ph0e2", "telemedicine_since": "2026-11-23",
        "telemedicine_subjects": [{ "code": "50.01", "name": "内科专业" }],
        "practitioners": [{ "name": "王龚", "level": "physician", "category": "tcm", "scope": "中医专业", "telemedicine": true }],
    })
}

fn authority() -> Value {
    json!({ "id": ID, "name": "聊城经济技术开发区行政审批服务局", "region": "371502", "phone": "0635-0000000" })
}

fn actor() -> Value {
    json!({ "id": ID, "name": "陈静", "role": "officer", "authority_id": ID })
}

fn material() -> Value {
    json!({
        "id": ID, "code": "floor_plan", "file_name": "平面布局图.pdf", "media_type": "application/pdf", "size": 182_044,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "added_at": now(),
    })
}

fn filing() -> Value {
    json!({
        "id": ID, "case_number": "BA-371502-2026-000117", "kind": "establishment", "stage": "correcting",
        "authority": authority(), "dossier": dossier().to_json(), "answers": [], "changes": [],
        "notice": { "round": 1, "at": now(), "reason": "", "defects": [{
            "rule": "R-011", "pointer": "/materials/floor_plan", "detail": "平面布局图未标注治疗室面积，请补充。",
            "basis": ["《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第六条"],
        }] },
        "materials": [material()], "papers": [papers::brief()], "allowed_actions": ["submit", "withdraw"], "submitted_at": now(),
        "received_on": "2026-11-23", "due_on": "2026-11-30", "due_guessed": false, "created_at": now(),
        "updated_at": now(), "version": 3,
    })
}

/// What a filing of closure says.
fn particulars() -> Value {
    json!({
        "effective_on": "2026-11-20", "reason": "主要负责人退休，诊所不再经营。",
        "records_kept_at": "聊城市东昌府区东城街道社区卫生服务中心", "records_phone": "0635-0000000",
        "medicines_disposal": "剩余药品已退回供货单位，过期药品已交由有资质的单位处置。",
        "signed_by": "王龚", "signed_on": "2026-11-23",
    })
}

fn problem(status: u16, code: &str, title: &str, zh: &str, en: &str, errors: Value) -> Value {
    let mut problem = json!({
        "type": format!("/problems/{code}"), "title": title, "status": status, "code": code, "detail": zh,
        "detail_en": en,
    });
    if errors.as_array().is_some_and(|list| !list.is_empty()) {
        problem["errors"] = errors;
    }
    problem
}

fn codes(code: &str, name: &str) -> Value {
    json!({ "items": [{ "code": code, "name": name }] })
}

/// Examples by schema name, or by operation where a body has no schema name of its own.
pub fn all() -> BTreeMap<&'static str, Value> {
    let summary = json!({
        "number": NUMBER, "name": "王龚中医诊所", "clinic_type": "tcm_comprehensive",
        "address": "山东省聊城市东昌府区东城街道黄山南路36号", "state": "active", "telemedicine": true,
    });
    let filing_summary = json!({
        "id": ID, "case_number": "BA-371502-2026-000117", "kind": "establishment", "stage": "received",
        "name": "王龚中医诊所", "received_on": "2026-11-23", "due_on": "2026-11-30", "due_guessed": false,
        "urgency": "calm", "days_left": 5, "updated_at": now(),
    });
    let deadline = json!({
        "id": ID, "rule": "R-050", "title": "当场办理，五日时限", "item": "设置备案", "state": "running",
        "starts_on": "2026-11-18", "due_on": "2026-11-25", "guessed": false, "unit": "working_days", "urgency": "near",
        "days_left": 2, "filing_id": ID, "case_number": "BA-371502-2026-000117", "name": "王龚中医诊所", "warned_at": now(),
    });
    let invalid = json!([{
        "pointer": "/dossier/premises/beds", "detail": "诊所不得设置住院病床（产床）。", "detail_en": "A clinic has no beds.",
        "rule": "R-005",
    }]);
    let mut examples = BTreeMap::from([
        ("SignIn", json!({ "login": "demo-clinic", "password": "clinic-filing-demo" })),
        (
            "Session",
            json!({ "token": "cln_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "expires_at": now(), "actor": actor() }),
        ),
        ("Actor", actor()),
        ("FilingCreate", json!({ "kind": "establishment", "dossier": dossier().to_json() })),
        ("Dossier", dossier().to_json().unwrap_or_default()),
        ("Particulars", particulars()),
        (
            "FilingAct",
            json!({
                "action": "request_correction",
                "defects": [{ "rule": "R-011", "pointer": "/materials/floor_plan", "detail": "平面布局图未标注治疗室面积，请补充。" }],
            }),
        ),
        ("Filing", filing()),
        ("Page_Deadline", json!({ "items": [deadline], "next": format!("2026-11-25.{ID}") })),
        ("FilingUnmask", json!({ "reason": "核对主要负责人执业证书编码与电子注册信息" })),
        (
            "Page_Unmasking",
            json!({ "items": [{
                "filing_id": ID, "actor": "陈静", "role": "officer", "reason": "核对主要负责人执业证书编码", "at": now(),
            }], "next": ID }),
        ),
        (
            "AnnualReport",
            json!({
                "year": 2026, "as_of": now(), "standing_on": "2026-11-23", "authority": authority(),
                "filings": [{ "kind": "establishment", "received": 42, "issued": 40, "withdrawn": 1 }],
                "clinics": [{ "clinic_type": "dental", "state": "active", "clinics": 118, "telemedicine": 3 }],
                "announcements": [{ "kind": "loss", "announcements": 2 }],
                "visits": [{ "kind": "establishment", "due": 38, "passed": 35, "rectifying": 2, "failed": 0 }],
                "decisions": [{ "kind": "revocation", "decisions": 1 }],
            }),
        ),
        ("Page_FilingSummary", json!({ "items": [filing_summary], "next": ID })),
        (
            "FilingCheck",
            json!({ "passes": false, "rule_set": 1, "findings": [{
            "rule": "R-005", "severity": "error", "pointer": "/premises/beds",
            "message": "诊所不得设置住院病床（产床）。", "message_en": "A clinic has no beds.",
            "basis": ["《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第二条"],
        }] }),
        ),
        (
            "FilingHistory",
            json!({ "items": [{
            "sequence": 1, "at": now(), "actor": "演示诊所", "role": "clinic", "action": "submit", "from": "draft",
            "to": "received", "note": "", "rule_set": 1, "findings": ["R-017"], "papers": [],
        }] }),
        ),
        (
            "FilingPersons",
            json!({ "items": [{
            "pointer": "/staff/0", "post": "nurse",
            "elsewhere": [{ "division": "371526", "county": "山东省聊城市高唐县" }],
        }] }),
        ),
        (
            "FilingDuplicates",
            json!({ "items": [{
            "likeness": ["premises", "name"], "of": "clinic", "number": NUMBER, "state": "active",
            "authority": "聊城经济技术开发区行政审批服务局",
            "compared": [
                { "pointer": "/name", "mine": "王协和诊所", "theirs": "王协合诊所", "same": false },
                { "pointer": "/address/detail", "mine": "黄山南路36号", "theirs": "黄山南路三六号", "same": false },
            ],
        }] }),
        ),
        ("material_add request", json!({ "code": "floor_plan", "file": "(the file's bytes)" })),
        ("Material", material()),
        ("UploadCreate", json!({ "code": "floor_plan", "file_name": "平面布局图.pdf", "size": 5_242_880 })),
        (
            "Upload",
            json!({
                "id": ID, "code": "floor_plan", "file_name": "平面布局图.pdf", "size": 5_242_880, "received": 1_048_576,
                "expires_at": "2026-11-24T02:00:00Z",
            }),
        ),
        ("upload_append request", json!("(up to 1 MB of the file's bytes)")),
        ("MaterialList", json!({ "items": [material()] })),
        ("material_view response", json!("(the file's bytes)")),
        ("Page_ClinicSummary", json!({ "items": [summary], "next": ID })),
        (
            "Clinic",
            json!({
                "number": NUMBER, "state": "active", "telemedicine": true, "telemedicine_mode": "on",
                "site_verified_on": "2026-11-22", "version": 2, "filed_on": "2026-11-20", "record": statement(),
                "announcements": [{ "kind": "resumption", "body": "王龚中医诊所自2026年11月21日起恢复执业。",
                                    "effective_on": "2026-11-21", "published_at": now() }],
                "as_of": now(),
            }),
        ),
        (
            "ClinicHistory",
            json!({
                "number": NUMBER,
                "versions": [{ "version": 2, "copy": 1, "state": "current", "issued_on": "2026-11-23",
                               "change_note": "服务方式增加“互联网诊疗”" },
                             { "version": 1, "copy": 1, "state": "superseded", "issued_on": "2026-11-20" }],
                "events": [{ "sequence": 1, "act": "establish", "effective_on": "2026-11-20", "at": now(),
                             "from_state": "active", "to_state": "active", "from_telemedicine": "off",
                             "to_telemedicine": "off", "note": "" }],
                "as_of": now(),
            }),
        ),
        (
            "Page_Announcement",
            json!({ "items": [{
            "kind": "suspension", "number": NUMBER, "name": "王龚中医诊所",
            "body": "王龚中医诊所（备案编号PDY00001X37150217D2122）自2026年11月23日起至2027年2月28日停业，原因：改建。",
            "basis": "《医疗机构管理条例》第二十条", "document_number": "BA-371502-2026-000131",
            "effective_on": "2026-11-23", "published_at": now(), "authority": "聊城经济技术开发区行政审批服务局",
        }], "next": ID }),
        ),
        (
            "Certificate",
            json!({
                "id": ID, "filing_id": ID, "version": 2, "state": "current", "clinic_state": "active",
                "statement": statement(), "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "short_code": "7K4M-Q2XD-9FHT", "code_url": "https://zs.example.gov.cn/v/12345", "key_id": "a1b2c3d4",
                "pdf_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "issued_at": now(),
            }),
        ),
        ("certificate_pdf response", json!("(the file's bytes)")),
        (
            "Verification",
            json!({
                "outcome": "not_valid",
                "reason": { "code": "superseded", "number": "11", "message": "该凭证已被新版本取代。请查看现行版本，并以其所载内容为准。",
                            "message_en": "This certificate has been superseded by a later version." },
                "message": "该凭证已被新版本取代。请查看现行版本，并以其所载内容为准。",
                "message_en": "This certificate has been superseded by a later version.",
                "cause": { "act": "change", "since": "2026-11-23", "message": "2026年11月23日备案变更，签发了新版凭证。",
                           "message_en": "A new version was issued on 2026-11-23." },
                "telemedicine_permitted": false,
                "telemedicine": { "code": "not_by_this", "message": "不可以凭此码在线就诊。",
                                  "message_en": "Do not consult online on the strength of this code." },
                "signature_checked": true,
                "certificate": { "version": 1, "copy": 1, "state": "superseded", "clinic_state": "active",
                                 "current_version": 2, "current_copy": 1, "current_number": NUMBER,
                                 "record": statement(), "issued_at": now() },
                "checked_at": now(), "official_host": "zs.example.gov.cn",
            }),
        ),
        (
            "PaperCheck",
            json!({
                "outcome": "valid", "standing": "registered",
                "message": "登记库中有此文书。请逐项核对文书种类、文号、制发单位和日期；有一项不一致，请勿采信，并联系制发单位。",
                "message_en": "The register has this paper. Please compare kind, number, issuer and date; if one differs, do not rely on the paper and ask its issuer.",
                "paper": { "kind": "decision", "kind_name": "决定书", "number": "聊开审诊撤〔2026〕1号",
                           "issuer": "聊城经济技术开发区行政审批服务局", "signed_on": "2026-11-23",
                           "clinic": { "number": NUMBER, "name": "王龚中医诊所",
                                       "url": format!("https://zs.example.gov.cn/clinics/{NUMBER}") },
                           "pdf_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
                "checked_at": now(), "official_host": "zs.example.gov.cn",
            }),
        ),
        ("verification_file request", json!({ "file": "(the file's bytes)" })),
        (
            "FileVerification",
            json!({
                "genuine": false, "message": "该文件与备案系统留存版本不一致，可能被涂改。",
                "message_en": "This file is not the one kept by the register; it may have been altered.",
                "rule": "R-066", "basis": ["《医疗机构管理条例》第二十二条"],
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "checked_at": now(),
            }),
        ),
        (
            "key_manifest response",
            json!({
                "version": 1, "issued_at": now(), "development": false,
                "keys": [{ "kid": "a1b2c3d4", "alg": "ES256", "public_key": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…",
                           "regions": ["371502"], "sign_from": "2026-11-23", "sign_until": "2028-11-23",
                           "verify_until": "2076-11-23", "state": "active" }],
                "root": { "public_key": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…", "fingerprint": "9f86d0…" }, "cose": "0oRDoQEmoQRE…",
            }),
        ),
        (
            "RuleList",
            json!({ "rule_set": 1, "items": [{
            "id": "R-005", "severity": "error", "profiles": [], "title": "床位", "title_en": "beds",
            "message": "诊所不得设置住院病床（产床）。", "message_en": "A clinic has no beds.", "values": ["beds"],
            "kinds": ["establishment", "change"], "severity_by_type": [], "thresholds": [{ "name": "years", "value": 5.0 }],
            "counted_in": "working_days", "answered": true, "effective_from": "2017-12-01",
            "basis": [{ "document": "《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）", "article": "第二条",
                        "text": "不设住院病床（产床）", "confidence": "F" }],
        }] }),
        ),
        ("subject_list response", codes("50.01", "内科专业")),
        ("division_list response", codes("371502", "东昌府区")),
        ("material_code_list response", codes("floor_plan", "诊所房屋平面布局图")),
        ("AuthorityList", json!({ "items": [authority()] })),
        (
            "Page_Jurisdiction",
            json!({ "items": [{
                "id": ID, "authority_id": ID, "authority_name": "聊城经济技术开发区行政审批服务局", "duty": "issue",
                "clinic_type": "dental", "street": "371502009", "street_name": "东城街道", "valid_from": "2026-11-23",
            }], "next": ID }),
        ),
        (
            "FilingRecheck",
            json!({ "sequence": 1, "rule_set": 12, "same": true, "then": [], "now_as_of": [], "present_rule_set": 13,
                    "under_present_law": [{
                "rule": "R-078", "severity": "error", "pointer": "/telemedicine/platform",
                "message": "尚未对接省级互联网医疗服务监管平台，请补充机构标识和对接日期。",
                "message_en": "The provincial supervision platform is not connected yet.",
                "basis": ["《互联网诊疗监管细则（试行）》（国卫办医发〔2022〕2号）第五条"],
            }] }),
        ),
        (
            "LawImport",
            json!({ "table": "calendar", "reason": "国务院办公厅关于2027年部分节假日安排的通知", "preview": true,
                    "body": "{\"year\": 2027, \"papers\": [\"国务院办公厅关于2027年部分节假日安排的通知\"], \"days\": [{\"name\": \"元旦\", \"date\": \"2027-01-01\", \"isOffDay\": true}]}" }),
        ),
        (
            "LawImported",
            json!({ "table": "calendar", "edition": 13, "applied": true, "repeated": false, "changes_total": 1,
                    "clocks_moved": 2, "changes": [{
                "what": "added", "item": "2027-01-01", "fields": [{ "field": "", "new": "休息" }],
                "text": "新增 2027-01-01：休息",
            }] }),
        ),
        (
            "EditionList",
            json!({ "items": [{ "edition": 13, "table": "calendar", "source": "import", "by": "系统管理员",
                                "reason": "国务院办公厅关于2027年部分节假日安排的通知", "at": now() }], "next": 12 }),
        ),
        (
            "LawText",
            json!({ "table": "streets", "edition": 11, "body": "code,name\n371502008,北城街道\n",
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }),
        ),
        (
            "Problem 4XX",
            problem(
                422,
                "filing.blocked",
                "尚不符合备案要求",
                "尚有不符合备案要求的内容，请按各项说明改正后重新提交。",
                "The filing does not meet its rules yet; each finding is named.",
                invalid,
            ),
        ),
        (
            "Problem 5XX",
            problem(
                503,
                "service.unavailable",
                "系统繁忙",
                "系统繁忙，请稍后再试；已提交的内容不会丢失。",
                "The service is busy; try again shortly. Nothing is lost.",
                json!([]),
            ),
        ),
    ]);
    examples.extend(tokens::all());
    examples.extend(copies::all());
    examples.extend(supervision::all());
    examples.extend(imports::all());
    examples.extend(exports::all());
    examples.extend(exports::media());
    examples.extend(figures::all());
    examples.extend(papers::all());
    examples.extend(complaints::all());
    examples.extend(access::all());
    examples.extend(owner::all());
    examples
}

/// Who may call an operation, for the table of operations.
pub fn who(operation: &str) -> &'static str {
    match operation {
        "telemedicine_list" | "telemedicine_jurisdiction_list" | "telemedicine_check" | "clinic_export" => "anyone",
        "change_list" => "officers, approvers, auditors: own authority",
        "clinic_history" | "announcement_list" | "verification_file" | "paper_check" | "announcement_pdf" => "anyone",
        "session_create" | "clinic_list" | "clinic_view" | "verification_view" | "key_manifest" | "rule_list"
        | "subject_list" | "division_list" | "material_code_list" | "authority_list" | "jurisdiction_list"
        | "law_table" => "anyone",
        "account_create" | "member_join" => "anyone",
        "message_list" | "message_read" => "clinic: own",
        "member_list" | "member_invite" | "member_end" => "clinic: its owner himself",
        "token_list" | "token_create" | "token_delete" => "signed in, not by token",
        "session_delete" | "actor_view" | "law_edition_list" | "session_list" | "session_end"
        | "account_event_list" => "signed in",
        "recovery_create" | "account_find" | "account_view" | "account_close" => {
            "administrator: any; officer, approver: clinics that filed with them"
        }
        "law_import" => "administrator",
        "filing_recheck" => "officer, approver, auditor: jurisdiction",
        "filing_create" | "filing_revise" | "filing_specify" | "material_add" | "material_delete" | "upload_create"
        | "upload_view" | "upload_append" | "upload_delete" => "clinic: own",
        "filing_persons" => "officers: jurisdiction",
        "draw_list" | "draw_view" | "checklist_list" | "ground_list" => "anyone",
        "visit_act" | "decision_act" => "by role and stage",
        "visit_order" => "officer, approver: supervised",
        "visit_photo_add" => "inspector: supervised",
        "visit_photo_view" | "decision_propose" => "officers: jurisdiction",
        "draw_create" => "approver: supervised",
        "filing_act" | "import_act" => "by role and stage",
        "import_create" | "clinic_hand_over" => "officer, approver: own authority",
        "import_template" | "import_list" | "import_view" | "import_group_list" | "import_defect_list"
        | "import_defect_file" => "officers, approvers, auditors: own authority",
        "complaint_create" | "complaint_follow" | "complaint_photo_add" => "anyone",
        "complaint_list" | "complaint_view" | "complaint_photo_view" | "complaint_history" => "officers: handling it",
        "complaint_act" => "by role and stage",
        "complaint_unmask" => "officer, approver: handling it",
        "filing_unmask" => "officers, approvers: jurisdiction",
        "filing_archive" => "officers, approvers, auditors: jurisdiction; clinic: own",
        "copy_create" | "copy_withdraw" | "clinic_confirm" => "clinic: own",
        "unmasking_list" => "approvers, auditors: own authority",
        "figure_public" => "anyone",
        "figure_list" | "figure_csv" | "figure_xlsx" => "officers, approvers, auditors: own; administrator",
        "report_annual" | "report_annual_csv" | "report_annual_xlsx" => "officers, approvers, auditors: own authority",
        _ => "clinic: own; officers: jurisdiction",
    }
}
