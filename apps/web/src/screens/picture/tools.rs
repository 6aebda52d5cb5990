//! The tools to mark with, what was drawn with them, and the ways back.

use std::sync::Arc;

use leptos::prelude::*;
use web_messages::Shape;

use crate::app::App;
use crate::draft::Tool;
use crate::words::cover as words;

/// How wide the brush can be, in percent of the picture's longer side.
const BRUSH_MIN: &str = "1";
const BRUSH_MAX: &str = "20";

/// One press moves what was taken by this part of the picture's longer side.
const STEP: f32 = 0.01;

pub(super) fn tools(app: App) -> impl IntoView {
    let editor = app.editor;
    let is_done = move || editor.copy.with(Option::is_some);
    let choices: Vec<_> = Tool::ALL.into_iter().map(|tool| choice(app, tool)).collect();
    view! {
        <section class="card stack tools" aria-labelledby="tools" hidden=is_done>
            <h2 id="tools">"Mark what to cover"</h2>
            <p class="soft small" hidden=move || app.sight.shown.get()>"Show the photo to mark something on it."</p>
            <fieldset>
                <legend class="out-of-sight">"Tool"</legend>
                <div class="tool-row">{choices}</div>
            </fieldset>
            <p class="small" id="hint">{move || words::hint(editor.tool.get())}</p>
            {brush(app)}
            {drawn(app)}
            {background(app)}
            <div class="row">
                <button class="button slim" type="button"
                    disabled=move || editor.history.with(|history| !history.can_undo())
                    on:click=move |_| editor.undo()>"Undo"</button>
                <button class="button slim" type="button"
                    disabled=move || editor.history.with(|history| !history.can_redo())
                    on:click=move |_| editor.redo()>"Redo"</button>
            </div>
            <p class="soft small" id="keys">{words::KEYS}</p>
        </section>
    }
}

fn choice(app: App, tool: Tool) -> impl IntoView {
    let editor = app.editor;
    view! {
        <label class="choice tool">
            <input type="radio" name="tool" prop:checked=move || editor.tool.get() == tool
                on:change=move |_| editor.use_tool(tool)/>
            {words::tool(tool)}
        </label>
    }
}

fn brush(app: App) -> impl IntoView {
    let brush = app.editor.brush;
    let set = move |event| {
        if let Ok(percent) = event_target_value(&event).parse() {
            brush.set(percent);
        }
    };
    view! {
        <div class="field" hidden=move || app.editor.tool.get() != Tool::Brush>
            <label for="brush">"Width of the brush"</label>
            <input id="brush" type="range" min=BRUSH_MIN max=BRUSH_MAX step="0.5"
                prop:value=move || brush.get().to_string() on:input=set/>
        </div>
    }
}

/// Covers all that is around people, in one step.
fn background(app: App) -> impl IntoView {
    let editor = app.editor;
    let press = move |_| match editor.covers_background() {
        true => editor.cover_background(None),
        false => app.find_background(),
    };
    view! {
        <div class="stack">
            <button class="button slim" type="button" aria-describedby="background"
                aria-pressed=move || editor.covers_background().to_string()
                disabled=move || app.sight.seen.with(Option::is_none) || app.busy.get().is_some()
                on:click=press>
                "Cover the background"
            </button>
            <p class="limit" id="background" hidden=move || !editor.covers_background()>
                {move || words::background_limit(!app.sight.faces().is_empty())}
            </p>
        </div>
    }
}

/// What was drawn: each can be taken, and what was taken can be moved and removed.
fn drawn(app: App) -> impl IntoView {
    let items = move || {
        app.editor.history.with(|history| {
            let drawn = history.now().drawn.iter().enumerate();
            drawn.map(|(index, shape)| item(app, index, shape)).collect::<Vec<_>>()
        })
    };
    view! {
        <ul class="drawn" aria-label="What you marked"
            hidden=move || app.editor.history.with(|history| history.now().drawn.is_empty())>
            {items}
        </ul>
        {moves(app)}
    }
}

fn item(app: App, index: usize, shape: &Arc<Shape>) -> impl IntoView + use<> {
    let editor = app.editor;
    let is_taken = move || editor.taken.get() == Some(index);
    let press = move |_| editor.take((!is_taken()).then_some(index));
    view! {
        <li>
            <button class="finding" type="button" aria-pressed=move || is_taken().to_string()
                on:click=press>
                <span class="name">{words::shape(shape)}" "{index + 1}</span>
            </button>
        </li>
    }
}

/// Moving without dragging.
fn moves(app: App) -> impl IntoView {
    let editor = app.editor;
    let step = move |right: f32, down: f32| {
        let (width, height) = app.sight.size.get_untracked();
        let step = STEP * width.max(height) as f32;
        editor.move_taken(right * step, down * step);
    };
    let one = move |text: &'static str, right: f32, down: f32| {
        view! {
            <button class="button slim" type="button" on:click=move |_| step(right, down)>{text}</button>
        }
    };
    view! {
        <div class="row" role="group" aria-label="What was taken"
            hidden=move || editor.taken.get().is_none()>
            {one("Left", -1.0, 0.0)}{one("Right", 1.0, 0.0)}{one("Up", 0.0, -1.0)}
            {one("Down", 0.0, 1.0)}
            <button class="button slim" type="button" on:click=move |_| editor.remove_taken()>
                "Remove"
            </button>
        </div>
    }
}
