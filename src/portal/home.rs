//! The home page: what this is, and where to look.

use poem::Response;
use poem::handler;
use poem::web::Data;
use serde::Serialize;

use crate::app::App;
use crate::portal::page;
use crate::portal::page::Oops;
use crate::usecase::demonstration;

/// An account of the demonstration.
#[derive(Serialize)]
struct Account {
    login: &'static str,
    role: &'static str,
}

#[derive(Serialize)]
struct View {
    /// None but in a demonstration.
    accounts: Vec<Account>,
    password: &'static str,
}

/// The home page.
#[handler]
pub fn show(app: Data<&App>) -> Result<Response, Oops> {
    let accounts = demonstration::ACCOUNTS.iter().map(|(login, _, role)| Account { login, role: role.zh() });
    let accounts = accounts.filter(|_| app.settings.demonstration).collect();
    page::page(&app, "home.html", &View { accounts, password: demonstration::PASSWORD })
}
