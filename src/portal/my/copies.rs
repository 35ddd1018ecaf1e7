//! Copies of the certificate for one purpose (加注件): made, listed, taken back.

use chrono::NaiveDate;
use poem::Response;
use poem::handler;
use poem::web::{Form, Path};
use serde::{Deserialize, Serialize};

use crate::domain::deadline::numeric_date;
use crate::domain::id::{CertificateId, PaperId};
use crate::domain::paper::Purpose;
use crate::domain::verdict::CopyStanding;
use crate::edge::text;
use crate::error::{Error, Problem};
use crate::portal::forms::{Fields, Refused};
use crate::portal::my::form::typed::day;
use crate::portal::my::keyed;
use crate::portal::my::papers::pdf;
use crate::portal::page::Oops;
use crate::portal::session::Member;
use crate::store::entity::paper;
use crate::usecase::{copies, owners};

/// Most copies that the page lists.
const SHOWN: u64 = 50;

/// Longest text of the form, characters.
const LONGEST: usize = 60;

#[derive(Serialize)]
struct Copy {
    id: String,
    number: String,
    purpose: String,
    recipient: String,
    until: String,
    state: &'static str,
    href: String,
}

#[derive(Serialize)]
struct View {
    name: String,
    number: String,
    copies: Vec<Copy>,
    purpose: String,
    recipient: String,
    year: String,
    month: String,
    day: String,
    key: String,
}

/// The fields of the form, in its order.
const FIELDS: Fields<'_> = &[("/purpose", "purpose"), ("/recipient", "recipient"), ("/expires_on", "until")];

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    purpose: String,
    recipient: String,
    #[serde(rename = "until-year")]
    year: String,
    #[serde(rename = "until-month")]
    month: String,
    #[serde(rename = "until-day")]
    day: String,
    key: String,
}

fn listed(member: &Member, row: &paper::Model) -> Copy {
    let purpose = row.purpose.as_ref();
    Copy {
        id: row.id.to_string(),
        number: row.number.clone(),
        purpose: purpose.map(|one| one.purpose.clone()).unwrap_or_default(),
        recipient: purpose.map(|one| one.recipient.clone()).unwrap_or_default(),
        until: purpose.map(|one| numeric_date(one.expires_on)).unwrap_or_default(),
        state: match copies::standing(row, member.clock.today()) {
            CopyStanding::Good => "good",
            CopyStanding::Expired => "expired",
            CopyStanding::Withdrawn => "withdrawn",
        },
        href: format!("/my/copies/{}", row.id),
    }
}

async fn page(member: &Member, number: &str, typed: Typed, refused: &Refused) -> Result<Response, Oops> {
    let clinic = owners::clinic(member, &member.actor, number).await?;
    let certificate = CertificateId(clinic.certificate_id);
    let rows = copies::list(member, &member.actor, certificate, None, SHOWN).await?;
    let view = View {
        name: clinic.name,
        number: clinic.number,
        copies: rows.iter().map(|row| listed(member, row)).collect(),
        key: if typed.key.is_empty() { keyed::key(member)? } else { typed.key },
        purpose: typed.purpose,
        recipient: typed.recipient,
        year: typed.year,
        month: typed.month,
        day: typed.day,
    };
    refused.page(member, "my_copies.html", &view)
}

/// The copies, and the form for another.
#[handler]
pub async fn show(member: Member, Path(number): Path<String>) -> Result<Response, Oops> {
    page(&member, &number, Typed::default(), &Refused::none()).await
}

/// What is wrong with the texts before anybody looks at what they mean.
fn shape(member: &Member, typed: &Typed) -> (Vec<Problem>, Option<NaiveDate>) {
    let mut problems = vec![];
    for (pointer, text) in [("/purpose", &typed.purpose), ("/recipient", &typed.recipient)] {
        if let Some((zh, en)) = text::defect(text) {
            problems.push(Problem::new(pointer, zh, en));
        } else if text.trim().chars().count() > LONGEST {
            let (zh, en) = (format!("最多{LONGEST}个字，请缩短。"), format!("At most {LONGEST} characters."));
            problems.push(Problem::new(pointer, zh, en));
        }
    }
    let until = day([&typed.year, &typed.month, &typed.day]).and_then(|text| text.parse().ok());
    if until.is_none() {
        // Without a day nobody looks further: what is wrong with the texts is told with it.
        if problems.is_empty() {
            problems = copies::wrong_texts(member, &typed.purpose, &typed.recipient);
        }
        let zh = "请填写有效期的最后一天，年、月、日都要填。";
        problems.push(Problem::new("/expires_on", zh, "Give the last day: year, month and day."));
    }
    (problems, until)
}

/// Makes a copy.
#[handler]
pub async fn create(member: Member, Path(number): Path<String>, sent: Form<Typed>) -> Result<Response, Oops> {
    let typed = sent.0;
    let (problems, until) = shape(&member, &typed);
    let Some(expires_on) = until.filter(|_| problems.is_empty()) else {
        return page(&member, &number, typed, &Refused::problems(&problems, FIELDS)).await;
    };
    let clinic = owners::clinic(&member, &member.actor, &number).await?;
    let (purpose, recipient) = (typed.purpose.trim().to_owned(), typed.recipient.trim().to_owned());
    let once = keyed::once(&member.actor, &typed.key, "copy", &format!("{purpose}\n{recipient}\n{expires_on}"))?;
    let wanted = Purpose { purpose, recipient, expires_on };
    match copies::create(&member, &member.actor, CertificateId(clinic.certificate_id), wanted, &once).await {
        Ok(_) => Ok(member.redirect(&format!("/my/clinics/{}/copies", clinic.number))),
        Err(error) => page(&member, &number, typed, &Refused::of(error, FIELDS)?).await,
    }
}

fn id(text: &str) -> Result<PaperId, Error> {
    text.parse().map(PaperId).map_err(|_| Error::NotFound("copy"))
}

/// The copy's file.
#[handler]
pub async fn file(member: Member, Path(copy): Path<String>) -> Result<Response, Oops> {
    let row = copies::view(&member, &member.actor, id(&copy)?).await?;
    let bytes = copies::pdf(&member, &member.actor, id(&copy)?).await?;
    Ok(pdf(&row.number, bytes))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    key: String,
    number: String,
}

/// Takes a copy back.
#[handler]
pub async fn withdraw(member: Member, Path(copy): Path<String>, sent: Form<Sent>) -> Result<Response, Oops> {
    let clinic = owners::clinic(&member, &member.actor, &sent.number).await?;
    // One page has one key for all of its copies.
    let once = keyed::once(&member.actor, &keyed::of(&sent.key, &copy), "withdraw copy", &copy)?;
    copies::withdraw(&member, &member.actor, id(&copy)?, &once).await?;
    Ok(member.redirect(&format!("/my/clinics/{}/copies", clinic.number)))
}
