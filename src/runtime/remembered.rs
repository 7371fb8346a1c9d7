//! What is remembered of the screen from one time to the next.

use serde_json::{Value, json};

use crate::app::domain::environment::EnvironmentId;
use crate::app::layout::{Layout, Region, Sizes};
use crate::ops::{Folders, ui_state};

/// What was remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Remembered {
    /// The layout.
    pub(super) layout: Layout,
    /// The environment that was selected.
    pub(super) selected: Option<EnvironmentId>,
}

/// Reads what was remembered; what makes no sense is as if it were not there.
pub(super) fn remembered(folders: &Folders) -> Remembered {
    read(&ui_state::load(folders))
}

pub(super) fn save(folders: &Folders, layout: &Layout, selected: Option<&EnvironmentId>) {
    // A screen that is not remembered is no reason for words.
    let _ = ui_state::save(folders, &write(layout, selected));
}

fn write(layout: &Layout, selected: Option<&EnvironmentId>) -> Value {
    let Sizes { left, details, bottom, scripts } = layout.sizes;
    json!({
        "selected": selected.map(EnvironmentId::as_str),
        "script": layout.script.title(),
        "bottom": layout.bottom.title(),
        "sizes": { "left": left, "details": details, "bottom": bottom, "scripts": scripts },
    })
}

fn read(value: &Value) -> Remembered {
    let mut layout = Layout::default();
    let region = |name: &str| {
        let title = value[name].as_str()?;
        Region::ALL.into_iter().find(|region| region.title() == title)
    };
    if let Some(script) = region("script").filter(|region| region.is_script()) {
        layout.script = script;
    }
    if let Some(bottom) = region("bottom").filter(|region| region.is_bottom()) {
        layout.bottom = bottom;
    }
    let size = |name: &str, default: u16| {
        let size = value["sizes"][name].as_u64().and_then(|size| u16::try_from(size).ok());
        size.filter(|size| *size <= 1000).unwrap_or(default)
    };
    let Sizes { left, details, bottom, scripts } = layout.sizes;
    layout.sizes = Sizes {
        left: size("left", left),
        details: size("details", details),
        bottom: size("bottom", bottom),
        scripts: size("scripts", scripts),
    };
    let selected = value["selected"].as_str().and_then(|id| EnvironmentId::parse(id).ok());
    Remembered { layout, selected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nonsense_is_the_default() {
        let mut layout = Layout { script: Region::Run, bottom: Region::Tasks, ..Layout::default() };
        layout.sizes.left = 333;
        let id = EnvironmentId::parse("web").unwrap();
        let read_back = read(&write(&layout, Some(&id)));
        assert_eq!(read_back, Remembered { layout, selected: Some(id) });
        for nonsense in [json!(null), json!([]), json!({"sizes": {"left": 9999}, "script": "Log"})]
        {
            assert_eq!(read(&nonsense), Remembered::default(), "{nonsense}");
        }
    }
}
