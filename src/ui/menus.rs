//! The menu bar: the command list by menu, with what is on, what cannot be done now and why, and the keys.

use egui::{Button, Response, Role, Ui, WidgetInfo};

use super::command::{ACTIONS, Action, Command};
use super::layout::{Arrangement, Layout};
use super::panels::TABS;
use super::routing::{self, Circumstances};
use super::settings::Settings;
use super::theme::Theme;

/// The menus, in order.
pub const MENUS: &[&str] = &["File", "Edit", "Go", "View", "Help"];
/// Actions that begin a new group in their menu.
const GROUPS: &[Action] = &[
    Action::Import,
    Action::Backup,
    Action::Quit,
    Action::Find,
    Action::LabelRuns,
    Action::ClearSelection,
    Action::ViewBack,
    Action::NextSpan,
    Action::RangeOfSpan,
    Action::NextTheme,
    Action::ToggleSideBar,
];

/// Draws the menu bar.
pub fn menu_bar_ui(
    ui: &mut Ui,
    circumstances: &Circumstances,
    settings: &Settings,
    layout: &mut Layout,
    commands: &mut Vec<Command>,
) {
    egui::MenuBar::new().ui(ui, |ui| {
        for menu in MENUS {
            ui.menu_button(*menu, |ui| {
                ui.set_min_width(240.0);
                for listed in ACTIONS.iter().filter(|listed| listed.menu == *menu) {
                    if GROUPS.contains(&listed.action) {
                        ui.separator();
                    }
                    action_ui(ui, listed.action, circumstances, commands);
                    match listed.action {
                        Action::Open => recent_ui(ui, settings, commands),
                        Action::NextTheme => themes_ui(ui, settings.theme, commands),
                        Action::ToggleSideBar => tabs_ui(ui, layout, commands),
                        _ => {}
                    }
                }
            });
        }
    });
}

fn action_ui(ui: &mut Ui, action: Action, circumstances: &Circumstances, commands: &mut Vec<Command>) {
    let Some(listed) = action.listed() else { return };
    let text = circumstances.text(action);
    let mut button = match circumstances.is_on(action) {
        Some(true) => Button::new(("✔", text.as_ref())),
        _ => Button::new(text.as_ref()),
    };
    if let Some(shortcut) = listed.shortcuts.first() {
        button = button.shortcut_text(routing::keys(ui.ctx(), shortcut));
    }
    let refusal = circumstances.refusal(action);
    let response = ui.add_enabled(refusal.is_none(), button).on_hover_text(listed.tooltip);
    let response = response.on_disabled_hover_text(refusal.unwrap_or_default());
    let response = name(ui, response, &text, circumstances.is_on(action));
    if response.clicked() {
        commands.push(Command::Do(action));
        ui.close();
    }
}

/// Tells screen readers a command's name without its check mark and keys, and of a toggle whether it is on.
fn name(ui: &Ui, response: Response, name: &str, is_on: Option<bool>) -> Response {
    let is_enabled = response.enabled() && ui.is_enabled();
    response.widget_info(|| match is_on {
        Some(is_on) => WidgetInfo::selected(Role::MenuItemCheckBox, is_enabled, is_on, name),
        None => WidgetInfo::labeled(Role::MenuItem, is_enabled, name),
    });
    response
}

fn recent_ui(ui: &mut Ui, settings: &Settings, commands: &mut Vec<Command>) {
    ui.add_enabled_ui(!settings.recent.is_empty(), |ui| {
        ui.menu_button("Open recent", |ui| {
            for path in &settings.recent {
                let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                let button = Button::new(file.as_ref());
                if ui.add(button).on_hover_text(path.display().to_string()).clicked() {
                    commands.push(Command::OpenWorkspace(path.clone()));
                    ui.close();
                }
            }
        });
    });
}

fn themes_ui(ui: &mut Ui, current: Theme, commands: &mut Vec<Command>) {
    ui.menu_button("Theme", |ui| {
        for theme in Theme::ALL {
            if ui.radio(theme == current, theme.title()).clicked() {
                commands.push(Command::SetTheme(theme));
                ui.close();
            }
        }
    });
}

fn tabs_ui(ui: &mut Ui, layout: &mut Layout, commands: &mut Vec<Command>) {
    ui.menu_button("Tabs", |ui| {
        for (index, tab) in TABS.iter().enumerate() {
            let is_open = layout.is_open(tab.name);
            let mut button = if is_open { Button::new(("✔", tab.title)) } else { Button::new(tab.title) };
            if let Some(shortcut) = routing::tab_shortcut(index) {
                button = button.shortcut_text(routing::keys(ui.ctx(), &shortcut));
            }
            let response = ui.add(button).on_hover_text("Bring this tab to the front");
            if name(ui, response, &format!("Show {}", tab.title), Some(is_open)).clicked() {
                commands.push(Command::ShowTab(tab.name));
                ui.close();
            }
        }
        ui.separator();
        let first = TABS.first().map_or("", |tab| tab.title);
        for (text, arrangement) in [
            ("Behind each other".to_owned(), Arrangement::Tabs),
            (format!("{first} beside the others"), Arrangement::Beside),
            (format!("{first} above the others"), Arrangement::Below),
        ] {
            if ui.button(text).clicked() {
                layout.arrange(arrangement);
                ui.close();
            }
        }
    });
}
