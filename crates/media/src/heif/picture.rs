//! Which items a picture needs, in one order for everyone: the primary item, what it is made of,
//! and its transparency; its gain map only if that is asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{Error, Part};
use crate::heif::derived;
use crate::heif::property::{Auxiliary, Property};
use crate::heif::tables::{Association, Item, Tables, not_supported};
use crate::limits::{Limits, Size};
use crate::options::Hdr;

/// The needed items. An item's place here plus one is its new number.
pub(crate) struct Picture {
    pub(crate) nodes: Vec<Node>,
    /// The place of the item that joins the picture and its gain map, if it is kept.
    pub(crate) tone_map: Option<usize>,
}

/// One needed item.
pub(crate) struct Node {
    /// Its number in the original.
    pub(crate) id: u32,
    pub(crate) kind: [u8; 4],
    pub(crate) content: Content,
    pub(crate) properties: Vec<Arc<Property>>,
    /// What it is made of.
    pub(crate) inputs: Vec<usize>,
    /// The pictures whose transparency or gain map it is.
    pub(crate) auxiliary_of: Vec<usize>,
    /// The transparency with which its colours have been multiplied.
    pub(crate) premultiplied_by: Vec<usize>,
}

impl Node {
    /// Drops what items of another kind have: viewers pass over it here.
    fn drop_strange_properties(&mut self) {
        let is_auxiliary = !self.auxiliary_of.is_empty();
        let kind = self.kind;
        self.properties.retain(|property| match &property.kind {
            b"hvcC" => &kind == b"hvc1",
            b"av1C" => &kind == b"av01",
            b"auxC" => is_auxiliary,
            _ => true,
        });
    }
}

/// Where an item's bytes come from.
pub(crate) enum Content {
    /// A coded picture: cleaned when it is written.
    Coded(Codec),
    /// Made of other items, by these numbers.
    Derived(Vec<u8>),
}

/// How a picture is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Hevc,
    Av1,
}

/// How deep pictures may be made of pictures. Real ones are a grid of tiles.
const NESTING_MAX: u32 = 4;
const AUXILIARY_BYTES_MAX: usize = 4096;
/// Real ones have up to some hundred tiles, and as many for transparency.
const ITEMS_MAX: usize = 4096;

/// Finds what the picture needs.
pub(crate) fn select(
    bytes: &[u8],
    tables: &Tables,
    limits: &Limits,
    hdr: Hdr,
) -> Result<Picture, Error> {
    let damaged = Error::damaged(Part::Container, 0);
    if &tables.handler != b"pict" {
        return Err(damaged);
    }
    let primary = tables.primary.ok_or(damaged)?;
    let mut selection = Selection::new(bytes, tables, limits);
    selection.place(primary)?;
    selection.follow()?;
    let mut tone_map = None;
    if hdr == Hdr::Keep {
        if let Some(id) = tables.tone_map_of(primary) {
            tone_map = Some(selection.place(id)?);
            selection.follow()?;
        } else if let Some(id) = selection.auxiliary_of(primary, Auxiliary::GainMap)? {
            let place = selection.place(id)?;
            selection.nodes[place].auxiliary_of.push(0);
            selection.follow()?;
        }
    }
    selection.check(tone_map)?;
    let mut nodes = selection.nodes;
    nodes.iter_mut().for_each(Node::drop_strange_properties);
    Ok(Picture { nodes, tone_map })
}

struct Selection<'a> {
    bytes: &'a [u8],
    tables: &'a Tables,
    limits: &'a Limits,
    nodes: Vec<Node>,
    places: BTreeMap<u32, usize>,
    followed: usize,
    /// Who has an auxiliary picture, and which.
    auxiliaries: BTreeMap<u32, Vec<u32>>,
    inputs: BTreeMap<u32, Vec<u32>>,
    /// Each property is read once, however many items have it.
    properties: BTreeMap<(usize, bool), Option<Arc<Property>>>,
    has_twice: bool,
    budget: usize,
}

impl<'a> Selection<'a> {
    fn new(bytes: &'a [u8], tables: &'a Tables, limits: &'a Limits) -> Self {
        let mut auxiliaries: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut inputs = BTreeMap::new();
        let mut has_twice = false;
        for reference in &tables.references {
            match &reference.kind {
                b"auxl" => {
                    for to in &reference.to {
                        auxiliaries.entry(*to).or_default().push(reference.from);
                    }
                }
                b"dimg" => {
                    has_twice |= inputs.insert(reference.from, reference.to.clone()).is_some();
                }
                _ => {}
            }
        }
        Self {
            bytes,
            tables,
            limits,
            nodes: Vec::new(),
            places: BTreeMap::new(),
            followed: 0,
            auxiliaries,
            inputs,
            properties: BTreeMap::new(),
            has_twice,
            budget: bytes.len(),
        }
    }

