//! The picture that is looked at: samples that Velum drew, or a file that the browser draws, for
//! the kinds of pictures that only it can.

use js_sys::Uint8Array;
use pixels::{Picture, Size};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_messages::Trouble;
use web_sys::{Blob, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use crate::port;

/// The browser's pixels have a fourth sample, for how clear they are.
const CHANNELS_OF_CANVAS: usize = 4;

/// The picture in a blob: samples if a size comes with it, else a file.
pub(crate) async fn picture(
    size: Option<(u32, u32)>,
    payload: JsValue,
) -> Result<Picture, Trouble> {
    let blob: Blob = payload.dyn_into().map_err(|_| Trouble::Bug)?;
    match size {
        Some((width, height)) => {
            let buffer = JsFuture::from(blob.array_buffer()).await;
            let samples = Uint8Array::new(&buffer.map_err(|_| Trouble::LookStopped)?).to_vec();
            Picture::new(Size { width, height }, samples).map_err(|_| Trouble::Bug)
        }
        None => drawn(&blob).await.map_err(|_| Trouble::CannotDraw),
    }
}

/// The file as this browser draws it: upright, in sRGB, clear parts on white.
async fn drawn(file: &Blob) -> Result<Picture, JsValue> {
    let drawing = port::scope().create_image_bitmap_with_blob(file)?;
    let bitmap: ImageBitmap = JsFuture::from(drawing).await?.dyn_into()?;
    let (width, height) = (bitmap.width(), bitmap.height());
    if u64::from(width) * u64::from(height) > web_messages::PIXELS_DRAWN_MAX {
        return Err(JsValue::NULL);
    }
    let canvas = OffscreenCanvas::new(width, height)?;
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: OffscreenCanvasRenderingContext2d = context.dyn_into()?;
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width.into(), height.into());
    context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)?;
    bitmap.close();
    let data = context.get_image_data(0.0, 0.0, width.into(), height.into())?.data();
    let pixels = data.chunks_exact(CHANNELS_OF_CANVAS);
    let samples = pixels.flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    Picture::new(Size { width, height }, samples).map_err(|_| JsValue::NULL)
}
