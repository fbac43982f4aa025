//! What tests and tools share that need a whole company: real PostgreSQL and Redis that vanish with their process, the services on
//! them, a mail server that misbehaves as it is told, and worker processes that can be paused and killed.
//!
//! No crate of the product depends on this one; tests do, and programs that try the product.
//!
//! What tools use answers errors; what only tests use ([`Company`], [`SessionKiller`]) panics, because a test can do nothing else.

mod company;
mod installation;
mod mail_server;
mod night;
mod quiet;
mod session_killer;
mod worker_process;

pub use self::{
    company::Company,
    installation::{Addresses, Installation},
    mail_server::{MailServer, Manner, Received},
    night::end_day,
    quiet::{NotQuiet, Unfinished, wait_for_quiet},
    session_killer::SessionKiller,
    worker_process::{WorkerProcess, this_program, work},
};
