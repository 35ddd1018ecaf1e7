//! Copies of a certificate for one purpose (加注件, R-108): the clinic asks, the paper says for what and until when, and
//! its code is its own. What a copy is worth follows its certificate until it runs out or is taken back.

use chrono::{Datelike, Days, NaiveDate};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::certificate::code;
use crate::certificate::error::RenderError;
use crate::certificate::render;
use crate::certificate::sheet::{Annotation, Sheet};
use crate::domain::actor::{Actor, Role};
use crate::domain::deadline::numeric_date;
use crate::domain::id::{CertificateId, PaperId};
use crate::domain::law::Law;
use crate::domain::paper::{Block, Field, PaperContent, PaperKind, Purpose};
use crate::domain::payload::{self, CopyClaims, Payload};
use crate::domain::short_code::ShortCode;
use crate::domain::verdict::{CopyStanding, Standing};
use crate::error::{Clash, Error, Problem, Result};
use crate::store::entity::{authority, certificate, paper};
use crate::store::idempotency::Once;
use crate::usecase::{certificates, facts, issuance};

/// The rule of how long a copy may be good.
const RULE: &str = "R-108";

/// So many days, where the law names none.
const DAYS: f64 = 180.0;

/// Fewest characters of a purpose.
const SHORTEST: usize = 2;

/// What the clinic may write before the purpose; the paper writes it anyway.
const ONLY_FOR: &str = "仅用于";

/// Where a copy stands by itself on this day, Asia/Shanghai.
pub fn standing(row: &paper::Model, today: NaiveDate) -> CopyStanding {
    if row.withdrawn_at.is_some() {
        return CopyStanding::Withdrawn;
    }
    match &row.purpose {
        Some(purpose) if today <= purpose.expires_on => CopyStanding::Good,
        _ => CopyStanding::Expired,
    }
}

/// Makes a copy of a certificate in force.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for anybody but the clinic; `Invalid` with every field error;
/// `Conflict` when the certificate is not in force.
pub async fn create(app: &App, actor: &Actor, id: CertificateId, wanted: Purpose, once: &Once) -> Result<paper::Model> {
    let (now, today, new) = (app.clock.now(), app.clock.today(), app.clock.new_id());
    let tx = app.store.begin().await?;
    let clinic = tx.scoped_certificate(actor, id).await?.clinic_id;
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    if let Some(earlier) = tx.claim(once, new, now).await? {
        return tx.copy(actor, PaperId(earlier)).await;
    }
    // Nothing happens to the clinic between this look and the signature.
    tx.hold_clinic(&tx.clinic(clinic).await?).await?;
    let row = tx.scoped_certificate(actor, id).await?;
    let issuer = tx.authority(row.authority_id).await?;
    let law = app.law_of(&issuer);
    let wanted = checked(app, &law, today, wanted)?;
    let stands =
        Standing { certificate: row.state, clinic: row.clinic_state, telemedicine: row.telemedicine, copy: None };
    if stands.reason().is_some() {
        return Err(Error::Conflict(Clash::NotInForce));
    }
    let (region, year) = (&issuer.region, today.year());
    let serial = tx.next_number(&format!("copy/{region}/{year}")).await?;
    let claims = CopyClaims { purpose: wanted.purpose.clone(), serial };
    let said = Payload::of_copy(&row.statement, row.status_index.unsigned_abs(), claims, today, wanted.expires_on);
    let signer = app
        .keyring
        .signer(region, today)
        .ok_or_else(|| anyhow::anyhow!("no active key may sign for region {region} on {today}"))?;
    let signed = signer.sign(&said);
    // As with a certificate: what no verifier would accept is not issued.
    code::check(&signed.digits, app.keyring.manifest(), today)
        .map_err(|refused| anyhow::anyhow!("the fresh code does not verify: {}", refused.reason.code()))?;
    let number = payload::copy_number(region, year, serial);
    let leaf = digest(&signed.digits);
    let copy = paper::Model {
        id: new,
        kind: PaperKind::Copy,
        content: content(&law, today, &row, &issuer, &wanted, &number),
        number,
        code: ShortCode::from_random(app.clock.random()?),
        authority_id: Some(issuer.id),
        owner_id: Some(row.owner_id),
        filing_id: None,
        visit_id: None,
        decision_id: None,
        step: None,
        clinic_id: Some(row.clinic_id),
        certificate_id: Some(row.id),
        purpose: Some(wanted),
        digits: Some(signed.digits),
        withdrawn_at: None,
        actor_id: Some(actor.id.0),
        actor_name: actor.name.clone(),
        issued_at: now,
        sha256: None,
    };
    tx.add_copy(copy.clone()).await?;
    issuance::append_leaf(app, &tx, &row, "copy", &leaf, &signer.kid().to_string()).await?;
    tx.commit().await?;
    Ok(copy)
}

