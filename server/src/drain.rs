//! The end of `ates serve`: what is open is finished, within limits.

use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Serves to the end, then waits for the background work. Both end when `shutdown` is cancelled; what has not ended `timeout` later is
/// left. What failed is answered also then.
pub(crate) async fn drain(
    serving: impl Future<Output = anyhow::Result<()>>,
    jobs: Option<JoinHandle<()>>,
    shutdown: &CancellationToken,
    timeout: Duration,
) -> anyhow::Result<()> {
    let mut served = Ok(());
    let drained = async {
        served = serving.await;
        // However it ended: nothing works on in the background without it.
        shutdown.cancel();
        match jobs {
            Some(jobs) => jobs.await.context("the background work failed"),
            None => Ok(()),
        }
    };
    let drained = tokio::select! {
        drained = drained => drained,
        () = time_is_up(shutdown, timeout) => {
            tracing::warn!(?timeout, "requests or jobs were still at work when time was up");
            Ok(())
        }
    };
    served.and(drained)
}

async fn time_is_up(shutdown: &CancellationToken, timeout: Duration) {
    shutdown.cancelled().await;
    tokio::time::sleep(timeout).await;
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use anyhow::anyhow;

    use super::*;

    const TIMEOUT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn what_failed_is_answered_also_when_jobs_do_not_end() {
        for jobs in [None, Some(tokio::spawn(ready(()))), Some(tokio::spawn(pending()))] {
            let shutdown = CancellationToken::new();
            let error = drain(ready(Err(anyhow!("no demo company"))), jobs, &shutdown, TIMEOUT).await.expect_err("the server failed");
            assert_eq!(error.to_string(), "no demo company");
            assert!(shutdown.is_cancelled());
        }
    }

    #[tokio::test]
    async fn jobs_that_fail_are_a_failure() {
        let jobs = tokio::spawn(pending());
        jobs.abort();
        drain(ready(Ok(())), Some(jobs), &CancellationToken::new(), Duration::MAX).await.expect_err("the jobs failed");
    }

    #[tokio::test]
    async fn a_server_that_does_not_end_is_left_when_time_is_up_and_not_before_it_is_told() {
        let shutdown = CancellationToken::new();
        let mut drained = std::pin::pin!(drain(pending(), None, &shutdown, TIMEOUT));
        assert!(tokio::time::timeout(3 * TIMEOUT, &mut drained).await.is_err(), "nobody has told it to stop");
        shutdown.cancel();
        drained.await.expect("nothing has failed");
    }
}
