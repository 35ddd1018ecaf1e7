//! The pattern book: every component that pages are made of, in all its states, and every verdict. For who builds pages, so
//! not in production.

use poem::Response;
use poem::handler;
use serde::Serialize;

use crate::domain::verdict::Asked;
use crate::domain::verdict::CertificateState;
use crate::domain::verdict::ClinicState;
use crate::domain::verdict::Reason;
use crate::domain::verdict::Standing;
use crate::domain::verdict::TelemedicineMode;
use crate::domain::verdict::Verdict;
use crate::domain::verdict::verdict;
use crate::edge::wording;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::verification::Said;

/// A verdict as the page that a code leads to says it.
#[derive(Serialize)]
struct Shown {
    said: Said,
    telemedicine: bool,
    /// Of a good certificate: of another it depends on more than the reason.
    online: Option<Words>,
}

#[derive(Serialize)]
struct View {
    verdicts: Vec<Shown>,
}

impl From<Verdict> for Shown {
    fn from(verdict: Verdict) -> Self {
        let online = words(verdict.online.zh(), verdict.online.en());
        Self {
            said: Said::of(&verdict),
            telemedicine: verdict.telemedicine,
            online: verdict.reason.is_none().then_some(online),
        }
    }
}

/// A good certificate with each mode of 互联网诊疗, then every reason why one is not good: as a verifier without a network
/// says it, which alone cannot tell.
fn verdicts() -> impl Iterator<Item = Verdict> {
    let modes = [TelemedicineMode::On, TelemedicineMode::Off, TelemedicineMode::Suspended];
    let good = modes.into_iter().map(|telemedicine| {
        let (certificate, clinic) = (CertificateState::Current, ClinicState::Active);
        verdict(Ok(Some(&Standing { certificate, clinic, telemedicine, copy: None })), Asked::Code)
    });
    good.chain(Reason::ALL.iter().map(|&reason| verdict(Err(reason.into()), Asked::Offline)))
}

#[handler]
pub fn show(ask: Ask) -> Result<Response, Oops> {
    if !ask.settings.demonstration {
        return Err((&wording::NOT_FOUND).into());
    }
    ask.page("design.html", &View { verdicts: verdicts().map(Shown::from).collect() })
}
