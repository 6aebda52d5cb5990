//! The tables of a `meta` box: which items there are, where their bytes are, how they refer to each
//! other, and which properties they have.

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

use crate::bmff::{BoxAt, boxes};
use crate::error::{Error, OtherFormat, Part};
use crate::heif::fields::Fields;
use crate::limits::Limits;

/// An item: a picture, a part of one, or metadata.
pub(crate) struct Item {
    pub(crate) kind: [u8; 4],
    pub(crate) is_protected: bool,
    /// Where its name is in the file.
    pub(crate) name: Range<usize>,
    /// The media type of a `mime` item.
    pub(crate) content_type: Range<usize>,
    /// The coding of a `mime` item's bytes, such as `deflate`; empty for none.
    pub(crate) content_encoding: Range<usize>,
    /// Its line in the table.
    pub(crate) entry: Range<usize>,
    /// Where its bytes are in the file; `None` if they are somewhere that is not read here.
    pub(crate) extents: Option<Vec<Range<usize>>>,
    /// Its properties in their order.
    pub(crate) properties: Vec<Association>,
}

/// That an item has a property.
#[derive(Clone, Copy)]
pub(crate) struct Association {
    /// Its place in [`Tables::properties`].
    pub(crate) property: usize,
    pub(crate) is_essential: bool,
}

/// That an item refers to others.
pub(crate) struct Reference {
    pub(crate) kind: [u8; 4],
    pub(crate) from: u32,
    pub(crate) to: Vec<u32>,
}

/// All tables, as they are in the file.
#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) handler: [u8; 4],
    pub(crate) handler_name: Range<usize>,
    pub(crate) primary: Option<u32>,
    pub(crate) items: BTreeMap<u32, Item>,
    pub(crate) references: Vec<Reference>,
    pub(crate) properties: Vec<BoxAt>,
    /// Groups of items: the kind of the group and what is in it.
    pub(crate) groups: Vec<([u8; 4], Vec<u32>)>,
    pub(crate) idat: Range<usize>,
    /// Boxes that say nothing about the picture.
    pub(crate) others: Vec<BoxAt>,
    /// How many lines the tables have so far.
    lines: usize,
}

/// Lines of all tables together: one byte of a file can be a line that takes sixteen in memory.
const LINES_MAX: usize = 1 << 15;

/// Versions of `infe` that describe HEIF items; older ones are for other uses of the box.
const ITEM_VERSIONS: core::ops::RangeInclusive<u8> = 2..=3;

impl Tables {
    /// Reads the content of a `meta` box, without its version and flags.
    pub(crate) fn read(bytes: &[u8], inside: Range<usize>, limits: &Limits) -> Result<Self, Error> {
        let children = boxes(bytes, inside)?;
        limits.check_parts(children.len())?;
        let mut tables = Self::default();
        for kind in [b"hdlr", b"pitm", b"iinf", b"iref", b"iprp", b"idat", b"iloc", b"grpl"] {
            let mut of_kind = children.iter().filter(|child| child.kind == *kind);
            if let Some(found) = of_kind.next() {
                tables.read_box(bytes, found, limits)?;
            }
            // Readers disagree about which of two counts.
            if let Some(second) = of_kind.next() {
                return Err(Error::damaged(Part::Container, second.whole.start));
            }
        }
        let known = |kind: &[u8; 4]| {
            matches!(
                kind,
                b"hdlr" | b"pitm" | b"iinf" | b"iref" | b"iprp" | b"idat" | b"iloc" | b"grpl"
            ) || kind == b"dinf"
        };
        tables.others.extend(children.into_iter().filter(|child| !known(&child.kind)));
        Ok(tables)
    }

    /// The number of the picture that is no part of another and says nothing about one, if there
    /// is one only.
    pub(crate) fn only_picture(&self) -> Option<u32> {
        let mut parts = BTreeSet::new();
        for reference in &self.references {
            match &reference.kind {
                b"dimg" => parts.extend(&reference.to),
                b"auxl" | b"thmb" | b"cdsc" => {
                    parts.insert(reference.from);
                }
                _ => {}
            }
        }
        let mut ids = self.items.keys().filter(|id| !parts.contains(id));
        ids.next().copied().filter(|_| ids.next().is_none())
    }

