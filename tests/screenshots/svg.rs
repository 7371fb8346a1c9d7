//! A picture of a terminal's cells as SVG. Lines and blocks are drawn and not taken from a font, so
//! that they meet; every word begins at its own cell, so that no font moves it.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// Pixels of a cell.
const CELL: (u32, u32) = (9, 18);

/// Pixels around the cells.
const MARGIN: u32 = 12;

/// From the top of a cell to the base of its letters.
const BASELINE: u32 = 14;

/// The size at which a letter of the font, 1233 of 2048 units wide, fills a cell.
const FONT_SIZE: f64 = 14.949;

/// The colours that a terminal brings, as a person with a dark or a light one chose them: the
/// sixteen, and on the dark one text and background.
const DARK: [&str; 16] = [
    "#1d1f21", "#cc6666", "#98b35f", "#d9a84e", "#6a9fd0", "#b294bb", "#70b8b0", "#c5c8c6",
    "#7c7f80", "#e98080", "#b9d67a", "#f0c674", "#8ab8e6", "#cfa8dd", "#8fd6cd", "#ffffff",
];
const LIGHT: [&str; 16] = [
    "#24292e", "#b31d28", "#22863a", "#9a6700", "#0550ae", "#6f42c1", "#1b7c83", "#57606a",
    "#6a737d", "#cb2431", "#28a745", "#b08800", "#0366d6", "#8250df", "#3192aa", "#24292e",
];
const TEXT: &str = "#c5c8c6";
const BACKGROUND: &str = "#16181a";

/// How a cell looks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each modifier is on or off on its own")]
struct Look {
    text: String,
    background: String,
    bold: bool,
    italic: bool,
    underline: bool,
    dim: bool,
}

/// A cell with what is in it; nothing is in the second one of a wide character.
struct Seen {
    symbol: String,
    look: Look,
}

/// The cells of a screen.
pub(crate) struct Picture {
    rows: Vec<Vec<Seen>>,
    cursor: Option<(u16, u16)>,
}

impl Picture {
    /// What is seen on a screen, with other texts in the place of those that are random.
    pub(crate) fn of(screen: &Screen, masks: &[(String, String)]) -> Self {
        let ground = screen.cell(0, 0).map(Cell::bgcolor);
        let is_light = matches!(ground, Some(Color::Rgb(red, ..)) if red > 127);
        let sixteen = if is_light { &LIGHT } else { &DARK };
        let (height, width) = screen.size();
        let cells = |y| (0..width.get()).map(move |x| screen.cell(y, x).unwrap());
        let mut rows: Vec<Vec<Seen>> =
            (0..height.get()).map(|y| cells(y).map(|cell| seen(cell, sixteen)).collect()).collect();
        for row in &mut rows {
            for (random, shown) in masks {
                hide(row, random, shown);
            }
        }
        let cursor = (!screen.hide_cursor()).then(|| screen.cursor_position());
        Self { rows, cursor }
    }

    /// The picture as SVG.
    pub(crate) fn svg(&self) -> String {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = pixels(columns, CELL.0) + 2 * MARGIN;
        let height = pixels(self.rows.len(), CELL.1) + 2 * MARGIN;
        let around = self.background();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">\n\
             <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{around}\"/>\n\
             <g font-family=\"'DejaVu Sans Mono', monospace\" font-size=\"{FONT_SIZE}\" \
             transform=\"translate({MARGIN} {MARGIN})\" xml:space=\"preserve\">\n"
        );
        for (y, row) in self.rows.iter().enumerate() {
            let y = pixels(y, CELL.1);
            backgrounds(&mut svg, row, y, &around);
            words(&mut svg, row, y);
        }
        if let Some((y, x)) = self.cursor {
            let cell = self.rows.get(usize::from(y)).and_then(|row| row.get(usize::from(x)));
            let colour = cell.map_or(TEXT, |cell| &cell.look.text);
            let (x, y) = (u32::from(x) * CELL.0, u32::from(y) * CELL.1);
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{}\" width=\"2\" height=\"{}\" fill=\"{colour}\"/>",
                y + 1,
                CELL.1 - 2
            );
        }
        svg.push_str("</g>\n</svg>\n");
        svg
    }

    /// The background that most cells have.
    fn background(&self) -> String {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for cell in self.rows.iter().flatten() {
            match counts.iter_mut().find(|(colour, _)| *colour == cell.look.background) {
                Some((_, count)) => *count += 1,
                None => counts.push((&cell.look.background, 1)),
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.map_or(BACKGROUND, |(colour, _)| colour).to_owned()
    }
}

fn pixels(cells: usize, of_one: u32) -> u32 {
    u32::try_from(cells).unwrap() * of_one
}

fn seen(cell: &Cell, sixteen: &[&str; 16]) -> Seen {
    let colour = |colour, default: &str| match colour {
        Color::Default => default.to_owned(),
        Color::Idx(index @ ..16) => sixteen[usize::from(index)].to_owned(),
        Color::Idx(index) => indexed(index),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    };
    let (mut text, mut background) =
        (colour(cell.fgcolor(), TEXT), colour(cell.bgcolor(), BACKGROUND));
    if cell.inverse() {
        std::mem::swap(&mut text, &mut background);
    }
    let symbol = match cell.contents() {
        "" if !cell.is_wide_continuation() => " ".to_owned(),
        symbol => symbol.to_owned(),
    };
    let (bold, italic, underline, dim) = (cell.bold(), cell.italic(), cell.underline(), cell.dim());
    Seen { symbol, look: Look { text, background, bold, italic, underline, dim } }
}

/// The colour of a number above the sixteen: a cube of six steps a side, and greys.
fn indexed(index: u8) -> String {
    if index >= 232 {
        let grey = 8 + (index - 232) * 10;
        return format!("#{grey:02x}{grey:02x}{grey:02x}");
    }
    let step = |at: u8| if at == 0 { 0 } else { 55 + at * 40 };
    let cube = index.saturating_sub(16);
    format!("#{:02x}{:02x}{:02x}", step(cube / 36), step(cube / 6 % 6), step(cube % 6))
}

/// Puts one text in the place of another one that is as long.
fn hide(row: &mut [Seen], random: &str, shown: &str) {
    let random: Vec<String> = random.chars().map(String::from).collect();
    for start in 0..row.len().saturating_sub(random.len() - 1) {
        let part = &mut row[start..start + random.len()];
        if part.iter().zip(&random).all(|(cell, char)| cell.symbol == *char) {
            for (cell, char) in part.iter_mut().zip(shown.chars()) {
                cell.symbol = char.to_string();
            }
        }
    }
}

fn backgrounds(svg: &mut String, row: &[Seen], y: u32, around: &str) {
    let mut at = 0;
    for run in row.chunk_by(|a, b| a.look.background == b.look.background) {
        let background = &run[0].look.background;
        if background != around {
            let (x, width) = (pixels(at, CELL.0), pixels(run.len(), CELL.0));
            let height = CELL.1;
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
                 fill=\"{background}\" shape-rendering=\"crispEdges\"/>"
            );
        }
        at += run.len();
    }
}

