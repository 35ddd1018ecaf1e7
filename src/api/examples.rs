//! Examples of the contract: real values of the real types, valid today. What a filing's example says passes every
//! check once its materials are added.

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
        "authority": authority(), "dossier": dossier().to_json(), "changes": [],
        "notice": { "round": 1, "at": now(), "reason": "", "defects": [{
            "rule": "R-011", "pointer": "/materials/floor_plan", "detail": "平面布局图未标注治疗室面积，请补充。",
            "basis": ["《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第六条"],
        }] },
        "materials": [material()], "allowed_actions": ["submit", "withdraw"], "submitted_at": now(),
        "received_on": "2026-11-23", "due_on": "2026-11-30", "due_guessed": false, "created_at": now(),
        "updated_at": now(), "version": 3,
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
        "updated_at": now(),
    });
    let invalid = json!([{
        "pointer": "/dossier/premises/beds", "detail": "诊所不得设置住院病床（产床）。", "detail_en": "A clinic has no beds.",
        "rule": "R-005",
    }]);
    BTreeMap::from([
        ("SignIn", json!({ "login": "demo-clinic", "password": "clinic-filing-demo" })),
        (
            "Session",
            json!({ "token": "cln_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "expires_at": now(), "actor": actor() }),
        ),
        ("Actor", actor()),
        ("FilingCreate", json!({ "kind": "establishment", "dossier": dossier().to_json() })),
        ("Dossier", dossier().to_json().unwrap_or_default()),
        (
            "FilingAct",
            json!({
                "action": "request_correction",
                "defects": [{ "rule": "R-011", "pointer": "/materials/floor_plan", "detail": "平面布局图未标注治疗室面积，请补充。" }],
            }),
        ),
        ("Filing", filing()),
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
            "to": "received", "note": "", "rule_set": 1, "findings": ["R-017"],
        }] }),
        ),
        ("material_add request", json!({ "code": "floor_plan", "file": "(the file's bytes)" })),
        ("Material", material()),
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
            "body": "王龚中医诊所（备案编号PDY00001X37150217D2122）自2026年12月1日起至2027年2月28日停业，原因：改建。",
            "basis": "《医疗机构管理条例》第二十条", "document_number": "BA-371502-2026-000131",
            "effective_on": "2026-12-01", "published_at": now(), "authority": "聊城经济技术开发区行政审批服务局",
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
            "message": "诊所不得设置住院病床（产床）。", "message_en": "A clinic has no beds.", "effective_from": "2017-12-01",
            "basis": [{ "document": "《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）", "article": "第二条",
                        "text": "不设住院病床（产床）", "confidence": "F" }],
        }] }),
        ),
        ("subject_list response", codes("50.01", "内科专业")),
        ("division_list response", codes("371502", "东昌府区")),
        ("material_code_list response", codes("floor_plan", "诊所房屋平面布局图")),
        ("AuthorityList", json!({ "items": [authority()] })),
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
    ])
}

/// Who may call an operation, for the table of operations.
pub fn who(operation: &str) -> &'static str {
    match operation {
        "session_create" | "clinic_list" | "clinic_view" | "clinic_history" | "announcement_list"
        | "verification_view" | "verification_file" | "key_manifest" | "rule_list" | "subject_list"
        | "division_list" | "material_code_list" | "authority_list" => "anyone",
        "session_delete" | "actor_view" => "signed in",
        "filing_create" | "filing_revise" | "material_add" | "material_delete" => "clinic: own",
        "filing_act" => "by role and stage",
        _ => "clinic: own; officers: jurisdiction",
    }
}
