//! The pattern book: every component that pages are made of, in all its states. For who builds pages, so not in production.

use poem::Response;
use poem::handler;

use crate::edge::wording;
use crate::portal::page::Ask;
use crate::portal::page::Oops;

#[handler]
pub fn show(ask: Ask) -> Result<Response, Oops> {
    if !ask.settings.demonstration {
        return Err((&wording::NOT_FOUND).into());
    }
    ask.page("design.html", &())
}
