//! The rooms as a drawing to scale: how much of the floor each takes, and which the rules find too small or missing.

use serde::Serialize;
use serde_json::Value;

use crate::domain::dossier::RoomKind;
use crate::domain::terms::Coded;
use crate::portal::my::form::question::Section;
use crate::portal::my::form::source::Source;
use crate::portal::my::work::Found;
use crate::portal::paper::Words;
use crate::portal::said;
use crate::usecase::facts::Told;

/// Width of the drawing, in its own units.
const WIDTH: f64 = 320.0;

/// Height of one row of rooms.
const ROW: f64 = 64.0;

/// Rules that speak of areas and rooms (domain facts §7.2).
const PLACES: [&str; 3] = ["/premises/area", "/premises/rooms", "/premises/chairs"];

#[derive(Serialize)]
struct Room {
    number: usize,
    name: Words,
    area: String,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Whether the rules say something of it.
    found: bool,
}

/// What is drawn.
#[derive(Serialize)]
pub struct Plan {
    rooms: Vec<Room>,
    height: f64,
    total: String,
    floor: String,
    /// Rooms take more than the floor there is.
    exceeds: bool,
    found: Vec<Found>,
}

fn metres(area: f64) -> String {
    let text = format!("{area:.1}");
    text.trim_end_matches(".0").to_owned()
}

/// The drawing, on the pages of premises and rooms, once there is a room with an area.
pub fn of(source: &Source, section: &Section, told: &[Told]) -> Option<Plan> {
    if !matches!(section.code, "premises" | "rooms") {
        return None;
    }
    let number = |pointer: &str| source.document.pointer(pointer).and_then(Value::as_f64);
    let floor = number("/premises/area").unwrap_or_default();
    let items = source.document.pointer("/premises/rooms").and_then(Value::as_array)?;
    let sized = items.iter().enumerate().filter_map(|(index, item)| {
        let area = item.pointer("/area").and_then(Value::as_f64).filter(|area| *area > 0.0)?;
        Some((index, item.pointer("/kind").and_then(Value::as_str).unwrap_or_default(), area))
    });
    let sized: Vec<_> = sized.collect();
    let total: f64 = sized.iter().map(|(.., area)| area).sum();
    if sized.is_empty() {
        return None;
    }
    let under = |pointer: &str, place: &str| {
        pointer == place || pointer.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
    };
    let rows = sized.len().div_ceil(4).clamp(1, 15);
    let each = total / f64::from(u16::try_from(rows).unwrap_or(1));
    let (mut rooms, mut row, mut filled) = (vec![], Vec::new(), 0.0);
    let mut y = 0.0;
    let mut lay = |row: &mut Vec<(usize, &str, f64)>, filled: &mut f64, y: &mut f64| {
        let mut x = 0.0;
        for (index, kind, area) in row.drain(..) {
            let width = WIDTH * area / *filled;
            let kind = RoomKind::of_code(kind);
            let place = format!("/premises/rooms/{index}");
            rooms.push(Room {
                number: index + 1,
                name: kind.map(|kind| said::term(kind.word(), kind.english())).unwrap_or_default(),
                area: metres(area),
                x,
                y: *y,
                width,
                height: ROW,
                found: told.iter().any(|told| under(&told.pointer, &place)),
            });
            x += width;
        }
        *y += ROW;
        *filled = 0.0;
    };
    for room in sized {
        filled += room.2;
        row.push(room);
        if filled >= each {
            lay(&mut row, &mut filled, &mut y);
        }
    }
    if !row.is_empty() {
        lay(&mut row, &mut filled, &mut y);
    }
    let found = told.iter().filter(|told| PLACES.iter().any(|place| under(&told.pointer, place)));
    Some(Plan {
        rooms,
        height: y,
        total: metres(total),
        floor: metres(floor),
        exceeds: floor > 0.0 && total > floor,
        found: found.map(Found::from).collect(),
    })
}
