//! What a filing says that does not write the form, and whether the clinic's standing lets it happen: …R-065,
//! and what ask of the particulars.

use chrono::NaiveDate;

use crate::domain::calendar::add_months;
use crate::domain::deadline::numeric_date;
use crate::domain::dossier::Dossier;
use crate::domain::finding::Finding;
use crate::domain::identity::is_phone;
use crate::domain::law::DivisionStatus;
use crate::domain::lifecycle::Kind;
use crate::domain::particulars::SuspensionReason;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;
use crate::domain::rules::declarations::missing;
use crate::domain::rules::said;

/// What a period of suspension may last before it counts as the end, unless the law's data say otherwise: months.
const LAPSES_AFTER: f64 = 12.0;

/// A field of the particulars: its name, and how it is called.
type Field = (&'static str, &'static str, &'static str);

fn pointer(field: &str) -> String {
    format!("/particulars/{field}")
}

/// How the chief date of a kind is called.
const fn day_of(kind: Kind) -> Field {
    let (zh, en) = match kind {
        Kind::Suspension => ("停业开始日期", "first day of the suspension"),
        Kind::Resumption => ("恢复执业日期", "day of resumption"),
        Kind::Closure => ("歇业日期", "day of closure"),
        Kind::Relocation => ("迁出日期", "day of the move"),
        Kind::Reissue => ("发现遗失的日期", "day on which the loss was noticed"),
        Kind::TelemedicineSuspension => ("暂停互联网诊疗的日期", "first day without telemedicine"),
        Kind::TelemedicineResumption => ("恢复互联网诊疗的日期", "day of resumption of telemedicine"),
        Kind::Establishment | Kind::Change => ("日期", "date"),
    };
    ("effective_on", zh, en)
}

/// whoever answers for the clinic signs, on a day that has come (办法 art. 7).
pub(super) fn signed(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if facts.kind.writes_dossier() {
        return vec![];
    }
    let said = facts.particulars;
    let clinic = facts.current.map_or(d, |(_, current)| current);
    let signer = said.signed_by.trim();
    let answers = [clinic.legal_representative.trim(), clinic.principal.name.trim()].contains(&signer);
    let wrong = [
        (signer.is_empty() || !answers, "signed_by"),
        (said.signed_on.is_none_or(|day| day > facts.today), "signed_on"),
    ];
    wrong.into_iter().filter(|w| w.0).map(|(_, field)| Finding::new("R-010", pointer(field))).collect()
}

/// who leaves the authority's area does not change the address, but files the move here and an establishment there
/// (办法 art. 4). A move within one county is probably a change of address.
pub(super) fn away(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let finding = |at: &str, zh: &str, en: &str| vec![said(Finding::new("R-061", at), "what", zh, en)];
    let Some((_, current)) = facts.current else { return vec![] };
    match facts.kind {
        Kind::Change if !facts.covers_street && !d.address.street.is_empty() => finding(
            "/address/street",
            "请撤回本件，先在本机关办理迁出备案，再以原备案编号向迁入地办理设置备案",
            "withdraw this filing, file a move here, and then an establishment there, which names the present number",
        ),
        Kind::Relocation if facts.particulars.destination_division.trim() == current.address.division => finding(
            "/particulars/destination_division",
            "迁往地与现址同属一个县（市、区），仍由本机关备案的，请改为办理变更备案；确由另一备案机关（例如开发区）备案的，请说明理由",
            "the destination lies in the same county: where this authority stays in charge, file a change instead; where \
             another one is (a development zone, for example), give the reason",
        ),
        _ => vec![],
    }
}

/// who suspends is told at once from when on that counts as closure (条例 art. 20; 办法 art. 11).
pub(super) fn lapse(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let said = facts.particulars;
    let (Kind::Suspension, Some(from)) = (facts.kind, said.effective_on) else { return vec![] };
    if !said.suspension_reason.is_some_and(SuspensionReason::lapses) {
        return vec![];
    }
    let months = facts.law.threshold("R-063", "months", facts.today).unwrap_or(LAPSES_AFTER);
    let last = add_months(from, months.clamp(0.0, 1200.0) as u32);
    vec![dated(Finding::new("R-063", "/particulars/suspension_reason"), last)]
}

/// who ends or leaves says from when on, who keeps the records, whom patients may ask, and what becomes of the
/// medicines (条例 art. 20).
pub(super) fn farewell(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    if !matches!(facts.kind, Kind::Closure | Kind::Relocation) {
        return vec![];
    }
    let said = facts.particulars;
    lacking(
        "R-064",
        vec![
            (said.effective_on.is_none(), day_of(facts.kind)),
            (blank(&said.records_kept_at), ("records_kept_at", "病历保管去向", "where the medical records are kept")),
            (blank(&said.records_phone), ("records_phone", "病历查询联系电话", "telephone for the medical records")),
            (blank(&said.medicines_disposal), ("medicines_disposal", "剩余药品处置", "what becomes of the medicines")),
        ],
    )
}

/// a loss is declared with its day and its circumstances (办法 art. 12).
pub(super) fn loss(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    if facts.kind != Kind::Reissue {
        return vec![];
    }
    let said = facts.particulars;
    lacking(
        "R-065",
        vec![
            (said.effective_on.is_none(), day_of(facts.kind)),
            (blank(&said.reason), ("reason", "遗失经过", "circumstances of the loss")),
        ],
    )
}

fn lacking(rule: &str, fields: Vec<(bool, Field)>) -> Vec<Finding> {
    let empty = fields.into_iter().filter(|(empty, _)| *empty);
    empty.map(|(_, (field, zh, en))| said(Finding::new(rule, pointer(field)), "field", zh, en)).collect()
}

/// what the other kinds cannot do without. Closure, move and loss have rules of their own for what only they ask.
pub(super) fn required(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let said = facts.particulars;
    let day = (said.effective_on.is_none(), day_of(facts.kind));
    let why = (blank(&said.reason), ("reason", "说明（原因）", "reason"));
    let fields: Vec<(bool, Field)> = match facts.kind {
        Kind::Suspension => {
            vec![day, (said.suspension_reason.is_none(), ("suspension_reason", "停业原因", "reason of the suspension"))]
        }
        Kind::Resumption => vec![day],
        Kind::TelemedicineSuspension | Kind::TelemedicineResumption => vec![day, why],
        Kind::Relocation => vec![
            (
                blank(&said.destination_division),
                ("destination_division", "迁往地行政区划代码", "division code of the destination"),
            ),
            (blank(&said.destination_address), ("destination_address", "迁往地址", "address of the destination")),
        ],
        Kind::Establishment | Kind::Change | Kind::Closure | Kind::Reissue => vec![],
    };
    let empty = fields.into_iter().filter(|(empty, _)| *empty);
    empty.map(|(_, (field, zh, en))| missing(pointer(field), zh, en)).collect()
}

/// the destination of a move is a county, a district or a city without districts, of GB/T 2260 in use.
pub(super) fn destination(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let code = facts.particulars.destination_division.trim();
    if facts.kind != Kind::Relocation || code.is_empty() {
        return vec![];
    }
    let county = facts.law.division(code).is_some_and(|d| d.status == DivisionStatus::Current && !code.ends_with("00"));
    if county {
        return vec![];
    }
    let finding = Finding::new("R-101", "/particulars/destination_division");
    vec![said(finding, "part", "迁往地的县级行政区划代码", "division code of the destination county")]
}

/// what will be published is a telephone where one is asked for, and holds no ID number.
pub(super) fn published(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    if !matches!(facts.kind, Kind::Closure | Kind::Relocation) {
        return vec![];
    }
    let said_so = facts.particulars;
    let phone = said_so.records_phone.trim();
    let mut found = vec![];
    if !phone.is_empty() && !is_phone(phone) {
        let finding = Finding::new("R-101", "/particulars/records_phone");
        found.push(said(finding, "part", "病历查询电话（7至15位数字）", "telephone for the records (7 to 15 digits)"));
    }
    for (at, text) in
        [("records_kept_at", &said_so.records_kept_at), ("destination_address", &said_so.destination_address)]
    {
        if holds_id_number(text) {
            let finding = Finding::new("R-101", pointer(at));
            found.push(said(
                finding,
                "part",
                "将公开的内容（不得含居民身份证号码）",
                "text that is published (no ID number)",
            ));
        }
    }
    found
}

/// Whether a run of 18 characters looks like 居民身份证号码.
fn holds_id_number(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, 'x' | 'X'));
    runs.into_iter().any(|run| run.len() == 18 && run.bytes().take(17).all(|b| b.is_ascii_digit()))
}

