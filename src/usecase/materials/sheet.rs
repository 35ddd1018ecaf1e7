//! Every material that the law names for a filing, beside what is there: the page where an owner uploads them.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::FilingId;
use crate::domain::law::When;
use crate::domain::lifecycle::{self, Stage};
use crate::domain::material::{MediaType, READABLE_SIDE};
use crate::domain::rules::materials as asked;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{material, upload};
use crate::usecase::facts;

/// A material of the list.
pub struct Line {
    pub code: String,
    pub name: String,
    pub name_en: String,
    /// The filing is incomplete without it.
    pub required: bool,
    /// The state holds it: it need not be uploaded.
    pub held: bool,
    /// On what it depends that it is named.
    pub when: When,
    /// Legal basis in words.
    pub basis: String,
    pub files: Vec<File>,
    /// What has not arrived whole.
    pub arriving: Vec<upload::Model>,
}

impl Line {
    /// Whether the filing is incomplete for want of it.
    pub fn lacking(&self) -> bool {
        self.required && self.files.is_empty()
    }
}

/// A file that is there.
pub struct File {
    pub row: material::Model,
    pub doubt: Option<Doubt>,
}

/// What may make a photo hard to read. It is said, and refuses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Width and height in pixels.
    Small(u32, u32),
    /// Its beginning is not that of a picture.
    Broken,
}

/// The materials of a filing.
pub struct Sheet {
    pub stage: Stage,
    /// It is the clinic's to write now.
    pub open: bool,
    /// The type of the clinic is known: what is asked for depends on it.
    pub typed: bool,
    pub lines: Vec<Line>,
}

/// The materials of a filing within the actor's scope, with what the law asks for.
///
/// # Errors
/// `NotFound` outside of it, and for anybody but the clinic.
pub async fn sheet(app: &App, actor: &Actor, id: FilingId) -> Result<Sheet> {
    if actor.role != Role::Clinic {
        return Err(Error::NotFound("filing"));
    }
    let tx = app.store.snapshot().await?;
    let row = tx.filing(actor, id).await?;
    let known = facts::gather(app, &tx, &row, None).await?;
    let mut lines: Vec<_> = asked::asked(&row.dossier, &known.facts(app, &row)).into_iter().map(line).collect();
    for row in tx.materials(id).await? {
        let doubt = doubt(&tx, &row).await?;
        of_code(&mut lines, &known.law, &row.code).files.push(File { row, doubt });
    }
    for row in tx.uploads_under_way(id).await? {
        of_code(&mut lines, &known.law, &row.code.clone()).arriving.push(row);
    }
    Ok(Sheet {
        stage: row.stage,
        open: lifecycle::editable(row.stage),
        typed: row.dossier.clinic_type.is_some(),
        lines,
    })
}

fn line(asked: asked::Asked<'_>) -> Line {
    let asked::Asked { material, required, when, basis } = asked;
    Line {
        code: material.code.clone(),
        name: material.name.clone(),
        name_en: material.name_en.clone(),
        required,
        held: material.held,
        when,
        basis: basis.to_owned(),
        files: vec![],
        arriving: vec![],
    }
}

/// The line of a code; one that the law does not name (any more) for this filing gets a line of its own.
fn of_code<'a>(lines: &'a mut Vec<Line>, law: &crate::domain::law::Law, code: &str) -> &'a mut Line {
    let at = lines.iter().position(|line| line.code == code).unwrap_or_else(|| {
        let material = law.material(code);
        lines.push(Line {
            code: code.to_owned(),
            name: material.map_or(code, |m| &m.name).to_owned(),
            name_en: material.map_or(code, |m| &m.name_en).to_owned(),
            required: false,
            held: material.is_some_and(|m| m.held),
            when: When::Always,
            basis: String::new(),
            files: vec![],
            arriving: vec![],
        });
        lines.len() - 1
    });
    &mut lines[at]
}

/// What may make it hard to read, by the head of the picture alone: nothing is decoded.
async fn doubt(tx: &Tx, row: &material::Model) -> Result<Option<Doubt>> {
    let format = match row.media_type.as_str() {
        kind if kind == MediaType::Jpeg.name() => ImageFormat::Jpeg,
        kind if kind == MediaType::Png.name() => ImageFormat::Png,
        _ => return Ok(None),
    };
    let Some(head) = tx.blob_piece(&row.sha256, 0).await? else { return Ok(None) };
    let beginning = i64::try_from(head.len()).unwrap_or(i64::MAX) < row.size;
    Ok(match ImageReader::with_format(Cursor::new(head), format).into_dimensions() {
        Ok((width, height)) if width.min(height) < READABLE_SIDE => Some(Doubt::Small(width, height)),
        Ok(_) => None,
        // The head of a large file may be longer than its first piece.
        Err(_) if beginning => None,
        Err(_) => Some(Doubt::Broken),
    })
}
