//! A chart: a bar for each thing, up for what is more than nothing and down for what is less. What is less differs in its pattern, not only
//! in its colour. The server makes it; the browser needs no code for it.

use leptos::prelude::*;

/// The drawing's size in units of its own; it is scaled to the page.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;

/// Room for what a bar says, above all bars, and for labels below them.
const TOP: f64 = 32.0;
const BOTTOM: f64 = 24.0;

/// How wide a character of a label is at most, and how much there is to be between two labels.
const CHARACTER: f64 = 7.4;
const LABEL_GAP: f64 = 12.0;

/// How far apart the labels of two lines must be.
const LINE_HEIGHT: f64 = 16.0;

/// The part of a bar's place that it takes.
const BAR_PART: f64 = 0.7;

/// A bar is to be seen, however little it stands for.
const BAR_MIN: f64 = 1.0;

/// How many characters of what a bar says are shown above the bars: they fit.
const TIP_CHARS_MAX: usize = 80;

/// A thing and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    /// What stands below it, where there is room.
    pub(crate) label: String,
    /// How much it is; nothing leaves a gap.
    pub(crate) value: Option<i64>,
    /// What it stands for, in words.
    pub(crate) says: String,
}

/// Where values stand in the drawing.
#[derive(Debug, Clone, Copy)]
struct Scale {
    highest: i64,
    lowest: i64,
}

impl Scale {
    fn of(bars: &[Bar]) -> Self {
        let values = || bars.iter().filter_map(|bar| bar.value);
        Self { highest: values().max().unwrap_or(0).max(0), lowest: values().min().unwrap_or(0).min(0) }
    }

    /// How far below the top a value stands.
    fn y(self, value: i64) -> f64 {
        let span = exact_enough(self.highest) - exact_enough(self.lowest);
        let height = HEIGHT - TOP - BOTTOM;
        if span == 0.0 { TOP + height } else { TOP + (exact_enough(self.highest) - exact_enough(value)) / span * height }
    }

    /// The values that have a line: zero, and the ends where their labels do not meet that of zero.
    fn lines(self) -> Vec<i64> {
        let apart = |value: i64| (self.y(value) - self.y(0)).abs() >= LINE_HEIGHT;
        let ends = [self.highest, self.lowest].into_iter().filter(|value| apart(*value));
        ends.chain([0]).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a pixel more or less is no money")]
fn exact_enough(value: i64) -> f64 {
    value as f64
}

fn width_of(text: &str) -> f64 {
    f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX)) * CHARACTER
}

/// Every how-many-th bar has a label, so that no two meet.
fn labelled_each(bars: &[Bar], step: f64) -> usize {
    let widest = bars.iter().map(|bar| width_of(&bar.label)).fold(0.0, f64::max) + LABEL_GAP;
    let fits = |each: &usize| f64::from(u32::try_from(*each).unwrap_or(u32::MAX)) * step >= widest;
    (1..bars.len()).find(fits).unwrap_or(bars.len().max(1))
}

/// Each bar can be reached by the keyboard and says what it stands for; a link leads past all of them.
#[component]
pub(crate) fn BarChart(
    /// Tells the chart from others of the page.
    id: &'static str,
    /// What it shows.
    title: &'static str,
    /// How to read it.
    description: &'static str,
    bars: Vec<Bar>,
    /// A value as it stands beside its line.
    written: fn(i64) -> String,
    /// The name of the link past it, and the id of the element with the same in figures.
    past: (&'static str, &'static str),
) -> impl IntoView {
    let scale = Scale::of(&bars);
    let lines: Vec<(f64, String)> = scale.lines().into_iter().map(|value| (scale.y(value), written(value))).collect();
    let left = lines.iter().map(|(_, label)| width_of(label)).fold(0.0, f64::max) + LABEL_GAP;
    let step = (WIDTH - left) / f64::from(u32::try_from(bars.len().max(1)).unwrap_or(u32::MAX));
    let labelled_each = labelled_each(&bars, step);
    let has_losses = scale.lowest < 0;
    let bars = bars.into_iter().enumerate().map(|(place, bar)| {
        let x = left + step * f64::from(u32::try_from(place).unwrap_or(u32::MAX));
        let middle = x + step / 2.0;
        let fits = middle + width_of(&bar.label) / 2.0 <= WIDTH + LABEL_GAP;
        let label = (fits && place.is_multiple_of(labelled_each)).then(|| {
            view! {
                <text class="chart-label" x=unit(middle) y=unit(HEIGHT - 6.0) text-anchor="middle">
                    {bar.label.clone()}
                </text>
            }
        });
        view! {
            <DrawnBar bar scale x step />
            {label}
        }
    });
    let bars = bars.collect_view();
    let lines = lines.into_iter().map(|(y, label)| {
        view! {
            <line class="chart-line" x1=unit(left) x2=unit(WIDTH) y1=unit(y) y2=unit(y) />
            <text class="chart-label" x=unit(left - LABEL_GAP / 2.0) y=unit(y + 4.0) text-anchor="end">
                {label}
            </text>
        }
    });
    let lines = lines.collect_view();
    let losses = has_losses.then(|| {
        view! {
            <defs>
                <pattern id="loss" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="loss-ground" width="6" height="6" />
                    <line class="loss-line" x1="0" x2="0" y1="0" y2="6" />
                </pattern>
            </defs>
        }
    });
    let view_box = format!("0 0 {WIDTH} {HEIGHT}");
    let (title_id, description_id) = ([id, "-title"].concat(), [id, "-description"].concat());
    let (past_name, past_id) = past;
    let (labelled_by, described_by) = (title_id.clone(), description_id.clone());
    view! {
        <div class="chart-frame">
            <a class="skip-link" href=["#", past_id].concat() rel="external">
                {past_name}
            </a>
            <figure class="chart">
                <svg viewBox=view_box role="group" aria-labelledby=labelled_by aria-describedby=described_by>
                    <title id=title_id>{title}</title>
                    <desc id=description_id>{description}</desc>
                    {losses}
                    {lines}
                    {bars}
                </svg>
            </figure>
        </div>
    }
}

