//! What the worker holds, and what each ask does with it.

use wasm_bindgen::prelude::JsValue;
use web_messages::{Answer, Ask, Trouble, VaultState};

use crate::photo::{self, Photo};
use crate::port::Reply;

/// Everything that is gone when the worker ends.
#[derive(Default)]
pub(crate) struct Session {
    photo: Option<Photo>,
}

impl Session {
    /// Does what the page asks.
    pub(crate) async fn answer(&mut self, ask: Ask, payload: JsValue) -> Result<Reply, Trouble> {
        match ask {
            Ask::Check => self.check(payload).await,
            Ask::CleanCopy => self.clean_copy(),
            Ask::ForgetPhoto => {
                self.photo = None;
                Ok(Answer::Done.into())
            }
            Ask::VaultState => Ok(Answer::Vault(VaultState::Absent).into()),
            _ => Err(Trouble::Locked),
        }
    }

    async fn check(&mut self, payload: JsValue) -> Result<Reply, Trouble> {
        self.photo = None;
        let mut photo = Photo::check(photo::read(payload).await?)?;
        let reply = Reply {
            answer: Answer::Checked(photo.checked.clone()),
            bytes: photo.betraying_thumbnail.take(),
        };
        self.photo = Some(photo);
        Ok(reply)
    }

    fn clean_copy(&self) -> Result<Reply, Trouble> {
        let photo = self.photo.as_ref().ok_or(Trouble::NoPhoto)?;
        let media_type = photo.checked.media_type.clone();
        Ok(Reply {
            answer: Answer::CleanCopy { media_type },
            bytes: Some(photo.clean.bytes().to_vec()),
        })
    }
}