/// By which the log knows a copy: the SHA-256 of its code.
fn digest(digits: &str) -> [u8; 32] {
    Sha256::digest(digits).into()
}

/// The purpose as the paper says it.
fn tidied(purpose: &str) -> &str {
    let purpose = purpose.trim();
    purpose.strip_prefix(ONLY_FOR).unwrap_or(purpose).trim()
}

/// What is wrong with the purpose and the recipient, whatever the last day is.
pub fn wrong_texts(app: &App, purpose: &str, recipient: &str) -> Vec<Problem> {
    let purpose = tidied(purpose);
    let mut problems = vec![];
    if purpose.chars().count() < SHORTEST {
        problems.push(Problem::new(
            "/purpose",
            "请写明用途，2至60个字。",
            "Say what the copy is for, in 2 to 60 characters.",
        ));
    }
    // What stands behind 仅用于 must not turn it round.
    if ["不", "非", "凡", "任何", "所有", "用于"].iter().any(|word| purpose.contains(word)) {
        problems.push(Problem::new(
            "/purpose",
            "用途请直接写办理什么事项，例如“医保定点申请”，不要写“不仅”“任何”“用于”等字样。",
            "Name the one matter that the copy is for; no “not only”, “any” or “for”.",
        ));
    }
    for (pointer, text) in [("/purpose", purpose), ("/recipient", recipient.trim())] {
        problems.extend(app.fonts.check(text).err().and_then(|error| unprintable(pointer, &error)));
    }
    problems
}

/// The request, tidied.
fn checked(app: &App, law: &Law, today: NaiveDate, wanted: Purpose) -> Result<Purpose> {
    let mut problems = wrong_texts(app, &wanted.purpose, &wanted.recipient);
    let (purpose, recipient) = (tidied(&wanted.purpose).to_owned(), wanted.recipient.trim().to_owned());
    let days = law.threshold(RULE, "days", today).unwrap_or(DAYS) as u64;
    let (first, last) = (today + Days::new(1), today + Days::new(days));
    if !(first..=last).contains(&wanted.expires_on) {
        let values = [("first".to_owned(), first.to_string()), ("last".to_owned(), last.to_string())];
        let rule = law.rule(RULE, today).ok_or_else(|| anyhow::anyhow!("no rule {RULE}"))?;
        let problem = Problem::new("/expires_on", rule.message_zh(&values), rule.message_en(&values));
        problems.push(Problem { rule: Some(RULE.to_owned()), ..problem });
    }
    let wanted = Purpose { purpose, recipient, expires_on: wanted.expires_on };
    if problems.is_empty() { Ok(wanted) } else { Err(Error::Invalid(problems)) }
}

/// A character that cannot be printed, for whoever typed it.
fn unprintable(pointer: &str, error: &RenderError) -> Option<Problem> {
    let (RenderError::NoGlyph(c) | RenderError::NotPrintable(c)) = error else { return None };
    let code = u32::from(*c);
    Some(Problem::new(
        pointer,
        format!("有不能打印的字符（U+{code:04X}），请改用其他字。"),
        format!("A character cannot be printed (U+{code:04X}); use another."),
    ))
}