#[component]
fn DrawnBar(bar: Bar, scale: Scale, x: f64, step: f64) -> impl IntoView {
    let Bar { value, says, .. } = bar;
    let zero = scale.y(0);
    let drawn = value.map(|value| {
        let (top, bottom) = (scale.y(value).min(zero), scale.y(value).max(zero));
        view! {
            <rect
                class=if value < 0 { "bar bar-loss" } else { "bar" }
                x=unit(x + step * (1.0 - BAR_PART) / 2.0)
                y=unit(top)
                width=unit(step * BAR_PART)
                height=unit((bottom - top).max(BAR_MIN))
            />
        }
    });
    let (tip, label) = (shortened(&says), says.clone());
    let width = width_of(&tip);
    let tip_x = (x + step / 2.0 - width / 2.0).min(WIDTH - width).max(0.0);
    view! {
        <g class="chart-bar" tabindex="0" role="img" aria-label=label>
            <title>{says}</title>
            <rect class="chart-hit" x=unit(x) y=unit(TOP) width=unit(step) height=unit(HEIGHT - TOP - BOTTOM) />
            {drawn}
            <text class="chart-tip" x=unit(tip_x) y=unit(TOP / 2.0) aria-hidden="true">
                {tip}
            </text>
        </g>
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= TIP_CHARS_MAX {
        return text.to_owned();
    }
    text.chars().take(TIP_CHARS_MAX - 1).chain(['…']).collect()
}

/// A length as SVG takes it.
fn unit(length: f64) -> String {
    format!("{length:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(values: &[Option<i64>], label: &str) -> Vec<Bar> {
        values.iter().map(|value| Bar { label: label.to_owned(), value: *value, says: String::new() }).collect()
    }

    #[test]
    fn the_scale_reaches_from_the_lowest_to_the_highest_and_holds_zero() {
        let scale = Scale::of(&bars(&[Some(300), None, Some(-100)], ""));
        assert_eq!([300, 0, -100].map(|value| unit(scale.y(value))), ["32.0", "185.0", "236.0"]);
        let nothing = Scale::of(&bars(&[Some(0), None], ""));
        assert_eq!((unit(nothing.y(0)), nothing.lines()), ("236.0".to_owned(), vec![0]));
        let earned = Scale::of(&bars(&[Some(500)], ""));
        assert_eq!([unit(earned.y(500)), unit(earned.y(0))], ["32.0", "236.0"]);
    }

    #[test]
    fn labels_never_meet() {
        // A loss of a cent beside a fortune has no line of its own: its label would lie upon that of zero.
        assert_eq!(Scale::of(&bars(&[Some(1_000_000), Some(-1)], "")).lines(), [1_000_000, 0]);
        let year = bars(&vec![Some(1); 366], "31 Dec");
        let step = (WIDTH - 100.0) / 366.0;
        let each = f64::from(u32::try_from(labelled_each(&year, step)).expect("a number"));
        assert!(each * step >= width_of("31 Dec") + LABEL_GAP);
        assert_eq!(labelled_each(&bars(&[Some(1)], "31 Dec"), 620.0), 1);
    }

    #[test]
    fn what_a_bar_says_fits_above_it() {
        assert!(width_of(&shortened(&"ш".repeat(300))) <= WIDTH);
        assert_eq!(shortened("7: 3 accounts"), "7: 3 accounts");
    }
}