    /// The place of an item, which it gets now if it has none.
    fn place(&mut self, id: u32) -> Result<usize, Error> {
        if let Some(place) = self.places.get(&id) {
            return Ok(*place);
        }
        let damaged = Error::damaged(Part::Container, 0);
        let item = self.tables.items.get(&id).ok_or(damaged)?;
        if self.nodes.len() == ITEMS_MAX {
            return Err(Error::TooManyParts { parts_max: ITEMS_MAX });
        }
        let node = self.node(id, item)?;
        self.places.insert(id, self.nodes.len());
        self.nodes.push(node);
        Ok(self.nodes.len() - 1)
    }

    fn node(&mut self, id: u32, item: &Item) -> Result<Node, Error> {
        if item.is_protected {
            return Err(not_supported());
        }
        let damaged = Error::damaged(Part::Container, item.entry.start);
        let properties = self.properties_of(item)?;
        let size = properties.iter().find_map(|property| property.size());
        if let Some(size) = size {
            self.limits.check_size(size)?;
        } else if self.nodes.is_empty() {
            return Err(damaged);
        }
        let has = |kind: &[u8; 4]| properties.iter().any(|property| &property.kind == kind);
        let content = match &item.kind {
            b"hvc1" if has(b"hvcC") => Content::Coded(Codec::Hevc),
            b"av01" if has(b"av1C") => Content::Coded(Codec::Av1),
            kind if derived::is_derived(kind) => {
                let data = item.data(self.bytes, &mut self.budget)?;
                let inputs = self.inputs.get(&id).map_or(0, Vec::len);
                let derived = derived::read(kind, &data, inputs)?;
                if derived.size.is_some() && derived.size != size {
                    return Err(damaged);
                }
                Content::Derived(derived.payload)
            }
            b"hvc1" | b"av01" => return Err(damaged),
            _ => return Err(not_supported()),
        };
        Ok(Node {
            id,
            kind: item.kind,
            content,
            properties,
            inputs: Vec::new(),
            auxiliary_of: Vec::new(),
            premultiplied_by: Vec::new(),
        })
    }

    /// The properties that an item needs, each once, in the order in which they are written.
    fn properties_of(&mut self, item: &Item) -> Result<Vec<Arc<Property>>, Error> {
        let damaged = Error::damaged(Part::Container, item.entry.start);
        let mut found: Vec<Arc<Property>> = Vec::new();
        for association in &item.properties {
            let Some(property) = self.property(*association)? else { continue };
            if found.contains(&property) && !property.is_transform() {
                continue;
            }
            // Of two that say different things, readers take different ones.
            if found.iter().any(|other| other.excludes(&property)) {
                return Err(damaged);
            }
            found.push(property);
        }
        found.sort_by_key(|property| property.sort_key());
        Ok(found)
    }

    fn property(&mut self, association: Association) -> Result<Option<Arc<Property>>, Error> {
        let Association { property, is_essential } = association;
        if let Some(known) = self.properties.get(&(property, is_essential)) {
            return Ok(known.clone());
        }
        let missing = Error::damaged(Part::Container, 0);
        let at = self.tables.properties.get(property).ok_or(missing)?;
        let read = Property::read(self.bytes, &at.kind, at.inside.clone(), is_essential)?;
        let read = read.map(Arc::new);
        self.properties.insert((property, is_essential), read.clone());
        Ok(read)
    }

    /// Places all that the placed items need.
    fn follow(&mut self) -> Result<(), Error> {
        while self.followed < self.nodes.len() {
            let place = self.followed;
            self.followed += 1;
            let Node { id, kind, .. } = self.nodes[place];
            let inputs = match derived::is_derived(&kind) {
                true => self.inputs.get(&id).cloned().unwrap_or_default(),
                false => Vec::new(),
            };
            for input in inputs {
                let input = self.place(input)?;
                self.nodes[place].inputs.push(input);
            }
            if let Some(alpha) = self.auxiliary_of(id, Auxiliary::Alpha)? {
                let alpha_place = self.place(alpha)?;
                self.nodes[alpha_place].auxiliary_of.push(place);
                if self.tables.refers(b"prem", id, alpha) {
                    self.nodes[place].premultiplied_by.push(alpha_place);
                }
            }
        }
        Ok(())
    }

