//! Threads that answer questions, each from one snapshot.

use crate::rows::Table;
use crate::session::Session;
use crate::witness::Witness;
use crate::{Address, Trouble, connection};
use relay::{Error, Rows};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The snapshot is taken by the first query after this. Read only, on the primary: it holds at
/// least all that any node has answered.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A question with its way back inside. Gets the error if there is no snapshot.
type Question = Box<dyn FnOnce(Result<&dyn Rows, Error>) + Send>;

#[derive(Debug)]
pub(crate) struct Readers {
    queue: Option<Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(crate) fn start(
        address: &Address,
        count: usize,
        witness: &Arc<Witness>,
    ) -> Result<Self, Trouble> {
        let (queue, questions) = channel();
        let questions = Arc::new(Mutex::new(questions));
        let mut readers = Self { queue: Some(queue), threads: Vec::with_capacity(count) };
        for _ in 0..count {
            // Connects at its first question, and then asks what the mirrors know.
            let mut reader =
                Reader { address: address.clone(), witness: Arc::clone(witness), session: None };
            let questions = Arc::clone(&questions);
            let thread = std::thread::Builder::new()
                .name("store-reader".into())
                .spawn(move || reader.answer_all(&questions))
                .map_err(|_| Trouble::Unavailable)?;
            readers.threads.push(thread);
        }
        Ok(readers)
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

struct Reader {
    address: Address,
    witness: Arc<Witness>,
    session: Option<Session>,
}

impl Reader {
    fn answer_all(&mut self, questions: &Mutex<Receiver<Question>>) {
        loop {
            let question = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(question) = question else { return };
            match self.begin() {
                None => question(Err(Error::Unavailable)),
                Some(session) => {
                    question(Ok(&Table(session)));
                    if session.run_plain("COMMIT").is_err() {
                        self.session = None;
                    }
                }
            }
        }
    }

    /// A transaction on a connection that answers; a new one if the old one was lost. R17: none in
    /// a database of the past.
    fn begin(&mut self) -> Option<&Session> {
        let kept = self.session.take();
        let begun = kept.filter(|session| self.begin_on(session, false).is_ok());
        let session = match begun {
            Some(session) => session,
            None => {
                let fresh = connection::open(&self.address).ok()?;
                self.begin_on(&fresh, true).ok()?;
                fresh
            }
        };
        Some(self.session.insert(session))
    }

    fn begin_on(&self, session: &Session, new_connection: bool) -> Result<(), Trouble> {
        let expected = self.witness.expect(new_connection)?;
        session.send_plain(BEGIN);
        let head = Table(session).head()?;
        session.settle()?;
        self.witness.look(&expected, &head)
    }
}
