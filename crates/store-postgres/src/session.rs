//! One connection, used by one thread: the driver is asynchronous, the rules read row by row.
//!
//! The thread drives the connection itself, on a small runtime of its own. What needs no answer is
//! sent and not waited for until [`Session::settle`]; PostgreSQL works through it in order, so a
//! group of hundreds of writes costs one round trip.

use crate::columns::{Value, store_error};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use futures_util::stream::{StreamExt as _, poll_fn};
use relay::Error;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{AsyncMessage, Client, Connection, Row, Statement};

/// How long PostgreSQL may take to answer; after that nobody knows what became of it.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long ending everything in a large database may take.
const LONG_PATIENCE: Duration = Duration::from_secs(60 * 60);

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, tokio_postgres::Error>> + Send>>;

/// A connection with its runtime.
pub(crate) struct Session {
    client: Arc<Client>,
    statements: RefCell<HashMap<&'static str, Statement>>,
    /// Sent and not yet waited for, in order.
    sent: RefCell<Vec<Pending<u64>>>,
    warned: Arc<AtomicBool>,
    patience: Cell<Duration>,
    runtime: Runtime,
}

impl Session {
    /// Takes over a connection that `connect` makes.
    pub(crate) fn open<S, T, E>(
        connect: impl Future<Output = Result<(Client, Connection<S, T>), E>>,
    ) -> Result<Self, E>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        E: From<Error>,
    {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|_| Error::Unavailable)?;
        let (client, connection) = runtime.block_on(connect)?;
        let warned = Arc::new(AtomicBool::new(false));
        runtime.spawn(drive(connection, Arc::clone(&warned)));
        Ok(Self {
            client: Arc::new(client),
            statements: RefCell::default(),
            sent: RefCell::default(),
            warned,
            patience: Cell::new(PATIENCE),
            runtime,
        })
    }

    /// For the one statement that goes over all rows there are (R17).
    pub(crate) fn be_patient(&self, patient: bool) {
        self.patience.set(if patient { LONG_PATIENCE } else { PATIENCE });
    }

    /// Whether PostgreSQL warned of anything since this was asked last. One warning matters above
    /// all: that a commit no longer waits for the standby that was to confirm it.
    pub(crate) fn warned(&self) -> bool {
        self.warned.swap(false, Ordering::Relaxed)
    }

    /// Sends a statement that answers no rows.
    pub(crate) fn send(&self, statement: &'static str, values: Vec<Value>) -> Result<(), Error> {
        let prepared = self.prepared(statement)?;
        let client = Arc::clone(&self.client);
        self.start(Box::pin(async move { client.execute_raw(&prepared, values).await }));
        Ok(())
    }

    /// Sends statements without parameters, such as the beginning of a transaction.
    pub(crate) fn send_plain(&self, statements: &'static str) {
        let client = Arc::clone(&self.client);
        self.start(Box::pin(async move { client.batch_execute(statements).await.map(|()| 0) }));
    }

    /// Waits for all that was sent. An error means that not all of it happened.
    pub(crate) fn settle(&self) -> Result<(), Error> {
        let sent = self.sent.take();
        self.wait(async {
            let mut outcome = Ok(());
            for one in sent {
                outcome = outcome.and(one.await.map(|_| ()));
            }
            outcome
        })
    }

    /// The rows of a query, which sees all that was sent before.
    pub(crate) fn rows(&self, query: &'static str, values: Vec<Value>) -> Result<Vec<Row>, Error> {
        let prepared = self.prepared(query)?;
        self.wait(async {
            let rows = self.client.query_raw(&prepared, values).await?;
            let mut rows = core::pin::pin!(rows);
            let mut all = Vec::new();
            while let Some(row) = rows.next().await {
                all.push(row?);
            }
            Ok(all)
        })
    }

    /// Runs a statement and answers how many rows it changed.
    pub(crate) fn run(&self, statement: &'static str, values: Vec<Value>) -> Result<u32, Error> {
        let prepared = self.prepared(statement)?;
        let rows = self.wait(self.client.execute_raw(&prepared, values))?;
        u32::try_from(rows).map_err(|_| Error::Corrupt)
    }

    /// Runs statements without parameters and waits for their end.
    pub(crate) fn run_plain(&self, statements: &str) -> Result<(), Error> {
        self.wait(self.client.batch_execute(statements))
    }

    fn prepared(&self, statement: &'static str) -> Result<Statement, Error> {
        if let Some(prepared) = self.statements.borrow().get(statement) {
            return Ok(prepared.clone());
        }
        let prepared = self.wait(self.client.prepare(statement))?;
        self.statements.borrow_mut().insert(statement, prepared.clone());
        Ok(prepared)
    }

    /// The first poll hands the bytes to the connection, so the order of calls is the order on
    /// the wire; the answer is waited for later.
    fn start(&self, mut request: Pending<u64>) {
        let request = match request.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => request,
            // Nothing was sent: the connection is closed.
            Poll::Ready(early) => Box::pin(core::future::ready(early)),
        };
        self.sent.borrow_mut().push(request);
    }

    fn wait<T>(
        &self,
        request: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        let patient = async { tokio::time::timeout(self.patience.get(), request).await };
        match self.runtime.block_on(patient) {
            Ok(answer) => answer.map_err(store_error),
            Err(_) => Err(Error::Unavailable),
        }
    }
}

/// Moves bytes until the connection ends. The text of a warning is dropped: it may quote values.
async fn drive<S, T>(mut connection: Connection<S, T>, warned: Arc<AtomicBool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut messages = poll_fn(move |context| connection.poll_message(context));
    while let Some(Ok(message)) = messages.next().await {
        // Only warnings come: `client_min_messages` leaves out what is less.
        if let AsyncMessage::Notice(_) = message {
            warned.store(true, Ordering::Relaxed);
        }
    }
}