/// The copy in the words of a paper.
fn content(
    law: &Law,
    today: NaiveDate,
    row: &certificate::Model,
    issuer: &authority::Model,
    wanted: &Purpose,
    number: &str,
) -> PaperContent {
    let statement = &row.statement;
    let field = |label: &str, value: String| Field { label: label.to_owned(), value };
    let mut rows = vec![
        field("诊所名称", statement.name.clone()),
        field("备案编号", statement.number.clone()),
        field("凭证版本", format!("第{}版", row.version)),
        field("用途", format!("{ONLY_FOR}{}", wanted.purpose)),
    ];
    if !wanted.recipient.is_empty() {
        rows.push(field("使用单位", wanted.recipient.clone()));
    }
    rows.push(field("有效期至", numeric_date(wanted.expires_on)));
    PaperContent {
        issuer: statement.authority.name.clone(),
        title: format!("{}加注件", statement.kind.title()),
        number: number.to_owned(),
        addressee: wanted.recipient.clone(),
        blocks: vec![Block::Fields { rows }],
        basis: facts::basis(law, today, RULE, Some(statement.clinic_type)),
        remedy: String::new(),
        contact: issuer.phone.clone(),
        signed_by: statement.authority.name.clone(),
        signed_on: today,
        signatures: vec![],
    }
}

/// A copy within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: PaperId) -> Result<paper::Model> {
    app.store.copy(actor, id).await
}

/// The copies of a certificate, newest first; one more than `limit` when there is a next page.
///
/// # Errors
/// `NotFound` where the certificate is outside the actor's scope.
pub async fn list(
    app: &App,
    actor: &Actor,
    certificate: CertificateId,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<paper::Model>> {
    app.store.certificate(actor, certificate).await?;
    app.store.copies(actor, certificate, before, limit + 1).await
}

/// Takes a copy back: from now on its code says so. A copy that was taken back stays so.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for anybody but the clinic.
pub async fn withdraw(app: &App, actor: &Actor, id: PaperId, once: &Once) -> Result<paper::Model> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let row = tx.copy(actor, id).await?;
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    let new = tx.claim(once, row.id, now).await?.is_none();
    if new && tx.withdraw_copy(row.id, now).await? {
        let certificate = tx.certificate(row.certificate_id.ok_or(Error::NotFound("certificate"))?).await?;
        let digest = digest(row.digits.as_deref().unwrap_or_default());
        issuance::append_leaf(app, &tx, &certificate, "withdraw_copy", &digest, &certificate.key_id).await?;
    }
    let row = tx.copy(actor, id).await?;
    tx.commit().await?;
    Ok(row)
}

/// The paper: drawn when it is first asked for, and kept by its digest.
///
/// # Errors
/// `NotFound` outside the actor's scope; what the renderer answers.
pub async fn pdf(app: &App, actor: &Actor, id: PaperId) -> Result<Vec<u8>> {
    let row = app.store.copy(actor, id).await?;
    if let Some(sha256) = &row.sha256 {
        return app.store.blob(sha256).await;
    }
    let (id, bytes) = (row.id, draw(app, row).await?);
    let tx = app.store.begin().await?;
    let sha256 = certificates::keep(&tx, &bytes).await?;
    tx.seal_paper(id, &sha256).await?;
    tx.commit().await?;
    Ok(bytes)
}

/// Draws a copy: the certificate's own sheet with what it is for written across.
pub(super) async fn draw(app: &App, row: paper::Model) -> Result<Vec<u8>> {
    let certificate = CertificateId(row.certificate_id.ok_or(Error::NotFound("certificate"))?);
    let certificate = app.store.certificate_unscoped(certificate).await?.ok_or(Error::NotFound("certificate"))?;
    let (fonts, settings) = (app.fonts.clone(), app.settings.clone());
    let drawn = tokio::task::spawn_blocking(move || {
        let annotation = row.purpose.as_ref().map(|purpose| Annotation {
            purpose: &purpose.purpose,
            recipient: &purpose.recipient,
            expires_on: purpose.expires_on,
            number: &row.number,
        });
        let sheet = Sheet {
            statement: &certificate.statement,
            code_text: &settings.code_url(row.digits.as_deref().unwrap_or_default()),
            short_code: &row.code.to_string(),
            host: settings.host(),
            development: settings.demonstration,
            specimen: false,
            annotation,
        };
        render::render(&fonts, &sheet)
    });
    Ok(drawn.await.map_err(Error::internal)??)
}
