//! Listening until somebody says stop: requests in flight may finish. Knows nothing of what is served.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::assemble::Failure;

/// `setting` is what gives the address.
pub(super) async fn listen(addr: SocketAddr, setting: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(addr).await.map_err(|error| {
        format!("can't listen on {addr}: {error}. End what listens there, or set {setting} to another address").into()
    })
}

pub(super) async fn serve_on(
    listener: TcpListener,
    router: Router,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
        .map_err(Failure::from)
}

/// Becomes true at the first SIGINT or SIGTERM; connections that still hang ten seconds later are cut.
pub(super) fn stop_signal() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        let terminated = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
        let _ = sender.send(true);
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        std::process::exit(0);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_is_taken_is_told_with_what_to_set() {
        let taken = listen(SocketAddr::from(([127, 0, 0, 1], 0)), "MADANG_ADDR").await.unwrap();
        let refused = listen(taken.local_addr().unwrap(), "MADANG_ADDR").await.unwrap_err();
        assert!(refused.to_string().contains("set MADANG_ADDR"), "{refused}");
    }
}
