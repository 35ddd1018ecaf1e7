//! What stands in an archive, part by part.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Bag, Extent};
use crate::app::App;
use crate::domain::dossier::Dossier;
use crate::domain::filing::Findings;
use crate::domain::id::{CertificateId, FilingId};
use crate::domain::law::LawTable;
use crate::domain::masking;
use crate::domain::material::MediaType;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{authority, filing, filing_event, material, paper};
use crate::usecase::certificates;

/// For whoever opens the archive.
const README: &str = include_str!("README.txt");

/// JSON as it stands in the archive: keys in order, indented, one line feed at the end.
fn text(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

fn dossier(dossier: Option<&Dossier>, extent: Extent) -> Option<Dossier> {
    let dossier = dossier.cloned();
    if extent == Extent::Audit { dossier.map(masking::masked) } else { dossier }
}

/// Where a material lies.
fn path(n: usize, row: &material::Model) -> String {
    let extension = [MediaType::Pdf, MediaType::Jpeg, MediaType::Png].into_iter().find(|t| t.name() == row.media_type);
    format!("materials/{n:02}-{}.{}", row.code, extension.map_or("bin", MediaType::extension))
}

/// `README.txt` and `filing.json`.
pub async fn filing(
    bag: Bag,
    tx: &Tx,
    row: &filing::Model,
    authority: &authority::Model,
    extent: Extent,
) -> Result<Bag> {
    let number = async |id: Option<uuid::Uuid>| match id {
        Some(id) => tx.clinic(id).await.map(|clinic| Some(clinic.number)),
        None => Ok(None),
    };
    let materials = tx.materials(FilingId(row.id)).await?;
    let materials: Vec<_> = (1..)
        .zip(&materials)
        .map(|(n, m)| {
            json!({
                "file": path(n, m), "code": m.code, "file_name": m.file_name, "media_type": m.media_type,
                "size": m.size, "sha256": m.sha256, "added_at": m.added_at,
            })
        })
        .collect();
    let whole = json!({
        "id": row.id,
        "case_number": row.case_number,
        "kind": row.kind,
        "stage": row.stage,
        "owner_id": row.owner_id,
        "clinic": number(row.clinic_id).await?,
        "predecessor": number(row.predecessor_id).await?,
        "base_version": row.base_version,
        "authority": { "name": authority.name, "uscc": authority.uscc, "region": authority.region },
        "personal_data_masked": extent == Extent::Audit,
        "dossier": dossier(Some(&row.dossier), extent),
        "submitted": dossier(row.submitted.as_ref(), extent),
        "particulars": row.particulars,
        "submitted_particulars": row.submitted_particulars,
        "answers": row.answers,
        "notice": row.notice,
        "notices": row.notices,
        "submitted_at": row.submitted_at,
        "received_on": row.received_on,
        "due_on": row.due_on,
        "due_guessed": row.due_guessed,
        "redirected": row.redirected,
        "recommended_by": row.recommended_by,
        "issued_by": row.issued_by,
        "certificate_id": row.certificate_id,
        "import_id": row.import_id,
        "materials": materials,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "version": row.version,
    });
    let bag = bag.add("README.txt".to_owned(), README.as_bytes().to_vec()).await?;
    bag.add("filing.json".to_owned(), text(&whole)).await
}

/// `history.jsonl`: every step. Answers the editions of the law that the steps were taken under.
pub async fn history(bag: Bag, tx: &Tx, row: &filing::Model, extent: Extent) -> Result<(Bag, BTreeSet<i32>)> {
    let events = tx.filing_events(FilingId(row.id)).await?;
    let editions = events.iter().map(|event| event.rule_set).collect();
    let lines: String = events.iter().map(|event| format!("{}\n", step(event, extent))).collect();
    Ok((bag.add("history.jsonl".to_owned(), lines.into_bytes()).await?, editions))
}

fn step(event: &filing_event::Model, extent: Extent) -> Value {
    let Findings(findings) = &event.findings;
    let findings: Vec<_> = findings
        .iter()
        .map(|finding| match extent {
            // Values may quote what is masked elsewhere.
            Extent::Audit => json!({ "rule": finding.rule, "pointer": finding.pointer }),
            Extent::Office | Extent::Owner => json!(finding),
        })
        .collect();
    let mut line = json!({
        "sequence": event.sequence,
        "at": event.at,
        "actor": { "id": event.actor_id, "name": event.actor_name, "role": event.actor_role },
        "action": event.action,
        "from": event.from_stage,
        "to": event.to_stage,
        "note": event.note,
        "notice": event.notice,
        "rule_set": event.rule_set,
        "findings": findings,
        "dossier": dossier(event.dossier.as_ref(), extent),
    });
    // What the office knew beyond the form, of other clinics too.
    if extent == Extent::Office {
        line["circumstances"] = json!(event.circumstances);
    }
    line
}

/// `law/`: the tables as they were under each edition that the history names, each text once.
pub async fn law(mut bag: Bag, tx: &Tx, editions: BTreeSet<i32>) -> Result<Bag> {
    let (mut texts, mut list) = (BTreeMap::new(), vec![]);
    for number in editions {
        let mut tables = vec![];
        for row in tx.law_texts_of(number).await? {
            let csv = LawTable::of_code(&row.name).is_some_and(LawTable::is_csv);
            let name = format!("law/{:04}-{}.{}", row.number, row.name, if csv { "csv" } else { "toml" });
            tables.push(json!({
                "table": row.name, "edition": row.number, "file": name, "source": row.source, "by": row.actor_name,
                "reason": row.reason, "at": row.at,
            }));
            texts.insert(name, row.body);
        }
        list.push(json!({ "rule_set": number, "tables": tables }));
    }
    for (name, body) in texts {
        bag = bag.add(name, body.into_bytes()).await?;
    }
    bag.add("law/editions.json".to_owned(), text(&json!(list))).await
}

/// `materials/`: the uploaded files, numbered as in `filing.json`.
pub async fn materials(mut bag: Bag, tx: &Tx, row: &filing::Model) -> Result<Bag> {
    for (n, material) in (1..).zip(tx.materials(FilingId(row.id)).await?) {
        bag = bag.add_kept(tx, path(n, &material), &material.sha256).await?;
    }
    Ok(bag)
}

/// `certificate.json` and `certificate.pdf`, where one was issued.
pub async fn certificate(bag: Bag, app: &App, tx: &Tx, row: &filing::Model) -> Result<Bag> {
    let Some(id) = row.certificate_id else { return Ok(bag) };
    let certificate = tx.certificate(id).await?;
    let said = json!({
        "id": CertificateId(certificate.id),
        "version": certificate.version,
        "copy": certificate.copy,
        "statement": certificate.statement,
        "digest": certificate.digest,
        "code": certificate.digits,
        "short_code": certificate.short_code.to_string(),
        "key_id": certificate.key_id,
        "issued_at": certificate.issued_at,
    });
    let bag = bag.add("certificate.json".to_owned(), text(&said)).await?;
    let name = "certificate.pdf".to_owned();
    // Nothing here asks for a second connection while the first is held: a few readers at once would wait for each other.
    match &certificate.pdf_sha256 {
        Some(sha256) => bag.add_kept(tx, name, sha256).await,
        None => bag.add(name, certificates::draw(app, certificate).await?).await,
    }
}

/// `papers/`: what was made out in the course of the filing, as data, and as it was drawn where the drawing is kept.
pub async fn papers(mut bag: Bag, tx: &Tx, papers: Vec<paper::Model>) -> Result<Bag> {
    for (n, paper) in (1..).zip(papers) {
        let name = format!("papers/{n:02}-{}", paper.kind.code());
        let said = json!({
            "id": paper.id, "kind": paper.kind, "number": paper.shown_number(), "short_code": paper.code.to_string(),
            "content": paper.content, "purpose": paper.purpose, "code": paper.digits,
            "withdrawn_at": paper.withdrawn_at, "by": paper.actor_name, "issued_at": paper.issued_at,
        });
        bag = bag.add(format!("{name}.json"), text(&said)).await?;
        if let Some(sha256) = &paper.sha256 {
            bag = bag.add_kept(tx, format!("{name}.pdf"), sha256).await?;
        }
    }
    Ok(bag)
}