fn words(svg: &mut String, row: &[Seen], y: u32) {
    let mut at = 0;
    let same = |a: &Seen, b: &Seen| {
        a.look == b.look && kind(&a.symbol) == kind(&b.symbol) && kind(&a.symbol) != Kind::Drawn
    };
    for run in row.chunk_by(same) {
        let (x, look) = (pixels(at, CELL.0), &run[0].look);
        at += run.len();
        let width = pixels(run.len(), CELL.0);
        let colour = &look.text;
        if look.underline {
            let y = y + BASELINE + 2;
            let _ = writeln!(svg, "<path d=\"M{x} {y}.5h{width}\" stroke=\"{colour}\"/>");
        }
        match kind(&run[0].symbol) {
            Kind::Blank => {}
            Kind::Drawn => draw(svg, &run[0].symbol, x, y, colour),
            Kind::Letters => {
                let text: String = run.iter().map(|cell| cell.symbol.as_str()).collect();
                let text = text.replace('&', "&amp;").replace('<', "&lt;");
                let mut style = String::new();
                for (on, words) in [
                    (look.bold, " font-weight=\"bold\""),
                    (look.italic, " font-style=\"italic\""),
                    (look.dim, " opacity=\"0.6\""),
                ] {
                    style.push_str(if on { words } else { "" });
                }
                let y = y + BASELINE;
                let _ = writeln!(
                    svg,
                    "<text x=\"{x}\" y=\"{y}\" textLength=\"{width}\" fill=\"{colour}\"{style}>{text}</text>"
                );
            }
        }
    }
}

/// How a symbol gets on the picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Letters,
    Drawn,
}

fn kind(symbol: &str) -> Kind {
    match symbol {
        " " => Kind::Blank,
        symbol if arms(symbol).is_some() || symbol == "▐" => Kind::Drawn,
        _ => Kind::Letters,
    }
}

/// Where a line goes from the middle of its cell: left, right, up, down.
fn arms(symbol: &str) -> Option<[bool; 4]> {
    let arms = match symbol {
        "─" => [1, 1, 0, 0],
        "│" => [0, 0, 1, 1],
        "┌" => [0, 1, 0, 1],
        "┐" => [1, 0, 0, 1],
        "└" => [0, 1, 1, 0],
        "┘" => [1, 0, 1, 0],
        "├" => [0, 1, 1, 1],
        "┤" => [1, 0, 1, 1],
        "┬" => [1, 1, 0, 1],
        "┴" => [1, 1, 1, 0],
        "┼" => [1, 1, 1, 1],
        _ => return None,
    };
    Some(arms.map(|arm| arm == 1))
}

fn draw(svg: &mut String, symbol: &str, x: u32, y: u32, colour: &str) {
    let Some([left, right, up, down]) = arms(symbol) else {
        let (x, width, height) = (x + CELL.0 / 2, CELL.0 - CELL.0 / 2, CELL.1);
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\"/>"
        );
        return;
    };
    // Through the middles of pixels, so that a line of one pixel is one.
    let (middle_x, middle_y) = (f64::from(x) + 4.5, f64::from(y) + 9.5);
    let mut path = String::new();
    if left || right {
        let from = if left { f64::from(x) } else { middle_x - 0.5 };
        let to = if right { f64::from(x + CELL.0) } else { middle_x + 0.5 };
        let _ = write!(path, "M{from} {middle_y}H{to}");
    }
    if up || down {
        let from = if up { f64::from(y) } else { middle_y };
        let to = if down { f64::from(y + CELL.1) } else { middle_y };
        let _ = write!(path, "M{middle_x} {from}V{to}");
    }
    let _ = writeln!(svg, "<path d=\"{path}\" stroke=\"{colour}\"/>");
}
