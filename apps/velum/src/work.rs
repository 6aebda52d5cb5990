//! Many files at once, as many as the machine has processors for, told in the order they came in.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;

/// Threads a processor: while one waits for the disk, another works.
const THREADS_EACH: usize = 2;

/// No more files than this are open at once, whatever the machine: each is held in memory.
const THREADS_MAX: usize = 16;

/// How many results may wait for an earlier one, so that they do not pile up.
const AHEAD_MAX: usize = 64;

/// Does `work` for every item and hands each result to `done`, in the items' order. Ends early if
/// `done` fails.
pub(crate) fn in_order<T: Sync, R: Send, E>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut done: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    if let [item] = items {
        return done(work(item));
    }
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = (processors * THREADS_EACH).min(THREADS_MAX).min(items.len());
    let next = AtomicUsize::new(0);
    let told = Told::default();
    thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        let told = EndsWaiting(&told);
        for _ in 0..threads {
            let (sender, next, work, told) = (sender.clone(), &next, &work, told.0);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    told.wait_for(index.saturating_sub(AHEAD_MAX));
                    // Nobody listens any more when `done` has failed.
                    if sender.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (index, result) in results {
            early.insert(index, result);
            while let Some(result) = early.remove(&due) {
                done(result)?;
                due += 1;
                told.0.reach(due);
            }
        }
        Ok(())
    })
}

/// How many results have been told.
#[derive(Default)]
struct Told {
    count: Mutex<usize>,
    more: Condvar,
}

impl Told {
    fn wait_for(&self, least: usize) {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let reached = self.more.wait_while(count, |count| *count < least);
        drop(reached.unwrap_or_else(PoisonError::into_inner));
    }

    fn reach(&self, count: usize) {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) = count;
        self.more.notify_all();
    }
}

/// Whatever ends the telling, nobody waits for it any longer.
struct EndsWaiting<'a>(&'a Told);

impl Drop for EndsWaiting<'_> {
    fn drop(&mut self) {
        self.0.reach(usize::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..500).collect();
        let mut told = Vec::new();
        let work = |item: &u64| (0..item % 7 * 1000).fold(*item, |sum, n| sum ^ n ^ n);
        let done = |result| -> Result<(), ()> {
            told.push(result);
            Ok(())
        };
        in_order(&items, work, done).unwrap();
        assert_eq!(told, items);
    }

    #[test]
    fn a_failure_ends_the_work() {
        let items = [1; 10_000];
        let worked = AtomicUsize::new(0);
        let work = |_: &i32| worked.fetch_add(1, Ordering::Relaxed);
        assert_eq!(in_order(&items, work, |_| Err("full")), Err("full"));
        assert!(worked.into_inner() < 1000);
    }

    #[test]
    fn nothing_to_do_is_done_at_once() {
        assert_eq!(in_order(&[0; 0], |_| (), |()| Err("called")), Ok(()));
    }
}