    fn read_box(&mut self, bytes: &[u8], found: &BoxAt, limits: &Limits) -> Result<(), Error> {
        let mut fields = Fields::new(bytes, found.inside.clone());
        match &found.kind {
            b"hdlr" => self.read_handler(&mut fields),
            b"pitm" => {
                let (version, _) = fields.version_and_flags()?;
                self.primary = Some(item_id(&mut fields, version >= 1)?);
                Ok(())
            }
            b"iinf" => self.read_items(bytes, &mut fields, limits),
            b"iref" => self.read_references(bytes, &mut fields, limits),
            b"iprp" => self.read_properties(bytes, found.inside.clone(), limits),
            b"idat" => {
                self.idat = found.inside.clone();
                Ok(())
            }
            b"iloc" => self.read_locations(bytes, &mut fields),
            _ => self.read_groups(bytes, found.inside.clone(), limits),
        }
    }

    fn read_handler(&mut self, fields: &mut Fields<'_>) -> Result<(), Error> {
        fields.take(8)?;
        self.handler = fields.name()?;
        fields.take(12)?;
        self.handler_name = fields.rest();
        Ok(())
    }

    fn read_items(
        &mut self,
        bytes: &[u8],
        fields: &mut Fields<'_>,
        limits: &Limits,
    ) -> Result<(), Error> {
        let (version, _) = fields.version_and_flags()?;
        fields.take(if version == 0 { 2 } else { 4 })?;
        for entry in self.lines(bytes, fields.rest(), limits)? {
            let mut fields = Fields::new(bytes, entry.inside.clone());
            let (version, _) = fields.version_and_flags()?;
            if &entry.kind != b"infe" || !ITEM_VERSIONS.contains(&version) {
                return Err(Error::damaged(Part::Container, entry.whole.start));
            }
            let id = item_id(&mut fields, version == 3)?;
            let is_protected = fields.u16()? != 0;
            let kind = fields.name()?;
            let name = fields.text();
            let (mut content_type, mut content_encoding) = (0..0, 0..0);
            if matches!(&kind, b"mime" | b"uri ") {
                content_type = fields.text();
                content_encoding = fields.text();
            }
            let item = Item {
                kind,
                is_protected,
                name,
                content_type,
                content_encoding,
                entry: entry.whole.clone(),
                extents: Some(Vec::new()),
                properties: Vec::new(),
            };
            if self.items.insert(id, item).is_some() {
                return Err(Error::damaged(Part::Container, entry.whole.start));
            }
        }
        Ok(())
    }

    fn read_references(
        &mut self,
        bytes: &[u8],
        fields: &mut Fields<'_>,
        limits: &Limits,
    ) -> Result<(), Error> {
        let (version, _) = fields.version_and_flags()?;
        for entry in self.lines(bytes, fields.rest(), limits)? {
            let mut fields = Fields::new(bytes, entry.inside);
            let from = item_id(&mut fields, version >= 1)?;
            let count = fields.u16()?;
            self.count_lines(usize::from(count))?;
            let to = (0..count).map(|_| item_id(&mut fields, version >= 1));
            let to = to.collect::<Result<_, _>>()?;
            self.references.push(Reference { kind: entry.kind, from, to });
        }
        Ok(())
    }

    fn read_properties(
        &mut self,
        bytes: &[u8],
        inside: Range<usize>,
        limits: &Limits,
    ) -> Result<(), Error> {
        for child in boxes(bytes, inside)? {
            match &child.kind {
                b"ipco" if self.properties.is_empty() => {
                    self.properties = boxes(bytes, child.inside)?;
                    limits.check_parts(self.properties.len())?;
                }
                b"ipco" => return Err(Error::damaged(Part::Container, child.whole.start)),
                b"ipma" => self.read_associations(&mut Fields::new(bytes, child.inside))?,
                _ => self.others.push(child),
            }
        }
        Ok(())
    }

    fn read_associations(&mut self, fields: &mut Fields<'_>) -> Result<(), Error> {
        let (version, flags) = fields.version_and_flags()?;
        for _ in 0..fields.u32()? {
            let id = item_id(fields, version >= 1)?;
            let count = fields.u8()?;
            self.count_lines(usize::from(count))?;
            let mut associations = Vec::with_capacity(usize::from(count));
            for _ in 0..count {
                let (width, essential) = if flags & 1 == 0 { (1, 0x80) } else { (2, 0x8000) };
                let raw = fields.number(width)? as usize;
                let is_essential = raw & essential != 0;
                // 0 stands for no property.
                if let Some(property) = (raw & (essential - 1)).checked_sub(1) {
                    associations.push(Association { property, is_essential });
                }
            }
            if let Some(item) = self.items.get_mut(&id) {
                item.properties.extend(associations);
            }
        }
        Ok(())
    }

