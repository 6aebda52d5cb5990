//! What lies on the picture: what was found, what is marked, and what is being drawn.

use leptos::prelude::*;
use web_messages::{Point, Region, Seen, Shape};

use crate::app::App;
use crate::draft::Tool;
use crate::sight::Sight;
use crate::words::picture as words;

/// An area is drawn in so many lines: what is covered is exact, its drawing need not be.
const AREA_LINES: f32 = 400.0;

/// Everything that is marked, and what is being drawn.
pub(super) fn marks(app: App) -> impl IntoView {
    let chosen = move || {
        let seen = app.sight.seen.get().unwrap_or_default();
        app.editor.history.with(|history| {
            let chosen = history.now().chosen.iter().filter_map(|index| seen.get(*index));
            chosen.map(|seen| mark(&seen.cover, false, None)).collect::<Vec<_>>()
        })
    };
    let drawn = move || {
        let (taken, dragged) = (app.editor.taken.get(), app.editor.dragged.get());
        app.editor.history.with(|history| {
            let one = |(index, shape): (usize, &std::sync::Arc<Shape>)| {
                let is_taken = taken == Some(index);
                mark(shape, is_taken, dragged.filter(|_| is_taken))
            };
            history.now().drawn.iter().enumerate().map(one).collect::<Vec<_>>()
        })
    };
    let background = move || {
        app.editor
            .history
            .with(|history| history.now().background.as_ref().map(|shape| mark(shape, false, None)))
    };
    view! { <g class="marks">{background}{chosen}{drawn}{move || draft(app)}</g> }
}

/// One mark; a taken one may be on its way.
fn mark(shape: &Shape, is_taken: bool, dragged: Option<(Point, Point)>) -> impl IntoView + use<> {
    let shift = dragged.map(|(from, to)| format!("translate({} {})", to.x - from.x, to.y - from.y));
    view! { <g class="mark" class:taken=is_taken transform=shift>{form(shape)}</g> }
}

fn draft(app: App) -> impl IntoView {
    app.editor.draft.with(|draft| {
        let draft = draft.as_ref()?;
        let whole = draft.shape().map(|shape| form(&shape));
        let corners = match draft.is_of(Tool::Brush) {
            true => Vec::new(),
            false => draft.points().to_vec(),
        };
        Some(view! {
            <g class="mark draft">
                {whole}<polyline class="way" points=points(&corners)></polyline>
            </g>
        })
    })
}

/// A shape as SVG draws it.
fn form(shape: &Shape) -> AnyView {
    match shape {
        Shape::Box(Region { left, top, right, bottom }) => view! {
            <rect x=*left y=*top width=right - left height=bottom - top></rect>
        }
        .into_any(),
        Shape::Ellipse(Region { left, top, right, bottom }) => view! {
            <ellipse cx=(left + right) / 2.0 cy=(top + bottom) / 2.0
                rx=(right - left) / 2.0 ry=(bottom - top) / 2.0></ellipse>
        }
        .into_any(),
        Shape::Polygon(corners) => view! { <polygon points=points(corners)></polygon> }.into_any(),
        Shape::Stroke { points, width } => view! {
            <path class="stroke" d=way(points) style=("--wide", width.to_string())></path>
        }
        .into_any(),
        Shape::Area(area) => {
            let Region { top, bottom, .. } = shape.bounds();
            let height = ((bottom - top) / AREA_LINES).ceil() as u32;
            let way: String = area.rectangles(height).map(rectangle).collect();
            view! { <path class="area" d=way></path> }.into_any()
        }
    }
}

/// A rectangle as part of a way.
fn rectangle(Region { left, top, right, bottom }: Region) -> String {
    format!("M{left} {top}H{right}V{bottom}H{left}Z")
}

/// A way as SVG writes it; of one point, it goes there and back.
fn way(points: &[Point]) -> String {
    let Some((first, others)) = points.split_first() else { return String::new() };
    let others = if others.is_empty() { points } else { others };
    let lines: String = others.iter().map(|it| format!("L{:.1} {:.1}", it.x, it.y)).collect();
    format!("M{:.1} {:.1}{lines}", first.x, first.y)
}

/// Where the keyboard is.
pub(super) fn cursor(app: App) -> impl IntoView {
    move || {
        let Point { x, y } = app.editor.cursor.get()?;
        let (width, height) = app.sight.size.get();
        let part = |at: f32, whole: u32| format!("{}%", at / whole.max(1) as f32 * 100.0);
        Some(view! {
            <span class="cursor" aria-hidden="true" style=("left", part(x, width))
                style=("top", part(y, height))></span>
        })
    }
}

/// A light line within a dark one, to be seen on every picture.
pub(super) fn outlines(sight: Sight) -> Vec<impl IntoView> {
    let pointed = sight.pointed.get();
    let line = |(index, seen): (usize, &Seen)| {
        let points = points(&seen.outline);
        view! {
            <g class:pointed=pointed == Some(index)>
                <polygon class="outline halo" points=points.clone()></polygon>
                <polygon class="outline" points=points></polygon>
            </g>
        }
    };
    let seen = sight.seen.get().unwrap_or_default();
    seen.iter().enumerate().map(line).collect()
}

/// Corners as SVG writes them.
fn points(corners: &[Point]) -> String {
    corners.iter().map(|it| format!("{:.1},{:.1} ", it.x, it.y)).collect()
}

/// Numbers and names beside what was found, as in the list.
pub(super) fn labels(sight: Sight) -> Vec<impl IntoView> {
    let (width, height) = sight.size.get();
    let part = |at: f32, whole: u32| {
        let percent = at / whole.max(1) as f32 * 100.0;
        format!("{}%", percent.clamp(0.0, 96.0))
    };
    let label = |(index, seen): (usize, &Seen)| {
        let least =
            |value: fn(&Point) -> f32| seen.outline.iter().map(value).fold(f32::INFINITY, f32::min);
        let (left, top) = (part(least(|it| it.x), width), part(least(|it| it.y), height));
        view! {
            <span class="label" aria-hidden="true" style=("left", left)
                style=("--top", top)>
                {index + 1}<span class="what">" "{words::label(seen)}</span>
            </span>
        }
    };
    let seen = sight.seen.get().unwrap_or_default();
    seen.iter().enumerate().map(label).collect()
}
