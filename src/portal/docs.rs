//! The contract of the API for people: what there is, and each operation on a page of its own.

use std::sync::Arc;

use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Path;

use crate::edge::wording;
use crate::portal::document::Document;
use crate::portal::page::Ask;
use crate::portal::page::Oops;

/// Every operation by group, and the conventions.
#[handler]
pub fn list(ask: Ask, document: Data<&Arc<Document>>) -> Result<Response, Oops> {
    ask.page("docs.html", &document.contents)
}

/// One operation: who may call it, what it takes, what it answers.
#[handler]
pub fn show(ask: Ask, document: Data<&Arc<Document>>, Path(id): Path<String>) -> Result<Response, Oops> {
    let operation = document.operations.get(&id).ok_or(&wording::NOT_FOUND)?;
    ask.page("operation.html", operation)
}
