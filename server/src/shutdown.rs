//! When to stop: Ctrl-C, or the termination signal of a supervisor.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first SIGINT or SIGTERM. A second one ends the program at once, as impatient people expect;
/// embedded servers then stay up until the next run.
pub(crate) fn on_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let watched = token.clone();
    tokio::spawn(async move {
        let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
            tracing::error!("signals cannot be watched: the program can only be killed");
            return;
        };
        either(&mut interrupt, &mut terminate).await;
        tracing::info!("stopping: open requests are finished first; press Ctrl-C again to stop at once");
        watched.cancel();
        either(&mut interrupt, &mut terminate).await;
        tracing::warn!("stopped at once");
        std::process::exit(130);
    });
    token
}

async fn either(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
