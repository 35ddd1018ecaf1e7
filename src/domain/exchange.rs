//! Which events an entry of the issuance log tells of. The log knows the order over all clinics and the certificate; the
//! history of a clinic knows what happened. Both are written in one transaction, one after the other.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::standing::ClinicAct;

/// An entry of the log about a clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number in the log.
    pub sequence: i32,
    /// What the leaf tells: `issue`, `supersede`, `reissue`, or the code of an act.
    pub kind: String,
    /// The filing that the certificate came from.
    pub filing: Uuid,
}

/// An event of the clinic's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Number in the clinic's history.
    pub sequence: i32,
    pub act: ClinicAct,
    pub filing: Option<Uuid>,
}

/// Whether an act comes with a new certificate.
const fn issues(act: ClinicAct) -> bool {
    use ClinicAct::{AddTelemedicine, Change, Establish, Reissue, RemoveTelemedicine};
    matches!(act, Establish | Change | Reissue | AddTelemedicine | RemoveTelemedicine)
}

/// The act that an entry tells of, where no certificate was issued with it.
fn act(kind: &str) -> Option<ClinicAct> {
    ClinicAct::ALL.iter().copied().find(|act| !issues(*act) && act.code() == kind)
}

/// Whether the entry tells of a certificate that was issued.
pub fn is_issue(kind: &str) -> bool {
    act(kind).is_none()
}

/// The events of each entry, by number: an issue has those of its filing, any other entry the next of its own act. Both
/// lists are of one clinic and in order.
pub fn pair(lines: &[Line], events: &[Happened]) -> BTreeMap<i32, Vec<i32>> {
    let mut seen: BTreeMap<ClinicAct, usize> = BTreeMap::new();
    let mut of = |line: &Line| match act(&line.kind) {
        Some(act) => {
            let nth = seen.entry(act).or_default();
            let found = events.iter().filter(|event| event.act == act).nth(*nth);
            *nth += 1;
            found.map(|event| event.sequence).into_iter().collect()
        }
        None => {
            let own = events.iter().filter(|event| issues(event.act) && event.filing == Some(line.filing));
            own.map(|event| event.sequence).collect()
        }
    };
    lines.iter().map(|line| (line.sequence, of(line))).collect()
}
