//! Line icons, drawn and not taken from a font, so that they are sharp at every size and in every theme.

use egui::epaint::{PathShape, PathStroke};
use egui::{
    Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::theme::Palette;

/// What can be drawn. Coordinates in the drawings are of a 24 × 24 grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum Icon {
    Runs,
    Timeline,
    Curve,
    Inbox,
    Search,
    Folder,
    Record,
    Play,
    Pause,
    Stop,
    Check,
    Close,
    Plus,
    Minus,
    Filter,
    Live,
    Warning,
    Note,
    Fit,
    Menu,
}

/// How round corners of the frame-like icons are.
const ROUND: f32 = 2.0;

impl Icon {
    /// Paints it into a square.
    pub fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        let side = rect.width().min(rect.height());
        let unit = side / 24.0;
        let origin = rect.center() - Vec2::splat(side / 2.0);
        let at = |(x, y): (f32, f32)| origin + vec2(x, y) * unit;
        let stroke = Stroke::new((1.6 * unit).max(1.1), colour);
        let line = |points: &[(f32, f32)]| {
            let points = points.iter().map(|point| at(*point)).collect();
            painter.add(PathShape::line(points, PathStroke::from(stroke)));
        };
        let shape = |points: &[(f32, f32)]| {
            let points = points.iter().map(|point| at(*point)).collect();
            painter.add(PathShape::convex_polygon(points, colour, PathStroke::NONE));
        };
        let area = |(left, top): (f32, f32), (right, bottom): (f32, f32)| {
            Rect::from_min_max(at((left, top)), at((right, bottom)))
        };
        let bar = |from, to| {
            painter.rect_filled(area(from, to), 1.2 * unit, colour);
        };
        let frame = |from, to| {
            painter.rect_stroke(area(from, to), ROUND * unit, stroke, StrokeKind::Middle);
        };
        let ring = |centre, radius: f32| {
            painter.circle_stroke(at(centre), radius * unit, stroke);
        };
        let disc = |centre, radius: f32| {
            painter.circle_filled(at(centre), radius * unit, colour);
        };
        match self {
            Self::Runs => {
                for y in [6.0, 12.0, 18.0] {
                    disc((5.0, y), 1.4);
                    line(&[(9.5, y), (20.0, y)]);
                }
            }
            Self::Timeline => {
                bar((3.0, 4.5), (12.0, 8.0));
                bar((8.0, 10.25), (18.0, 13.75));
                bar((14.0, 16.0), (21.0, 19.5));
            }
            Self::Curve => {
                line(&[(3.5, 3.5), (3.5, 20.5), (20.5, 20.5)]);
                line(&[(6.5, 15.5), (10.5, 9.5), (14.0, 13.0), (20.0, 5.0)]);
            }
            Self::Inbox => {
                line(&[(3.5, 13.5), (8.0, 13.5), (9.5, 16.5), (14.5, 16.5), (16.0, 13.5), (20.5, 13.5)]);
                line(&[(6.0, 4.5), (18.0, 4.5), (20.5, 13.5), (20.5, 19.5), (3.5, 19.5), (3.5, 13.5), (6.0, 4.5)]);
            }
            Self::Search => {
                ring((10.5, 10.5), 6.0);
                line(&[(15.0, 15.0), (20.5, 20.5)]);
            }
            Self::Folder => line(&[
                (3.5, 18.5),
                (3.5, 5.5),
                (9.5, 5.5),
                (11.5, 8.0),
                (20.5, 8.0),
                (20.5, 18.5),
                (3.5, 18.5),
                (3.5, 17.0),
            ]),
            Self::Record => {
                ring((12.0, 12.0), 8.5);
                disc((12.0, 12.0), 4.0);
            }
            Self::Play => shape(&[(7.0, 4.5), (19.5, 12.0), (7.0, 19.5)]),
            Self::Pause => {
                bar((6.5, 5.0), (10.0, 19.0));
                bar((14.0, 5.0), (17.5, 19.0));
            }
            Self::Stop => bar((6.0, 6.0), (18.0, 18.0)),
            Self::Check => line(&[(4.5, 12.5), (9.5, 17.5), (19.5, 6.5)]),
            Self::Close => {
                line(&[(6.0, 6.0), (18.0, 18.0)]);
                line(&[(18.0, 6.0), (6.0, 18.0)]);
            }
            Self::Plus => {
                line(&[(12.0, 5.0), (12.0, 19.0)]);
                line(&[(5.0, 12.0), (19.0, 12.0)]);
            }
            Self::Minus => line(&[(5.0, 12.0), (19.0, 12.0)]),
            Self::Filter => {
                line(&[(4.0, 6.5), (20.0, 6.5)]);
                line(&[(7.0, 12.0), (17.0, 12.0)]);
                line(&[(10.0, 17.5), (14.0, 17.5)]);
            }
            Self::Live => {
                disc((12.0, 12.0), 3.0);
                ring((12.0, 12.0), 7.5);
            }
            Self::Warning => {
                line(&[(12.0, 4.0), (21.0, 19.5), (3.0, 19.5), (12.0, 4.0), (12.5, 4.9)]);
                line(&[(12.0, 10.0), (12.0, 14.0)]);
                disc((12.0, 16.8), 1.0);
            }
            Self::Note => {
                frame((4.5, 3.5), (19.5, 20.5));
                for (y, right) in [(8.5, 16.0), (12.0, 16.0), (15.5, 12.5)] {
                    line(&[(8.0, y), (right, y)]);
                }
            }
            Self::Fit => {
                for (x, y, dx, dy) in
                    [(4.0, 4.0, 1.0, 1.0), (20.0, 4.0, -1.0, 1.0), (4.0, 20.0, 1.0, -1.0), (20.0, 20.0, -1.0, -1.0)]
                {
                    line(&[(x, y + dy * 5.0), (x, y), (x + dx * 5.0, y)]);
                }
            }
            Self::Menu => [(12.0, 5.5), (12.0, 12.0), (12.0, 18.5)].into_iter().for_each(|centre| disc(centre, 1.7)),
        }
    }
}

