//! Registration: whoever owns a clinic, or will, makes an account for the unit or for himself.

use crate::app::App;
use crate::domain::access::{AccountEvent, HolderKind};
use crate::domain::actor::Role;
use crate::domain::credit_code::check_uscc;
use crate::domain::identity::check_id_number;
use crate::error::{Clash, Error, Problem, Result};
use crate::store::entity::account;
use crate::usecase::accounts::{events, passwords};
use crate::usecase::pace::{self, Client, Limit};

/// What the sealed number of a holder is for, and its digest.
const PURPOSE: &str = "holder";

/// Longest name, characters.
pub(super) const LONGEST_NAME: usize = 60;

/// Logins that are made by us: nobody may take one before.
const RESERVED: [&str; 2] = [super::HOLDING, "demo-"];

/// What a registration says.
pub struct Registration<'a> {
    pub login: &'a str,
    pub password: &'a str,
    pub name: &'a str,
    pub holder_kind: Option<HolderKind>,
    pub holder_number: &'a str,
}

/// Registers the owner of a clinic.
///
/// # Errors
/// `Invalid` with every defect: of the form at once; then what is taken. `TooMany` when one client tries too often.
pub async fn register(app: &App, new: Registration<'_>, client: &Client) -> Result<account::Model> {
    let number = checked(app, &new).await?;
    // Whatever comes next can tell whether a login or a number is taken.
    pace::take(app, Limit::Registrations, client).await?;
    let kind = new.holder_kind.ok_or(Error::NotFound("kind"))?;
    let digest = holder_digest(app, kind, &number);
    taken(app, new.login, &digest).await?;
    let now = app.clock.now();
    let row = account::Model {
        id: app.clock.new_id(),
        login: new.login.to_owned(),
        password_hash: passwords::hash(app, passwords::normalised(new.password)).await?,
        display_name: new.name.trim().to_owned(),
        role: Role::Clinic,
        authority_id: None,
        demonstration: false,
        created_at: now,
        holder_kind: Some(kind),
        holder_sealed: Some(app.vault.seal(PURPOSE, &number, app.clock.random()?)?),
        holder_digest: Some(digest.clone()),
        totp_sealed: None,
        totp_step: None,
        password_changed_at: Some(now),
        closed_at: None,
    };
    let added = async {
        let tx = app.store.begin().await?;
        tx.add_account(row.clone()).await?;
        events::note(app, &tx, row.id, AccountEvent::Registered, "", Some(&row)).await?;
        tx.commit().await
    };
    match added.await {
        Ok(()) => Ok(row),
        // Somebody was quicker: told in the same words.
        Err(error @ Error::Conflict(Clash::Taken)) => {
            taken(app, new.login, &digest).await?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

/// The digest by which the account of a number is found.
pub fn holder_digest(app: &App, kind: HolderKind, number: &str) -> String {
    app.vault.digest(PURPOSE, &format!("{}\n{number}", kind.code()))
}

/// The number of an account's holder.
pub(in crate::usecase) fn holder_number(app: &App, account: &account::Model) -> Result<Option<String>> {
    account.holder_sealed.as_ref().map(|sealed| Ok(app.vault.open(PURPOSE, sealed)?)).transpose()
}

/// Everything that is wrong with a form, apart from what is taken.
///
/// # Errors
/// When it cannot be told.
pub async fn defects(app: &App, new: &Registration<'_>) -> Result<Vec<Problem>> {
    match checked(app, new).await {
        Ok(_) => Ok(vec![]),
        Err(Error::Invalid(problems)) => Ok(problems),
        Err(error) => Err(error),
    }
}

/// What is wrong with a login name that somebody chooses.
pub(super) fn login_defects(login: &str) -> Vec<Problem> {
    let mut problems = vec![];
    if RESERVED.iter().any(|mark| login.to_ascii_lowercase().starts_with(mark)) {
        let zh = "登录名不能以holding-或者demo-开头，请换一个。";
        problems.push(Problem::new("/login", zh, "A login name does not begin with holding- or demo-."));
    }
    problems.extend(super::login_defects(login));
    problems
}

/// A login name that another account has.
pub(super) fn login_taken() -> Problem {
    let zh = "这个登录名已被使用，请换一个。";
    Problem::new("/login", zh, "This login name is taken; choose another.")
}

/// The holder's number in the form in which it is kept.
async fn checked(app: &App, new: &Registration<'_>) -> Result<String> {
    let mut problems = login_defects(new.login);
    let own = [new.login, new.name, new.holder_number];
    problems.extend(passwords::defects(app, &passwords::normalised(new.password), &own).await?);
    if !(1..=LONGEST_NAME).contains(&new.name.trim().chars().count()) {
        let zh = "请填写姓名或者单位名称，最多60个字。";
        problems.push(Problem::new("/name", zh, "Give the name of the person or unit, at most 60 characters."));
    }
    let number = match new.holder_kind {
        None => {
            let zh = "请选择以单位还是个人的名义办理。";
            problems.push(Problem::new("/holder_kind", zh, "Choose whether a unit or a person owns the account."));
            None
        }
        Some(HolderKind::Uscc) => match check_uscc(new.holder_number) {
            Ok(code) => Some(code.as_str().to_owned()),
            Err(defect) => {
                let zh = format!("统一社会信用代码的{}不正确，请对照营业执照或者证书核对。", defect.zh());
                let en = format!("The unified social credit code is wrong in its {}.", defect.en());
                problems.push(Problem::new("/holder_number", zh, en));
                None
            }
        },
        Some(HolderKind::Identity) => match check_id_number(new.holder_number, app.clock.today()) {
            Ok(number) => Some(number.canonical().to_owned()),
            Err(defect) => {
                let zh = format!("公民身份号码的{}不正确，请对照身份证核对。", defect.zh());
                let en = format!("The identity number is wrong in its {}.", defect.en());
                problems.push(Problem::new("/holder_number", zh, en));
                None
            }
        },
    };
    match number {
        Some(number) if problems.is_empty() => Ok(number),
        _ => Err(Error::Invalid(problems)),
    }
}

/// Refuses what another account has. Whose that is, is not told.
async fn taken(app: &App, login: &str, digest: &str) -> Result<()> {
    let mut problems = vec![];
    if app.store.account_by_login(login).await?.is_some() {
        problems.push(login_taken());
    }
    if app.store.account_by_holder(digest).await?.is_some() {
        let zh = "这个号码已有账号，请直接登录；忘记登录名或者密码的，请到备案机关办理找回。";
        let en = "This number has an account already: sign in; if login name or password are lost, ask your filing authority.";
        problems.push(Problem::new("/holder_number", zh, en));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}
