//! The owner's door, by its forms as a browser without scripts sends them.

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, Page, between};
use crate::support::builders::json_of;

mod clinic;
mod form;
mod held;
mod scope;
mod tabs;

/// Somebody who is signed in.
async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let mut browser = Browser::before(&app.anonymous());
    browser.sign_in(login, PASSWORD).await;
    browser
}

/// A draft of a whole form, as the API takes it.
async fn draft(app: &TestApp, clinic_type: ClinicType) -> Value {
    app.clinic().draft(&json_of(&app.dossier(clinic_type))).await
}

/// The address of a page of a filing.
fn page(filing: &Value, rest: &str) -> String {
    format!("/my/filings/{}{rest}", filing["id"].as_str().unwrap())
}

/// The fields of the form of a page, as they are shown.
fn fields(html: &str) -> Vec<(String, String)> {
    let form = html.split("<form method=\"post\"").nth(1).expect("a form").split("</form>").next().unwrap();
    let mut fields = vec![];
    let mut rest = form;
    while let Some((_, after)) = rest.split_once(" name=\"") {
        let (name, tail) = after.split_once('"').unwrap();
        let tag = tail.split('>').next().unwrap();
        let value = tag.split_once(" value=\"").map(|(_, value)| value.split('"').next().unwrap());
        let kind = rest.split(" name=\"").next().unwrap().rsplit('<').next().unwrap();
        let chosen = tag.contains("checked");
        if kind.starts_with("textarea") {
            let text = tail.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
            fields.push((name.to_owned(), text.to_owned()));
        } else if kind.starts_with("select") {
            let options = tail.split("</select>").next().unwrap();
            let chosen = options.split("<option ").find(|option| option.contains(" selected"));
            fields.push((name.to_owned(), chosen.map(|o| between(o, "value=\"", "\"").to_owned()).unwrap_or_default()));
        } else if !(tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"")) || chosen {
            fields.push((name.to_owned(), value.unwrap_or_default().to_owned()));
        }
        rest = tail;
    }
    fields.retain(|(name, _)| name != "form_token");
    fields
}

/// Opens a page of questions and answers some of them anew; answers what came of it.
async fn answer(browser: &mut Browser, path: &str, answers: &[(&str, &str)]) -> Page {
    let shown = fields(&browser.get(path).await.shown(200));
    send(browser, path, shown, answers).await
}

/// Sends the fields of a page as they were shown, some of them answered anew.
async fn send(browser: &mut Browser, path: &str, mut shown: Vec<(String, String)>, answers: &[(&str, &str)]) -> Page {
    shown.retain(|(name, _)| !answers.iter().any(|(own, _)| own == name));
    shown.extend(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let pairs: Vec<_> = shown.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path.split('?').next().unwrap(), &pairs).await
}

/// The form of a filing as it stands.
async fn dossier(app: &TestApp, filing: &Value) -> Value {
    app.clinic().view(filing).await.expect(200)["dossier"].clone()
}

/// A filing by another of its pages' addresses.
fn of(path: &str) -> Value {
    json!({ "id": path.strip_prefix("/my/filings/").unwrap().split(['/', '?']).next().unwrap() })
}
