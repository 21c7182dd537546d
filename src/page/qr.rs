//! A text as a QR code, as a path to draw and as a picture.

use fast_qr::ECL;
use fast_qr::qr::{QRBuilder, QRCode};

/// Light modules around the code, as readers need them.
const QUIET: usize = 4;
/// Pixels of one module in the picture: large enough to print.
const SCALE: usize = 12;

pub struct Qr {
    code: QRCode,
}

impl Qr {
    /// `None` for a text that no code can hold, about two thousand letters.
    pub fn of(text: &str) -> Option<Self> {
        QRBuilder::new(text).ecl(ECL::M).build().ok().map(|code| Self { code })
    }

    /// Width and height in modules, with the quiet zone.
    pub fn side(&self) -> usize {
        self.code.size + 2 * QUIET
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.code.size);
        let (Some(x), Some(y)) = (inside(x), inside(y)) else { return false };
        self.code.data.get(y * self.code.size + x).is_some_and(|module| module.value())
    }

    /// The dark modules as the `d` of a path, one unit for each module.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for y in 0..self.side() {
            for x in (0..self.side()).filter(|x| self.is_dark(*x, y)) {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
        path
    }

    /// A file of its own.
    pub fn svg(&self) -> String {
        let (side, path) = (self.side(), self.path());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
        )
    }

    /// A picture; `None` only when it does not fit into memory.
    pub fn png(&self) -> Option<Vec<u8>> {
        let pixels = self.side() * SCALE;
        let mut image = Vec::with_capacity(pixels * pixels);
        for y in 0..pixels {
            image.extend((0..pixels).map(|x| if self.is_dark(x / SCALE, y / SCALE) { 0_u8 } else { 255 }));
        }
        let mut file = Vec::new();
        let side = u32::try_from(pixels).ok()?;
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&image).ok()?;
        writer.finish().ok()?;
        Some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_corners_are_dark_and_the_edge_is_quiet() {
        let qr = Qr::of("https://shop.example/pay/0123456789abcdefghjkmnpq").unwrap();
        let last = qr.side() - QUIET - 1;
        assert!(qr.is_dark(QUIET, QUIET) && qr.is_dark(last, QUIET) && qr.is_dark(QUIET, last));
        assert!((0..qr.side()).all(|at| !qr.is_dark(at, 0) && !qr.is_dark(0, at) && !qr.is_dark(at, qr.side() - 1)));
        assert_eq!(qr.png().unwrap()[..4], *b"\x89PNG");
        assert!(Qr::of(&"a".repeat(5_000)).is_none());
    }
}
