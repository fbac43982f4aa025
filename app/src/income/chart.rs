//! The chart: a bar for each day, up for what was earned and down for what was lost. Losses differ in their pattern, not only in colour.

use chrono::Datelike as _;
use contracts::{Money, accounting::IncomeOfDay};
use i18n::{Amount, written_day};
use leptos::prelude::*;

use crate::i18n::{locale, text};

/// The drawing's size in units of its own; it is scaled to the page.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 240.0;

/// Room for the amounts on the left and the days below.
const LEFT: f64 = 72.0;
const BOTTOM: f64 = 24.0;
const TOP: f64 = 12.0;

/// The part of a day's width that its bar takes.
const BAR_PART: f64 = 0.7;

/// A bar is to be seen, however little it stands for.
const BAR_MIN: f64 = 1.0;

/// A day's number stands below at most so many bars.
const LABELS_MAX: usize = 16;

/// Where amounts stand in the drawing.
#[derive(Debug, Clone, Copy)]
struct Scale {
    highest: Money,
    lowest: Money,
}

impl Scale {
    fn of(days: &[IncomeOfDay]) -> Self {
        let incomes = || days.iter().map(|day| day.income);
        Self { highest: incomes().max().unwrap_or_default().max(Money::ZERO), lowest: incomes().min().unwrap_or_default().min(Money::ZERO) }
    }

    /// How far below the top an amount stands.
    fn y(self, amount: Money) -> f64 {
        let span = cents(self.highest) - cents(self.lowest);
        let height = HEIGHT - TOP - BOTTOM;
        if span == 0.0 { TOP + height } else { TOP + (cents(self.highest) - cents(amount)) / span * height }
    }
}

/// For drawing only: a pixel more or less is no money.
#[expect(clippy::cast_precision_loss, reason = "a drawing need not be exact to the cent")]
fn cents(amount: Money) -> f64 {
    amount.cents() as f64
}

/// A bar for each day. Each can be reached by the keyboard and says what it stands for.
#[component]
pub(super) fn Chart(days: Vec<IncomeOfDay>) -> impl IntoView {
    let text = text().income();
    let scale = Scale::of(&days);
    let step = (WIDTH - LEFT) / f64::from(u32::try_from(days.len().max(1)).unwrap_or(u32::MAX));
    let labelled_each = days.len().div_ceil(LABELS_MAX).max(1);
    let zero = scale.y(Money::ZERO);
    let bars = days.into_iter().enumerate().map(|(place, day)| {
        let x = LEFT + step * f64::from(u32::try_from(place).unwrap_or(u32::MAX));
        let (top, bottom) = (scale.y(day.income).min(zero), scale.y(day.income).max(zero));
        let class = if day.income.is_negative() { "bar bar-loss" } else { "bar" };
        let says = text.bar(&Amount(day.income).written(locale()), &written_day(day.day.0, locale()));
        let label = place.is_multiple_of(labelled_each).then(|| {
            view! {
                <text class="chart-label" x=unit(x + step / 2.0) y=unit(HEIGHT - 6.0) text-anchor="middle">
                    {day.day.0.day()}
                </text>
            }
        });
        view! {
            <g class="chart-day" tabindex="0" role="img" aria-label=says>
                <title>{says.clone()}</title>
                <rect class="chart-hit" x=unit(x) y=unit(TOP) width=unit(step) height=unit(HEIGHT - TOP - BOTTOM) />
                <rect
                    class=class
                    x=unit(x + step * (1.0 - BAR_PART) / 2.0)
                    y=unit(top)
                    width=unit(step * BAR_PART)
                    height=unit((bottom - top).max(BAR_MIN))
                />
            </g>
            {label}
        }
    });
    let bars = bars.collect_view();
    let mut lines = vec![scale.highest, Money::ZERO, scale.lowest];
    lines.dedup();
    let lines = lines.into_iter().map(|amount| {
        let y = scale.y(amount);
        view! {
            <line class="chart-line" x1=unit(LEFT) x2=unit(WIDTH) y1=unit(y) y2=unit(y) />
            <text class="chart-label" x=unit(LEFT - 8.0) y=unit(y + 4.0) text-anchor="end">
                {Amount(amount).written(locale())}
            </text>
        }
    });
    let lines = lines.collect_view();
    let view_box = format!("0 0 {WIDTH} {HEIGHT}");
    view! {
        <figure class="chart">
            <svg viewBox=view_box role="group" aria-label=text.chart()>
                <defs>
                    <pattern id="loss" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="loss-ground" width="6" height="6" />
                        <line class="loss-line" x1="0" x2="0" y1="0" y2="6" />
                    </pattern>
                </defs>
                {lines}
                {bars}
            </svg>
        </figure>
    }
}

/// A length as SVG takes it.
fn unit(length: f64) -> String {
    format!("{length:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(cents: i64) -> IncomeOfDay {
        let income = Money::from_cents(cents);
        IncomeOfDay { day: "2026-11-23".parse().expect("a day"), total_assign_fee: income, total_resolve_price: Money::ZERO, income }
    }

    #[test]
    fn the_scale_reaches_from_the_lowest_to_the_highest_and_holds_zero() {
        let scale = Scale::of(&[day(300), day(-100)]);
        let places = [300, 0, -100].map(|cents| unit(scale.y(Money::from_cents(cents))));
        assert_eq!(places, ["12.0", "165.0", "216.0"]);
        let nothing = Scale::of(&[day(0), day(0)]);
        assert_eq!(unit(nothing.y(Money::ZERO)), "216.0");
        let earned = Scale::of(&[day(500)]);
        assert_eq!([unit(earned.y(Money::from_cents(500))), unit(earned.y(Money::ZERO))], ["12.0", "216.0"]);
    }
}
