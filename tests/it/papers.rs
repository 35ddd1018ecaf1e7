//! Papers beside the certificate, by HTTP: each is made by its step, says what the case says, and is drawn as it says.

mod decisions;
mod filings;
mod keeping;
mod visits;
mod words;

use clinic_registry::domain::dossier::Dossier;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::TestApp;

/// The paper of this kind among those that a view lists; the last where there are several.
#[track_caller]
pub fn listed<'a>(view: &'a Value, kind: &str) -> &'a Value {
    let papers = view["papers"].as_array().unwrap();
    papers.iter().rfind(|paper| paper["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {papers:#?}"))
}

/// What a listed paper says, seen by `actor`, once its file was found to say the same.
pub async fn read(actor: &Actor, brief: &Value) -> Value {
    let id = brief["id"].as_str().unwrap();
    let paper = actor.call("paper_view").path("paper_id", id).send().await.expect(200);
    assert_eq!((&paper["kind"], &paper["number"]), (&brief["kind"], &brief["number"]));
    assert_eq!(paper["content"]["number"], brief["number"]);
    let answer = actor.call("paper_pdf").path("paper_id", id).send().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"));
    drawn_as_told(&answer.bytes, &paper);
    paper
}

/// Every text of a paper as the API tells it, in the order in which the sheet has them.
fn texts(content: &Value) -> Vec<String> {
    let mut out = vec![];
    for name in ["issuer", "title", "number", "addressee"] {
        gather(&content[name], &mut out);
    }
    for block in content["blocks"].as_array().unwrap() {
        for name in ["text", "fields", "items", "head", "lines"] {
            gather(&block[name], &mut out);
        }
    }
    for name in ["basis", "remedy", "contact", "signed_by", "signatures"] {
        gather(&content[name], &mut out);
    }
    out
}

/// The texts of a value in reading order: label before value, text before note.
fn gather(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, out)),
        Value::Object(fields) => ["label", "value", "text", "note"].iter().for_each(|name| {
            if let Some(value) = fields.get(*name) {
                gather(value, out);
            }
        }),
        _ => (),
    }
}

/// The text of every page without white space, which lines break, and without what stands in the margin, which pages break.
pub fn text(bytes: &[u8]) -> String {
    pages(bytes).concat()
}

fn pages(bytes: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(bytes).expect("a PDF file");
    let count = document.get_pages().len();
    let page = |n: u32| {
        let text = squeezed(&document.extract_text(&[n]).expect("text"));
        text.replace(&format!("第{n}页共{count}页"), "").replace("演示数据·notvalid", "")
    };
    (1..).take(count).map(page).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The file of a paper holds every text that the API tells of it.
#[track_caller]
pub fn drawn_as_told(bytes: &[u8], paper: &Value) {
    // Later pages repeat title and number at their head.
    let head = squeezed(&format!("{}{}", paper["content"]["title"], paper["content"]["number"]).replace('"', ""));
    let pages = pages(bytes).into_iter().enumerate();
    let drawn: String = pages.map(|(n, page)| if n == 0 { page } else { page.replace(&head, "") }).collect();
    for told in texts(&paper["content"]) {
        let told = squeezed(&told);
        assert!(drawn.contains(&told), "{told} does not stand on the paper:\n{drawn}");
    }
    let short = paper["short_code"].as_str().unwrap();
    assert!(drawn.contains(short), "{short}: {drawn}");
}

/// Whether some text of a paper holds `what`.
pub fn says(paper: &Value, what: &str) -> bool {
    texts(&paper["content"]).iter().any(|text| text.contains(what))
}

/// The value of a labelled field.
#[track_caller]
pub fn value<'a>(paper: &'a Value, label: &str) -> &'a str {
    let blocks = paper["content"]["blocks"].as_array().unwrap();
    let fields = blocks.iter().filter_map(|block| block["fields"].as_array()).flatten();
    let found = fields.clone().find(|field| field["label"] == label);
    found.unwrap_or_else(|| panic!("no {label}: {:#?}", fields.collect::<Vec<_>>()))["value"].as_str().unwrap()
}

/// The numbered items.
pub fn items(paper: &Value) -> Vec<(&str, &str)> {
    let blocks = paper["content"]["blocks"].as_array().unwrap();
    let items = blocks.iter().filter_map(|block| block["items"].as_array()).flatten();
    items.map(|item| (item["text"].as_str().unwrap(), item["note"].as_str().unwrap())).collect()
}

/// Papers that `actor` finds.
pub async fn list(actor: &Actor, parameters: &[(&str, &str)]) -> Vec<Value> {
    let call = parameters.iter().fold(actor.call("paper_list"), |call, (name, value)| call.query(name, value));
    call.send().await.expect(200)["items"].as_array().unwrap().clone()
}

/// Drafts a filing about an issued clinic with these particulars, complete, and submits it.
pub async fn about(app: &TestApp, kind: &str, number: &str, particulars: Value) -> Value {
    let clinic = app.clinic();
    let draft = clinic.draft_about(kind, number, &particulars).await;
    clinic.add_materials(&draft).await;
    clinic.submit(&draft).await.expect(200)
}

/// A loss that the clinic noticed today.
pub fn loss(clinic: &Dossier) -> Value {
    json!({
        "effective_on": "2026-11-23", "reason": "搬运时遗失，多方查找未果。", "signed_by": clinic.principal.name,
        "signed_on": "2026-11-23",
    })
}
