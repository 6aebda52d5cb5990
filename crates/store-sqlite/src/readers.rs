//! Threads that answer questions, each from one snapshot.

use crate::columns::store_error;
use crate::connection;
use crate::rows::Table;
use relay::{Error, Rows};
use rusqlite::Connection;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A question with its way back inside. Gets the error if there is no snapshot.
type Question = Box<dyn FnOnce(Result<&dyn Rows, Error>) + Send>;

#[derive(Debug)]
pub(crate) struct Readers {
    queue: Option<Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(crate) fn start(path: &Path, count: usize, gate: &Arc<RwLock<()>>) -> Result<Self, Error> {
        let (queue, questions) = channel();
        let questions = Arc::new(Mutex::new(questions));
        let mut threads = Vec::with_capacity(count);
        for _ in 0..count {
            let connection = connection::reader(path)?;
            let (questions, gate) = (Arc::clone(&questions), Arc::clone(gate));
            let thread = std::thread::Builder::new()
                .name("store-reader".into())
                .spawn(move || answer_all(&connection, &questions, &gate))
                .map_err(|_| Error::Unavailable)?;
            threads.push(thread);
        }
        Ok(Self { queue: Some(queue), threads })
    }

    pub(crate) async fn read<T, Q>(&self, question: Q) -> Result<T, Error>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows) -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let question: Question = Box::new(move |rows| {
            // Nobody waits any more: nothing to do.
            let _ = answer.send(rows.map(question));
        });
        let queue = self.queue.as_ref().ok_or(Error::Unavailable)?;
        queue.send(question).map_err(|_| Error::Unavailable)?;
        answered.await.map_err(|_| Error::Unavailable)?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.queue.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn answer_all(connection: &Connection, questions: &Mutex<Receiver<Question>>, gate: &RwLock<()>) {
    loop {
        let question = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(question) = question else { return };
        let _open = gate.read().unwrap_or_else(PoisonError::into_inner);
        answer(connection, question);
    }
}

fn answer(connection: &Connection, question: Question) {
    match connection.unchecked_transaction() {
        Ok(snapshot) => {
            question(Ok(&Table(&snapshot)));
            // Nothing was written; ending the snapshot cannot lose anything.
            let _ = snapshot.finish();
        }
        Err(error) => question(Err(store_error(error))),
    }
}
