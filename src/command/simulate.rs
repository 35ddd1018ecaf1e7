//! `clinic-registry simulate`: a year in the life of some offices, or a large register, in a database of its own.

use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::deadline::shanghai_midnight;
use crate::server::{self, Start};
use crate::simulation::{self, Plan};

/// Above so many clinics, rows are written in bulk.
const MANY: u64 = 20_000;

/// Simulate a year of filings, visits and decisions, or fill a large register, and check that everything holds.
#[derive(Args)]
pub struct Simulate {
    /// How many clinics
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=1_900_000))]
    clinics: u64,

    /// The year; its holidays must be known
    #[arg(long, default_value_t = 2026, value_parser = clap::value_parser!(i32).range(2019..=2100))]
    year: i32,

    /// What all randomness follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Write rows in bulk, without going through the steps of a year; so it is above 20,000 clinics
    #[arg(long)]
    bulk: bool,

    /// Draw no certificates: they are drawn when somebody asks for them
    #[arg(long)]
    without_papers: bool,

    #[command(flatten)]
    config: Config,
}

impl Simulate {
    /// Runs the command.
    pub async fn run(self) -> anyhow::Result<()> {
        if self.config.production {
            bail!("simulate never runs with --production: it fills a database of its own with invented clinics");
        }
        let plan = Plan { clinics: self.clinics, year: self.year, seed: self.seed, papers: !self.without_papers };
        let bulk = self.bulk || self.clinics > MANY;
        let opening = if bulk { simulation::bulk::opening(plan.year) } else { simulation::opening(plan.year) };
        let clock = Clock::seeded(shanghai_midnight(opening), plan.seed, 0);
        let app = server::open_at(&self.config, Start::Simulation, clock, self.config.listen).await?;
        if !simulation::is_empty(&app).await? {
            bail!(
                "the database {} is not empty; simulate only fills an empty one: name another --data or --database",
                self.config.database_without_password()
            );
        }
        let began = Instant::now();
        let bar = ProgressBar::new(0).with_style(
            ProgressStyle::with_template("{elapsed_precise} [{bar:40}] {pos}/{len} {msg} (余 {eta})")
                .context("the progress bar")?
                .progress_chars("=> "),
        );
        let progress = |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        };
        let report = match bulk {
            true => simulation::run_bulk(&app, &plan, &progress).await?,
            false => simulation::run(&app, &plan, &progress).await?,
        };
        bar.finish_and_clear();
        let seconds = began.elapsed().as_secs_f64();
        println!("{report}");
        let (what, count) = if bulk { ("家诊所", plan.clinics) } else { ("步", report.ledger.steps) };
        println!("\n用时 {seconds:.0} 秒，{count} {what}，每秒 {:.0}", count as f64 / seconds);
        let holds = report.holds();
        app.store.close().await?;
        if !holds {
            bail!("something does not hold; --seed {} repeats it", plan.seed);
        }
        Ok(())
    }
}
