//! Workers in a process of their own: this test program, run once more for one "test".

use testbed::{Company, WorkerProcess, this_program};

/// Starts a process with relay and workers for this company. Dropping it kills it.
pub(crate) fn start_workers(company: &Company) -> WorkerProcess {
    let program = this_program(["--exact", "worker_process::body", "--ignored", "--nocapture"]).expect("the path of this program");
    WorkerProcess::start(program, &company.addresses).expect("this program can be started once more")
}

/// Not a test: what [`start_workers`] runs.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs for ever; started by other tests"]
async fn body() {
    testbed::work().await.expect("a parent that says where the servers are");
}
