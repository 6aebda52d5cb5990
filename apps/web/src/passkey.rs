//! Asking the browser for a passkey and for what its PRF makes of a salt (WebAuthn Level 3, §10.1.4).
//! The result opens the vault; it goes to the worker and stays nowhere here.

use data_encoding::BASE64URL_NOPAD;
use js_sys::{Array, ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_messages::Passkey;

/// Bytes of a salt and of a passkey's handle.
const RANDOM_BYTES: usize = 16;

/// What the PRF gives.
const SECRET_BYTES: u32 = 32;

/// Algorithms of which any will do: nothing is verified but that the passkey answers.
const ALGORITHMS: [f64; 3] = [-8.0, -7.0, -257.0];

/// The field of the answers that tells what the PRF made.
type Secret = Vec<u8>;

/// Whether this browser knows passkeys at all.
pub(crate) fn are_known() -> bool {
    Reflect::has(&window(), &"PublicKeyCredential".into()).unwrap_or(false)
}

/// Makes a passkey on this device. `None` if the person or the browser says no, or if the passkey
/// has no PRF.
pub(crate) async fn make() -> Option<(Passkey, Secret)> {
    let salt = random(RANDOM_BYTES)?;
    let options = object(&[
        ("challenge", &random(RANDOM_BYTES)?.into()),
        ("rp", &object(&[("name", &"Velum".into())])),
        ("user", &user()?),
        ("pubKeyCredParams", &algorithms()),
        ("authenticatorSelection", &selection()),
        ("extensions", &evaluating(&salt)),
    ]);
    let credential = request("create", &options).await?;
    let passkey =
        Passkey { credential: bytes(&field(&credential, "rawId")?)?, salt: salt.to_vec() };
    // Some passkeys make their first secret only when they are asked again.
    match secret(&credential) {
        Some(secret) => Some((passkey, secret)),
        None => open(core::slice::from_ref(&passkey)).await,
    }
}

/// Asks for one of these passkeys. They all have to be asked with salts of their own.
pub(crate) async fn open(passkeys: &[Passkey]) -> Option<(Passkey, Secret)> {
    let (allowed, salts) = (Array::new(), Object::new());
    for passkey in passkeys {
        let id = Uint8Array::from(passkey.credential.as_slice());
        allowed.push(&object(&[("type", &"public-key".into()), ("id", &id)]));
        let salt = Uint8Array::from(passkey.salt.as_slice());
        let name = BASE64URL_NOPAD.encode(&passkey.credential);
        set(&salts, &name, &object(&[("first", &salt)]));
    }
    let options = object(&[
        ("challenge", &random(RANDOM_BYTES)?.into()),
        ("allowCredentials", &allowed),
        ("userVerification", &"required".into()),
        ("extensions", &object(&[("prf", &object(&[("evalByCredential", &salts)]))])),
    ]);
    let credential = request("get", &options).await?;
    let id = bytes(&field(&credential, "rawId")?)?;
    let passkey = passkeys.iter().find(|passkey| passkey.credential == id)?.clone();
    Some((passkey, secret(&credential)?))
}

/// Someone who has no name here.
fn user() -> Option<JsValue> {
    let name = "Velum".into();
    let id = random(RANDOM_BYTES)?.into();
    Some(object(&[("id", &id), ("name", &name), ("displayName", &name)]))
}

fn algorithms() -> JsValue {
    let each = |number: f64| object(&[("type", &"public-key".into()), ("alg", &number.into())]);
    ALGORITHMS.map(each).iter().collect::<Array>().into()
}

fn selection() -> JsValue {
    object(&[("residentKey", &"preferred".into()), ("userVerification", &"required".into())])
}

fn evaluating(salt: &Uint8Array) -> JsValue {
    object(&[("prf", &object(&[("eval", &object(&[("first", salt)]))]))])
}

/// `navigator.credentials[what]({ publicKey: options })`
async fn request(what: &str, options: &JsValue) -> Option<JsValue> {
    let credentials = field(&window().navigator(), "credentials")?;
    let function: Function = field(&credentials, what)?.dyn_into().ok()?;
    let promise = function.call1(&credentials, &object(&[("publicKey", options)])).ok()?;
    let credential = JsFuture::from(promise.dyn_into::<Promise>().ok()?).await.ok()?;
    (!credential.is_null()).then_some(credential)
}

/// What the PRF made, if it made anything.
fn secret(credential: &JsValue) -> Option<Secret> {
    let function: Function = field(credential, "getClientExtensionResults")?.dyn_into().ok()?;
    let results = function.call0(credential).ok()?;
    let first = field(&field(&field(&results, "prf")?, "results")?, "first")?;
    bytes(&first).filter(|bytes| bytes.len() == SECRET_BYTES as usize)
}

/// A field that is there.
fn field(of: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(of, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

fn bytes(buffer: &JsValue) -> Option<Vec<u8>> {
    let buffer = buffer.dyn_ref::<ArrayBuffer>()?;
    Some(Uint8Array::new(buffer).to_vec())
}

fn random(count: usize) -> Option<Uint8Array> {
    let crypto = field(&window(), "crypto")?;
    let function: Function = field(&crypto, "getRandomValues")?.dyn_into().ok()?;
    let array = Uint8Array::new_with_length(count as u32);
    function.call1(&crypto, &array).ok()?;
    Some(array)
}

fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object.into()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A new, ordinary object takes every field.
    let _ = Reflect::set(object, &name.into(), value);
}
