//! Logs: one line per event on standard error, chosen by `RUST_LOG`.

use tracing_subscriber::EnvFilter;

/// Starts logging. A second start in one process is ignored.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).try_init();
}