    /// The boxes of a table that has one for each line.
    fn lines(
        &mut self,
        bytes: &[u8],
        within: Range<usize>,
        limits: &Limits,
    ) -> Result<Vec<BoxAt>, Error> {
        let lines = boxes(bytes, within)?;
        limits.check_parts(lines.len())?;
        self.count_lines(lines.len())?;
        Ok(lines)
    }

    fn count_lines(&mut self, more: usize) -> Result<(), Error> {
        self.lines = self.lines.saturating_add(more);
        if self.lines > LINES_MAX {
            return Err(Error::TooManyParts { parts_max: LINES_MAX });
        }
        Ok(())
    }

    fn read_locations(&mut self, bytes: &[u8], fields: &mut Fields<'_>) -> Result<(), Error> {
        let (version, _) = fields.version_and_flags()?;
        if version > 2 {
            return Err(fields.damaged());
        }
        let (sizes, more_sizes) = (fields.u8()?, fields.u8()?);
        let widths = Widths {
            offset: usize::from(sizes >> 4),
            length: usize::from(sizes & 15),
            base: usize::from(more_sizes >> 4),
            index: if version == 0 { 0 } else { usize::from(more_sizes & 15) },
        };
        let count = if version < 2 { u32::from(fields.u16()?) } else { fields.u32()? };
        let mut seen = BTreeSet::new();
        for _ in 0..count {
            let id = item_id(fields, version == 2)?;
            let method = if version == 0 { 0 } else { fields.u16()? & 15 };
            let data_reference = fields.u16()?;
            let start = match method {
                0 => 0..bytes.len(),
                _ => self.idat.clone(),
            };
            let base = fields.number(widths.base)?;
            let count = fields.u16()?;
            self.count_lines(usize::from(count))?;
            let extents = widths.extents(fields, base, count, &start)?;
            if !seen.insert(id) {
                return Err(fields.damaged());
            }
            let is_here = method <= 1 && data_reference == 0;
            if let Some(item) = self.items.get_mut(&id) {
                item.extents = extents.filter(|_| is_here);
            }
        }
        Ok(())
    }

    fn read_groups(
        &mut self,
        bytes: &[u8],
        inside: Range<usize>,
        limits: &Limits,
    ) -> Result<(), Error> {
        for group in self.lines(bytes, inside, limits)? {
            let mut fields = Fields::new(bytes, group.inside);
            fields.take(8)?;
            let count = fields.u32()?;
            self.count_lines(count as usize)?;
            let members = (0..count).map(|_| fields.u32());
            self.groups.push((group.kind, members.collect::<Result<_, _>>()?));
        }
        Ok(())
    }
}

/// How many bytes the numbers of a location have.
struct Widths {
    offset: usize,
    length: usize,
    base: usize,
    index: usize,
}

impl Widths {
    /// The extents of one item inside `within`; `None` if one reaches outside. An item of unknown
    /// length, which reaches to the end of its file, is not found in photos.
    fn extents(
        &self,
        fields: &mut Fields<'_>,
        base: u64,
        count: u16,
        within: &Range<usize>,
    ) -> Result<Option<Vec<Range<usize>>>, Error> {
        let mut extents = Some(Vec::new());
        for _ in 0..count {
            fields.number(self.index)?;
            let (offset, length) = (fields.number(self.offset)?, fields.number(self.length)?);
            let start = base.checked_add(offset).and_then(|at| at.checked_add(within.start as u64));
            let end = start.and_then(|start| start.checked_add(length));
            let fits = end.filter(|end| *end <= within.end as u64 && length > 0);
            match (start, fits, &mut extents) {
                (Some(start), Some(end), Some(extents)) => {
                    extents.push(start as usize..end as usize);
                }
                _ => extents = None,
            }
        }
        Ok(extents)
    }
}

fn item_id(fields: &mut Fields<'_>, is_wide: bool) -> Result<u32, Error> {
    if is_wide { fields.u32() } else { Ok(u32::from(fields.u16()?)) }
}

/// What is known and not handled.
pub(crate) const fn not_supported() -> Error {
    Error::NotSupported(OtherFormat::Heif)
}
