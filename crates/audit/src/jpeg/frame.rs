//! The frame header: size, components, sampling.

use crate::residue::{Residue, What};
use crate::walk::Walk;

/// One colour component.
#[derive(Clone, Copy)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) across: u32,
    pub(super) down: u32,
}

pub(super) struct Frame {
    marker: u8,
    width: u32,
    height: u32,
    pub(super) components: Vec<Component>,
}

impl Frame {
    /// All `quants` tables must be used, and first in the order of their numbers.
    pub(super) fn read(
        marker: u8,
        mut data: Walk<'_>,
        quants: u8,
        adobe: Option<u8>,
    ) -> Result<Self, Residue> {
        data.require(matches!(marker, 0xc0..=0xc2 | 0xc9 | 0xca), What::UnknownPart)?;
        let precision = data.u8()?;
        let (height, width) = (u32::from(data.u16()?), u32::from(data.u16()?));
        let count = data.u8()?;
        let fits = (precision == 8 || (precision == 12 && marker != 0xc0))
            && height > 0
            && width > 0
            && (1..=4).contains(&count);
        data.require(fits, What::Field)?;
        let is_rgb = match (count, adobe) {
            (3, Some(0)) => true,
            (4, None | Some(0 | 2)) | (_, None) => false,
            _ => return data.refuse(What::Field),
        };
        let (mut components, mut used) = (Vec::new(), 0);
        for index in 0..count {
            let id = if is_rgb { b"RGB"[usize::from(index) % 3] } else { index + 1 };
            data.expect(&[id], What::Field)?;
            let [sampling, quant] = data.array()?;
            let (across, down) = (u32::from(sampling >> 4), u32::from(sampling & 15));
            let is_sane = (1..=4).contains(&across) && (1..=4).contains(&down) && quant <= used;
            data.require(is_sane, What::Field)?;
            used = used.max(quant + 1);
            components.push(Component { id, across, down });
        }
        data.require(used == quants, What::Unused)?;
        data.end(What::UnknownPart)?;
        Ok(Self { marker, width, height, components })
    }

    pub(super) fn is_progressive(&self) -> bool {
        matches!(self.marker, 0xc2 | 0xca)
    }

    pub(super) fn is_arithmetic(&self) -> bool {
        matches!(self.marker, 0xc9 | 0xca)
    }

    fn most(&self, factor: impl Fn(&Component) -> u32) -> u32 {
        self.components.iter().map(factor).max().unwrap_or(1)
    }

    /// Units of a scan over several components, along both sides.
    pub(super) fn units(&self) -> (u32, u32) {
        let across = self.width.div_ceil(8 * self.most(|component| component.across));
        (across, self.height.div_ceil(8 * self.most(|component| component.down)))
    }

    /// Blocks of one component that a scan of its own has, along both sides.
    pub(super) fn blocks(&self, index: usize) -> (u32, u32) {
        let Component { across, down, .. } = self.components[index];
        let wide = (self.width * across).div_ceil(self.most(|component| component.across));
        let high = (self.height * down).div_ceil(self.most(|component| component.down));
        (wide.div_ceil(8), high.div_ceil(8))
    }
}
