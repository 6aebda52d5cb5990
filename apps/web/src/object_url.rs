//! An address for bytes in memory, which ends when it is dropped.

use js_sys::{Array, ArrayBuffer};
use web_sys::{Blob, BlobPropertyBag, Url};

/// Something in memory that an `img` or a download can point at.
pub(crate) struct ObjectUrl(String);

impl ObjectUrl {
    /// For bytes of this type.
    pub(crate) fn of_bytes(bytes: &ArrayBuffer, media_type: &str) -> Option<Self> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options);
        Self::of_blob(&blob.ok()?)
    }

    /// For a file or other blob.
    pub(crate) fn of_blob(blob: &Blob) -> Option<Self> {
        Url::create_object_url_with_blob(blob).ok().map(Self)
    }

    /// The address.
    pub(crate) fn address(&self) -> String {
        self.0.clone()
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // An address that is no longer known is what we want.
        let _ = Url::revoke_object_url(&self.0);
    }
}
