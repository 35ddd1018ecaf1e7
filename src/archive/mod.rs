//! The archive of a filing (令第716号第十二条: electronic files may be archived as such): a ZIP that holds one BagIt bag
//! (RFC 8493, SHA-256) and a detached signature over its list of lists. Pure: bytes in, bytes out.

pub mod bag;
pub mod check;
pub mod write;
