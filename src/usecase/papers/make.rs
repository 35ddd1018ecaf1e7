//! Making a paper: the words of the law around the facts of the case, the number, the row, the job that draws it.

use chrono::Datelike;
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::dossier::ClinicType;
use crate::domain::id::PaperId;
use crate::domain::law::{self, Law};
use crate::domain::paper::{Block, Field, PaperContent, PaperKind};
use crate::domain::short_code::ShortCode;
use crate::domain::task::Task;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{authority, paper};

/// A paper as the case gives it: everything but the words of the law and the number.
pub(super) struct Facts<'a> {
    pub kind: PaperKind,
    /// Code of the kind of filing, visit or decision that it is about.
    pub of: String,
    pub clinic_type: ClinicType,
    /// Whose series the number is of, and who signs unless `issuer` says otherwise.
    pub authority: &'a authority::Model,
    /// Who speaks, where it is not the authority.
    pub issuer: Option<String>,
    /// 文号, where it was given: typed by the office, or that of the filing. None: the next of the paper's own series.
    pub number: Option<String>,
    pub addressee: String,
    /// For the sentences, by name.
    pub values: Vec<(&'static str, String)>,
    /// Between opening and closing.
    pub body: Vec<Block>,
    /// Legal basis that the case itself names, before that of the law's table.
    pub basis: Vec<String>,
    pub belongs: Belongs,
    /// What a person has just typed: JSON pointer and text, so that a character that cannot be printed is found there.
    pub typed: Vec<(String, String)>,
}

/// What a paper belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Belongs {
    /// Its id, where that is given: a public paper has its announcement's.
    pub id: Option<Uuid>,
    pub owner: Option<Uuid>,
    pub filing: Option<Uuid>,
    pub visit: Option<Uuid>,
    pub decision: Option<Uuid>,
    /// Sequence of the step of the filing or visit that makes it.
    pub step: Option<i32>,
    pub clinic: Option<Uuid>,
    pub certificate: Option<Uuid>,
}

/// Composes, numbers and keeps a paper in the transaction of its step. On a day for which the law has no words of such a
/// paper there is none.
///
/// # Errors
/// `Invalid` naming the character that cannot be printed; then nothing is numbered.
pub(super) async fn make(app: &App, tx: &Tx, law: &Law, actor: &Actor, facts: Facts<'_>) -> Result<()> {
    let (now, today) = (app.clock.now(), app.clock.today());
    let Some(form) = law.paper(facts.kind, &facts.of, facts.clinic_type.profile(), today) else { return Ok(()) };
    let Facts { kind, authority, number, mut values, body, belongs, typed, .. } = facts;
    values.extend([("authority", authority.name.clone()), ("host", app.settings.host().to_owned())]);
    let paragraph = |sentence: &String| Block::Paragraph { text: law::filled(sentence, &values) };
    let mut blocks: Vec<Block> = form.opening.iter().map(paragraph).collect();
    blocks.extend(body);
    blocks.extend(form.closing.iter().map(paragraph));
    let mut basis = facts.basis;
    for more in law.paper_basis(form, facts.clinic_type, today) {
        if !basis.contains(&more) {
            basis.push(more);
        }
    }
    let office = format!("{}{}", law.office_mark(&authority.uscc, &authority.name), form.mark);
    let year = today.year();
    let registrar = if facts.issuer.is_some() { "（登记机关）" } else { "" };
    let issuer = facts.issuer.unwrap_or_else(|| authority.name.clone());
    let mut content = PaperContent {
        signed_by: issuer.clone(),
        issuer,
        title: law::filled(&form.title, &values),
        number: number.clone().unwrap_or_else(|| format!("{office}〔{year}〕号")),
        addressee: facts.addressee,
        blocks,
        basis,
        remedy: law.paper_remedy(form),
        contact: format!("{}{registrar}，电话{}", authority.name, authority.phone),
        signed_on: today,
        signatures: form.signatures.clone(),
    };
    each_text(&mut content, |text| *text = one_line(text));
    // Before the number is taken: what cannot be drawn stops the step.
    let mut texts = vec![];
    each_text(&mut content, |text| texts.push((String::new(), text.clone())));
    printable(app, typed.into_iter().chain(texts))?;
    // The register's own number of the paper; shown where no other was given.
    let serial = tx.next_number(&format!("paper/{office}/{year}")).await?;
    let registered = format!("{office}〔{year}〕{serial}号");
    if number.is_none() {
        content.number.clone_from(&registered);
    }
    let id = belongs.id.unwrap_or_else(|| app.clock.new_id());
    let row = paper::Model {
        id,
        kind,
        number: registered,
        code: ShortCode::from_random(app.clock.random()?),
        authority_id: Some(authority.id),
        owner_id: belongs.owner,
        filing_id: belongs.filing,
        visit_id: belongs.visit,
        decision_id: belongs.decision,
        step: belongs.step,
        clinic_id: belongs.clinic,
        certificate_id: belongs.certificate,
        content,
        purpose: None,
        digits: None,
        withdrawn_at: None,
        actor_id: Some(actor.id.0),
        actor_name: actor.name.clone(),
        issued_at: now,
        sha256: None,
    };
    tx.add_paper(row).await?;
    tx.enqueue(app.clock.new_id(), Task::Print { paper: PaperId(id) }, now).await
}

/// Refuses texts with a character that no font has, at the pointer of the first that holds it.
///
/// # Errors
/// `Invalid` naming the character.
pub fn printable(app: &App, texts: impl Iterator<Item = (String, String)>) -> Result<()> {
    for (pointer, text) in texts {
        if let Some(c) = app.fonts.missing(&one_line(&text)).first() {
            let code = u32::from(*c);
            return Err(Error::field(
                pointer,
                format!(
                    "字符“{c}”（U+{code:04X}）没有可以打印的字体，文书不能生成，本步骤未办理。请改用其他写法，或者联系系统管理员补充字库。"
                ),
                format!(
                    "No font has the character “{c}” (U+{code:04X}), so that the paper cannot be drawn; nothing was done. Write it otherwise."
                ),
            ));
        }
    }
    Ok(())
}

/// A text of several lines on one: papers break lines by themselves.
fn one_line(text: &str) -> String {
    lines(text).collect::<Vec<_>>().join("　")
}

/// The lines of a typed text that say something.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\t']).map(str::trim).filter(|line| !line.is_empty())
}

/// A label and its value.
pub(super) fn field(label: &str, value: impl Into<String>) -> Field {
    Field { label: label.to_owned(), value: value.into() }
}

/// Every text of a paper, in reading order.
fn each_text(content: &mut PaperContent, mut see: impl FnMut(&mut String)) {
    let PaperContent {
        issuer,
        title,
        number,
        addressee,
        blocks,
        basis,
        remedy,
        contact,
        signed_by,
        signed_on: _,
        signatures,
    } = content;
    [issuer, title, number, addressee].into_iter().for_each(&mut see);
    for block in blocks {
        match block {
            Block::Paragraph { text } | Block::Heading { text } => see(text),
            Block::Fields { rows } => rows.iter_mut().flat_map(|r| [&mut r.label, &mut r.value]).for_each(&mut see),
            Block::List { items } => items.iter_mut().flat_map(|i| [&mut i.text, &mut i.note]).for_each(&mut see),
            Block::Table { head, widths: _, rows } => {
                head.iter_mut().chain(rows.iter_mut().flatten()).for_each(&mut see);
            }
        }
    }
    basis.iter_mut().chain([remedy, contact, signed_by]).chain(signatures).for_each(see);
}
