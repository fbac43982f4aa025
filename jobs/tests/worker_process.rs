//! Workers in a process of their own, so that a test can kill it: this test program, run once more for one "test".

use std::{
    env,
    process::{Child, Command, Stdio},
};

use jobs::{Jobs, Wire};
use platform::{config::Config, database::Database, randomness::Randomness};
use tokio_util::sync::CancellationToken;
use wiring::Services;

const DATABASE_URL: &str = "ATES_TEST_WORKER_DATABASE_URL";
const REDIS_URL: &str = "ATES_TEST_WORKER_REDIS_URL";

/// A running process of workers; it is killed when it is dropped.
pub(crate) struct WorkerProcess(Child);

impl WorkerProcess {
    pub(crate) fn start(database_url: &str, redis_url: &str) -> Self {
        let program = env::current_exe().expect("the test program knows where it is");
        let child = Command::new(program)
            .args(["--exact", "worker_process::body", "--ignored", "--nocapture"])
            .env(DATABASE_URL, database_url)
            .env(REDIS_URL, redis_url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the test program can be started once more");
        Self(child)
    }
}

impl Drop for WorkerProcess {
    /// SIGKILL: the process gets no chance to finish anything.
    fn drop(&mut self) {
        self.0.kill().expect("a process of ours can be killed");
        self.0.wait().expect("a killed process ends");
    }
}

/// Not a test: what [`WorkerProcess`] runs.
#[tokio::test]
#[ignore = "runs for ever; started by WorkerProcess"]
#[expect(clippy::disallowed_methods, reason = "this is how the parent hands over the addresses")]
async fn body() {
    let variable = |name| env::var(name).expect("started by WorkerProcess").parse().expect("an address");
    let (database_url, redis_url) = (variable(DATABASE_URL), variable(REDIS_URL));
    let config: Config = confique::Config::builder().load().expect("the default configuration");
    let randomness = Randomness::from_system().expect("randomness");
    let services = Services::new(&Database::new(&database_url, 10).expect("the address of the database"), &config, &randomness);
    let jobs = Jobs {
        deliveries: services.deliveries,
        reactions: services.reactions,
        wake: services.wake,
        wire: Wire::new(&redis_url).expect("the address of Redis"),
        randomness,
    };
    jobs.run(CancellationToken::new()).await;
}