/// A square button with an icon and no text. Its name is read by screen readers and shown when the pointer rests on it.
pub fn icon_button_ui(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let size = Vec2::splat(ui.spacing().interact_size.y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));
    if ui.is_rect_visible(rect) {
        let visuals = ui.style().interact(&response);
        if response.hovered() || response.has_focus() || response.is_pointer_button_down_on() {
            ui.painter().rect(rect, visuals.corner_radius, visuals.weak_bg_fill, visuals.bg_stroke, StrokeKind::Inside);
        }
        icon.paint(ui.painter(), Rect::from_center_size(rect.center(), Vec2::splat(16.0)), visuals.text_color());
    }
    response.on_hover_text(name)
}

/// The arrow of a button that opens a menu, to stand after its text.
#[must_use]
pub fn down_arrow<'a>() -> egui::Atom<'a> {
    egui::Atom::paint(vec2(9.0, 9.0), |ui, args| {
        let rect = Rect::from_center_size(args.rect.center(), vec2(7.0, 4.0));
        ui.painter().add(Shape::rotated_triangle(rect, 0.0, args.fallback_text_color));
    })
}

/// The four corners of a diamond, a triangle that points right, and one that points up: the marks that badges share.
pub(super) fn diamond(centre: Pos2, radius: f32) -> Vec<Pos2> {
    [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)].map(|(x, y)| centre + vec2(x, y) * radius).to_vec()
}

/// An icon as large as a line of text, in the weak text colour, beside text.
pub fn icon_ui(ui: &mut Ui, icon: Icon, colour: Option<Color32>) {
    let side = ui.text_style_height(&egui::TextStyle::Body);
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::empty());
    let colour = colour.unwrap_or(Palette::of(ui.ctx()).text_weak);
    let rect = Rect::from_center_size(pos2(rect.center().x, rect.center().y), rect.size());
    icon.paint(ui.painter(), rect, colour);
}
