//! A link as a QR code, drawn as one SVG path.

use core::fmt::Write as _;

use qrcode::{Color, QrCode};

/// Empty squares around a code, so that readers find it.
const QUIET: usize = 4;

/// The path and the side of the square it is drawn in.
pub(crate) struct QrPath {
    pub(crate) path: String,
    pub(crate) side: usize,
}

/// Draws a text. `None` if it is too long for any code.
pub(crate) fn draw(text: &str) -> Option<QrPath> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % width + QUIET, index / width + QUIET);
            // Writing into a String cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Some(QrPath { path, side: width + 2 * QUIET })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_squares_inside_the_quiet_border() {
        let drawn = draw("https://velum.example/i#1.AAAA.BBBB").unwrap();
        assert!(drawn.path.starts_with("M4 4h1v1h-1z"));
        assert!(drawn.side >= 21 + 8);
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
