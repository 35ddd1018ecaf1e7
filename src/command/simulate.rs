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

/// From so many clinics on, rows are written in bulk unless `--bulk` says otherwise.
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
        let clock = Clock::seeded(shanghai_midnight(simulation::opening(plan.year)), plan.seed, 0);
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
        let report = simulation::run(&app, &plan, &progress).await?;
        bar.finish_and_clear();
        let seconds = began.elapsed().as_secs_f64();
        println!("{report}");
        println!("\n用时 {seconds:.0} 秒，{} 步，每秒 {:.0} 步", report.ledger.steps, report.ledger.steps as f64 / seconds);
        let holds = report.holds();
        app.store.close().await?;
        if !holds {
            bail!("something does not hold; --seed {} repeats it", plan.seed);
        }
        Ok(())
    }
}
