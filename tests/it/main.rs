//! The integration suite: one binary, real HTTP, SQLite by default and PostgreSQL as well where
//! `CLINIC_TEST_DATABASE` names a server.

#![allow(clippy::unwrap_used)] // A test that cannot go on says where.

mod support;

mod access;
mod architecture;
mod archive;
mod assets;
mod authz;
mod clocks;
mod code;
mod command;
mod complaints;
mod concurrency;
mod copies;
mod crash;
mod documents;
mod duplicates;
mod exports;
mod figures;
mod filings;
mod first_start;
mod hostile;
mod imports;
mod journey;
mod jurisdiction;
mod law_editions;
mod life;
mod lifecycle;
mod lookup;
mod materials;
mod members;
mod messages;
mod migrations;
mod model;
mod numbers;
mod openapi;
mod owner;
mod pace;
mod paper;
mod paper_checks;
mod papers;
mod persons;
mod privacy;
mod public;
mod register;
mod reports;
mod retention;
mod rules;
mod simulation;
mod spreadsheet;
mod supervision;
mod telemedicine;
mod texts;
mod unmasking;
mod uploads;
mod vectors;
mod verdict_pages;
mod warnings;