/// every date in the future, before the clinic was filed, or out of order. What is empty is another rule's.
pub(super) fn dates(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    if facts.kind.writes_dossier() {
        return vec![];
    }
    let said = facts.particulars;
    let filed = facts.clinic_since.unwrap_or(NaiveDate::MIN);
    let day = day_of(facts.kind);
    let mut found = vec![];
    if let Some(on) = said.effective_on {
        if on > facts.today {
            found.push(wrong(
                day,
                on,
                "晚于今日；备案在事项发生当日或者之后办理",
                "lies in the future; file on the day it happens or after it",
            ));
        }
        if on < filed {
            found.push(before(day, on, filed, "首次备案日期", "day on which the clinic was filed"));
        }
        let ends = matches!(facts.kind, Kind::Resumption | Kind::Closure | Kind::Relocation);
        let stopped = facts.suspended_on.filter(|_| ends);
        if let Some(stopped) = stopped.filter(|stopped| on < *stopped) {
            found.push(before(day, on, stopped, "停业日期", "first day of the suspension"));
        }
    }
    if let (Kind::Suspension, Some(until)) = (facts.kind, said.until) {
        let last = ("until", "停业截止日期", "last day of the suspension");
        if said.effective_on.is_some_and(|on| until < on) {
            found.push(wrong(last, until, "早于停业开始日期", "lies before its first day"));
        }
        let months = facts.law.threshold("R-063", "months", facts.today).unwrap_or(12.0) as u32;
        let lapses = said.suspension_reason.is_some_and(SuspensionReason::lapses);
        let year = said.effective_on.map(|on| add_months(on, months)).filter(|_| lapses);
        if let Some(year) = year.filter(|year| until > *year) {
            let day = numeric_date(year);
            found.push(wrong(
                last,
                until,
                &format!("晚于停业满{months}个月之日（{day}），届时视为歇业"),
                &format!("lies after {year}, when {months} months have passed and the clinic counts as closed"),
            ));
        }
        if said.effective_on.is_none() && until < filed {
            found.push(before(last, until, filed, "首次备案日期", "day on which the clinic was filed"));
        }
    }
    // A signature of the future is R-010's.
    if let Some(on) = said.signed_on.filter(|on| *on < filed) {
        let signed = ("signed_on", "签署日期", "day of the signature");
        found.push(before(signed, on, filed, "首次备案日期", "day on which the clinic was filed"));
    }
    found
}

