//! Work on many photos at once.

use std::{sync::Mutex, thread};

use anyhow::{Context as _, Result};

/// Works on all of these, on as many threads as there are processors; the results come in the order of the things.
pub(crate) fn in_parallel<T: Send, R: Send>(things: Vec<T>, work: impl Fn(T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let count = things.len();
    let queue = Mutex::new(things.into_iter().enumerate());
    let results = Mutex::new(Vec::with_capacity(count));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((number, thing)) = next(&queue) {
                    let result = work(thing);
                    if let Ok(mut results) = results.lock() {
                        results.push((number, result));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().ok().context("a thread has panicked")?;
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

fn next<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().ok()?.next()
}
