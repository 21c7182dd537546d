//! `madang reconcile`: one day's payments, the provider's beside ours, on the terminal. Ends with 1 when they
//! differ, so that a timer can tell somebody.

use std::process::ExitCode;

use madang::domain::reconcile::{Report, Sum};
use madang::domain::time::Day;

use crate::assemble::{Failure, open_database, services};
use crate::config::Reconcile;

pub async fn run(options: &Reconcile) -> ExitCode {
    match compare(options).await {
        Ok(report) if report.lines.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("madang: {error}");
            ExitCode::from(2)
        }
    }
}

async fn compare(options: &Reconcile) -> Result<Report, Failure> {
    let checked = options.shop.check()?;
    let db = open_database(&options.shop.database_url).await?;
    db.migrate().await?;
    let services = services(&options.shop, &checked, db.clone())?;
    services.prepare(checked.mode.as_str()).await?;
    let date = options.date.clone().unwrap_or_else(|| services.yesterday());
    let day = Day::parse(&date).map_err(|_| format!("`{date}` is no day: write 2026-11-20"))?;
    if day.as_str() > services.day_today().as_str() {
        return Err(format!("{date} is still to come").into());
    }
    let report = services.reconcile(&day).await;
    db.close().await;
    let report = report?;
    print(&date, &report);
    Ok(report)
}

fn print(date: &str, report: &Report) {
    let sum = |whose: &str, sum: Sum| {
        println!("{whose:<10} {:>8} payments {:>16} won in {:>16} won back", sum.count, sum.total, sum.gone_back);
    };
    println!("{date}");
    sum("Bootpay", report.theirs);
    sum("Madang", report.ours);
    if report.foreign > 0 {
        println!("{} payments bear no id of this shop and were left out.", report.foreign);
    }
    let won = |won: Option<i64>| won.map_or_else(|| "-".to_owned(), |won| won.to_string());
    for line in &report.lines {
        let order = line.order.as_ref().map_or("-", |order| order.as_str());
        let (difference, receipt) = (line.difference.as_str(), &line.receipt_id);
        println!(
            "{difference}: receipt {receipt}, order {order}, theirs {}, ours {}",
            won(line.theirs),
            won(line.ours)
        );
    }
    if report.lines.is_empty() {
        println!("All equal.");
    }
}
