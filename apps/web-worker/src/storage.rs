//! The vault's records in IndexedDB. Everything in them is sealed before it comes here.
//!
//! One database, one object store, a record a key. A write is one transaction with strict
//! durability: when it is answered, it is on the disk, whole.

use client::StorageError;
use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_sys::{DomException, IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest};

use crate::{js, port};

const DATABASE: &str = "velum";
const STORE: &str = "records";

/// An open database.
#[derive(Clone)]
pub(crate) struct Records {
    database: IdbDatabase,
}

/// How a transaction may touch the records.
#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

impl Records {
    /// Opens the database, and makes it where there is none.
    pub(crate) async fn open() -> Result<Self, StorageError> {
        let factory = port::scope().indexed_db().map_err(unavailable)?;
        let factory = factory.ok_or(StorageError::Unavailable)?;
        let request = factory.open_with_u32(DATABASE, 1).map_err(unavailable)?;
        let opening = request.clone();
        let make = Closure::once(move |_: JsValue| make_store(&opening));
        request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
        let database = finished(&request).await.map_err(|error| told(&error))?;
        Ok(Self { database: database.unchecked_into() })
    }

    /// Asks the browser not to clear what is kept here when room gets scarce. A wish: it may say
    /// no, and then things are as they were.
    pub(crate) async fn ask_to_persist() {
        let storage = port::scope().navigator().storage();
        if let Ok(promise) = js::call(&storage, "persist", &[])
            && let Ok(promise) = promise.dyn_into::<Promise>()
        {
            let _ = js::wait(promise).await;
        }
    }

    /// Does one thing to the records, and waits until the whole transaction is done.
    async fn transact(
        &self,
        access: Access,
        act: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<JsValue, StorageError> {
        let transaction = self.begin(access).map_err(unavailable)?;
        let store = js::call(&transaction, "objectStore", &[&STORE.into()]).map_err(unavailable)?;
        // Listen before asking: a transaction with nothing to do ends by itself.
        let completed = event_promise(&transaction, "oncomplete", &["onabort", "onerror"]);
        let request = act(&store.unchecked_into()).map_err(|error| told(&error))?;
        js::wait(completed).await.map_err(|_| {
            let error = js::field(&transaction, "error").unwrap_or_default();
            told(&error)
        })?;
        request.result().map_err(unavailable)
    }

    fn begin(&self, access: Access) -> Result<JsValue, JsValue> {
        let mode = match access {
            Access::Read => "readonly",
            Access::Write => "readwrite",
        };
        let options = js::object(&[("durability", &"strict".into())]);
        js::call(&self.database, "transaction", &[&STORE.into(), &mode.into(), &options])
    }
}

impl client::Storage for Records {
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let name = JsValue::from_str(name);
        let found = self.transact(Access::Read, |store| store.get(&name)).await?;
        Ok(found.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let (name, bytes) = (JsValue::from_str(name), Uint8Array::from(bytes));
        let written = self.transact(Access::Write, |store| store.put_with_key(&bytes, &name));
        written.await.map(|_| ())
    }

    async fn remove(&self, name: &str) -> Result<(), StorageError> {
        let name = JsValue::from_str(name);
        self.transact(Access::Write, |store| store.delete(&name)).await.map(|_| ())
    }
}

fn make_store(opening: &IdbOpenDbRequest) {
    if let Ok(database) = opening.result() {
        let database: IdbDatabase = database.unchecked_into();
        // If it cannot be made, the first transaction says so.
        let _ = database.create_object_store(STORE);
    }
}

/// Waits for a request on its own.
async fn finished(request: &IdbOpenDbRequest) -> Result<JsValue, JsValue> {
    let done = event_promise(request, "onsuccess", &["onerror", "onblocked"]);
    match js::wait(done).await {
        Ok(_) => request.result(),
        Err(_) => Err(js::field(request, "error").unwrap_or_default()),
    }
}

/// A promise that follows the first of these events.
fn event_promise(target: &JsValue, good: &str, bad: &[&str]) -> Promise {
    Promise::new(&mut |resolve: Function, reject: Function| {
        // Setting a handler on an object of the browser does not fail.
        let _ = js_sys::Reflect::set(target, &good.into(), &resolve);
        for name in bad {
            let _ = js_sys::Reflect::set(target, &(*name).into(), &reject);
        }
    })
}

fn unavailable(_: JsValue) -> StorageError {
    StorageError::Unavailable
}

fn told(error: &JsValue) -> StorageError {
    match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
        Some("QuotaExceededError") => StorageError::Full,
        _ => StorageError::Unavailable,
    }
}