    /// The auxiliary picture of this sort that an item has. Of two, readers take different ones.
    fn auxiliary_of(&self, id: u32, wanted: Auxiliary) -> Result<Option<u32>, Error> {
        let mut found = None;
        for from in self.auxiliaries.get(&id).into_iter().flatten() {
            let Some(item) = self.tables.items.get(from) else { continue };
            if self.tables.auxiliary(self.bytes, item) != Some(wanted) || found == Some(*from) {
                continue;
            }
            if found.replace(*from).is_some() {
                return Err(Error::damaged(Part::Container, item.entry.start));
            }
        }
        Ok(found)
    }

    /// What must hold for all together.
    fn check(&self, tone_map: Option<usize>) -> Result<(), Error> {
        let damaged = Error::damaged(Part::Container, 0);
        let mut heights = vec![None; self.nodes.len()];
        for place in 0..self.nodes.len() {
            self.height(place, 0, &mut heights)?;
        }
        // Transparency has none itself, and nothing is its own.
        let is_sane =
            |node: &Node| node.auxiliary_of.iter().all(|of| self.nodes[*of].id != node.id);
        let is_tone_map = |place: &usize| &self.nodes[*place].kind == b"tmap";
        if (0..self.nodes.len()).filter(is_tone_map).any(|place| Some(place) != tone_map) {
            return Err(not_supported());
        }
        if self.has_twice || !self.nodes.iter().all(is_sane) {
            return Err(damaged);
        }
        Ok(())
    }

    fn height(
        &self,
        place: usize,
        depth: u32,
        heights: &mut Vec<Option<u32>>,
    ) -> Result<u32, Error> {
        if let Some(height) = heights[place] {
            return Ok(height);
        }
        if depth > NESTING_MAX {
            return Err(Error::damaged(Part::Container, 0));
        }
        let mut height = 0;
        for input in &self.nodes[place].inputs {
            height = height.max(1 + self.height(*input, depth + 1, heights)?);
        }
        heights[place] = Some(height);
        Ok(height)
    }
}

impl Tables {
    /// What an item is auxiliary for, by its own word.
    pub(crate) fn auxiliary(&self, bytes: &[u8], item: &Item) -> Option<Auxiliary> {
        item.properties.iter().find_map(|association| {
            let at = self.properties.get(association.property)?;
            // Types are short; a long one is not read again for every item that has it.
            if &at.kind != b"auxC" || at.inside.len() > AUXILIARY_BYTES_MAX {
                return None;
            }
            Property::read(bytes, b"auxC", at.inside.clone(), false).ok()??.auxiliary()
        })
    }

    /// The item that joins a picture and its gain map.
    pub(crate) fn tone_map_of(&self, primary: u32) -> Option<u32> {
        let found = self.references.iter().find(|reference| {
            &reference.kind == b"dimg"
                && reference.to.first() == Some(&primary)
                && self.items.get(&reference.from).is_some_and(|item| &item.kind == b"tmap")
        });
        found.map(|reference| reference.from)
    }

    pub(crate) fn refers(&self, kind: &[u8; 4], from: u32, to: u32) -> bool {
        self.references.iter().any(|reference| {
            &reference.kind == kind && reference.from == from && reference.to.contains(&to)
        })
    }
}

impl Item {
    /// The item's bytes in one piece. `budget` is what all items of a file may have together:
    /// each byte of the file once.
    pub(crate) fn data<'a>(
        &self,
        bytes: &'a [u8],
        budget: &mut usize,
    ) -> Result<Cow<'a, [u8]>, Error> {
        let damaged = Error::damaged(Part::Container, self.entry.start);
        let extents = self.extents.as_deref().ok_or(not_supported())?;
        if let [extent] = extents {
            return Ok(Cow::Borrowed(bytes.get(extent.clone()).ok_or(damaged)?));
        }
        let size = extents.iter().fold(0_usize, |sum, extent| sum.saturating_add(extent.len()));
        *budget = budget.checked_sub(size).ok_or(damaged)?;
        let mut data = Vec::with_capacity(size);
        for extent in extents {
            data.extend_from_slice(bytes.get(extent.clone()).ok_or(damaged)?);
        }
        Ok(Cow::Owned(data))
    }
}

impl Picture {
    /// How the picture is coded, and the place of its first coded item: its own or its first
    /// tile's, because items stand behind what needs them, nearest first.
    pub(crate) fn codec(&self) -> Option<(Codec, usize)> {
        self.nodes.iter().enumerate().find_map(|(place, node)| match node.content {
            Content::Coded(codec) => Some((codec, place)),
            Content::Derived(_) => None,
        })
    }

    /// The size of the primary item as it is coded.
    pub(crate) fn size(&self) -> Size {
        let sizes = self.nodes.first().map(|node| &node.properties);
        let size =
            sizes.and_then(|properties| properties.iter().find_map(|property| property.size()));
        size.unwrap_or(Size { width: 0, height: 0 })
    }
}