fn before(field: Field, on: NaiveDate, limit: NaiveDate, zh: &str, en: &str) -> Finding {
    wrong(field, on, &format!("早于{zh}{}", numeric_date(limit)), &format!("lies before the {en} ({limit})"))
}

fn wrong((field, zh, en): Field, on: NaiveDate, why: &str, why_en: &str) -> Finding {
    let finding = said(Finding::new("R-104", pointer(field)), "field", zh, en);
    said(dated(finding, on), "why", why, why_en)
}

/// The finding with a `{date}`, in each language as it is written there.
fn dated(finding: Finding, day: NaiveDate) -> Finding {
    said(finding, "date", &numeric_date(day), &day.to_string())
}

/// the clinic stands so that this cannot happen to it; told before anything is filled in for nothing.
pub(super) fn standing(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some((state, mode)) = facts.standing else { return vec![] };
    let finding = said(Finding::new("R-105", ""), "state", state.zh(), state.en());
    let finding = said(finding, "telemedicine", mode.zh(), mode.en());
    let finding = said(finding, "act", facts.kind.zh(), facts.kind.en());
    if facts.kind == Kind::TelemedicineResumption && facts.ordered {
        let zh = "暂停由机关决定，须由机关决定恢复，请在整改后向其申请";
        return vec![said(
            finding,
            "possible",
            zh,
            "the authority ordered it and alone decides when it ends; ask there",
        )];
    }
    if facts.kind.happens_to(state, mode) {
        return vec![];
    }
    let possible: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.happens_to(state, mode)).collect();
    let (zh, en) = if possible.is_empty() {
        ("备案已经终止，不能再办理任何事项".to_owned(), "the filing has ended and nothing more can be filed".to_owned())
    } else {
        let names = |name: fn(Kind) -> &'static str, between| {
            possible.iter().map(|kind| name(*kind)).collect::<Vec<_>>().join(between)
        };
        (
            format!("现在可以办理：{}", names(Kind::zh, "、")),
            format!("what can be filed now: {}", names(Kind::en, ", ")),
        )
    };
    vec![said(finding, "possible", &zh, &en)]
}
