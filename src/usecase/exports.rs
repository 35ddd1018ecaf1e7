//! Long answers, read piece by piece from one view of the tables and handed on as the reader takes them: memory is bounded,
//! and who goes away ends the query.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::app::App;
use crate::domain::search;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::clinics::Carried;
use crate::store::entity::clinic;

/// Streams that may be open at once: each holds a connection.
pub const STREAMS: usize = 2;

/// How long a stream waits for its turn, for a reader to take the next piece, and lasts at most.
const TURN: Duration = Duration::from_secs(2);
const STALL: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(1_800);

/// Rows that are read at a time.
const BATCH: u64 = 200;

/// Most rows of a workbook: it is made in memory.
pub const WORKBOOK: u64 = 100_000;

/// What reads the rows of a stream in its order.
pub trait Pages: Send + 'static {
    type Item: Send + 'static;

    /// The next rows; none when there are no more. A piece may be empty.
    fn next(&mut self, tx: &Tx) -> impl Future<Output = Result<Option<Vec<Self::Item>>>> + Send;
}

/// A piece of a stream.
#[derive(Debug)]
pub enum Piece<T> {
    Rows(Vec<T>),
    /// Everything was told. A stream that closes without it is broken off.
    End,
}

/// A stream of rows of one moment.
pub struct Feed<T> {
    pub as_of: DateTime<Utc>,
    pub pieces: mpsc::Receiver<Result<Piece<T>>>,
}

/// Opens a view of this moment and reads it on a task of its own. `begin` says what is read; what is wrong with it is told
/// before anything is sent.
///
/// # Errors
/// `Unavailable` while too many streams are open; what `begin` answers.
pub async fn open<P: Pages>(app: &App, begin: impl AsyncFnOnce(&Tx) -> Result<P>) -> Result<Feed<P::Item>> {
    let turn = tokio::time::timeout(TURN, app.exports.clone().acquire_owned()).await;
    let permit = turn.ok().and_then(|permit| permit.ok()).ok_or(Error::Unavailable)?;
    let as_of = app.clock.now();
    let tx = app.store.snapshot().await?;
    let mut pages = begin(&tx).await?;
    let (send, pieces) = mpsc::channel(2);
    tokio::spawn(async move {
        // Held until the view is closed.
        let _permit = permit;
        let told = tokio::time::timeout(LONGEST, tell(&tx, &mut pages, &send)).await;
        drop(tx);
        if told.is_err() {
            tracing::warn!("a stream took too long and was broken off");
        }
    });
    Ok(Feed { as_of, pieces })
}

async fn tell<P: Pages>(tx: &Tx, pages: &mut P, send: &mpsc::Sender<Result<Piece<P::Item>>>) {
    loop {
        // A reader who stalls must not hold the view: room first, then the query.
        let Ok(Ok(room)) = tokio::time::timeout(STALL, send.reserve()).await else { return };
        match pages.next(tx).await {
            Ok(Some(rows)) => room.send(Ok(Piece::Rows(rows))),
            Ok(None) => return room.send(Ok(Piece::End)),
            Err(error) => return room.send(Err(error)),
        }
    }
}

/// Which clinics are exported.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Filter and value, as of a list: `("type", "dental")`.
    pub filters: Vec<(&'static str, String)>,
    pub authority: Option<Uuid>,
}

impl Search {
    fn terms(&self) -> Vec<String> {
        self.filters.iter().map(|(name, value)| search::filter_term(name, value)).collect()
    }
}

/// A clinic with the numbers of those before and after it.
pub struct Exported {
    pub clinic: clinic::Model,
    pub predecessor: Option<String>,
    pub successor: Option<String>,
}

struct Register {
    terms: Vec<String>,
    authority: Option<Uuid>,
    after: Option<Uuid>,
    ended: bool,
}

impl Pages for Register {
    type Item = Exported;

    async fn next(&mut self, tx: &Tx) -> Result<Option<Vec<Exported>>> {
        if self.ended {
            return Ok(None);
        }
        let asked = Carried { terms: &self.terms, authority: self.authority, after: self.after, limit: BATCH };
        let rows = tx.clinics(asked).await?;
        self.ended = (rows.len() as u64) < BATCH;
        self.after = rows.last().map(|row| row.id).or(self.after);
        let others = rows.iter().flat_map(|row| row.predecessor_id.into_iter().chain(row.successor_id));
        let others: BTreeMap<Uuid, clinic::Model> = tx.clinics_by_id(others).await?;
        let number = |id: Option<Uuid>| id.and_then(|id| others.get(&id)).map(|row| row.number.clone());
        let exported = rows.into_iter().map(|clinic| Exported {
            predecessor: number(clinic.predecessor_id),
            successor: number(clinic.successor_id),
            clinic,
        });
        Ok(Some(exported.collect()))
    }
}

/// The register as a stream, in its own order. `most`: refused when there are more clinics than that.
///
/// # Errors
/// `Unavailable` while too many streams are open; `Invalid` above `most`.
pub async fn clinics(app: &App, search: Search, most: Option<u64>) -> Result<Feed<Exported>> {
    let (terms, authority) = (search.terms(), search.authority);
    open(app, async |tx: &Tx| {
        if let Some(most) = most {
            let asked = Carried { terms: &terms, authority, after: None, limit: most + 1 };
            if tx.count_clinics_to(asked).await? > most {
                return Err(Error::field(
                    "/format",
                    format!("XLSX最多{most}行，请缩小范围，或者改用csv、jsonl。"),
                    format!("A workbook holds {most} rows; narrow the filters, or take csv or jsonl."),
                ));
            }
        }
        Ok(Register { terms: terms.clone(), authority, after: None, ended: false })
    })
    .await
}
