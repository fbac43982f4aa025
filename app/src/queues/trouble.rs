use contracts::{
    Locale,
    queues::{BusState, BusTrouble, RELAY_SILENCE_MAX},
};

use crate::i18n::{CompanyTimeZone, Text, written_age, written_exact_time};

/// What keeps events from being worked on, and what that means for the company meanwhile; nothing where nothing does.
#[must_use]
pub fn trouble_in_words(state: &BusState, zone: CompanyTimeZone, locale: Locale) -> Option<String> {
    let text = Text::from(locale).queues();
    let (trouble, meanwhile) = match state.trouble()? {
        BusTrouble::NobodyWorks => (text.nobody_works(&RELAY_SILENCE_MAX.num_seconds().to_string()), text.nobody_meanwhile()),
        BusTrouble::RedisDown => {
            // The last one that reached it counts.
            let since = state.relays_at_work().filter_map(|relay| relay.redis_failing_since).max().unwrap_or(state.at);
            (text.redis_down(&written_exact_time(zone.local(since), locale)), text.redis_meanwhile())
        }
        BusTrouble::Behind => (text.behind(&written_age(state.lag(), locale)), text.behind_meanwhile()),
    };
    Some([&trouble, meanwhile].join(" "))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use chrono_tz::Tz;
    use contracts::queues::RelayState;

    use super::*;

    fn told(relays: Vec<RelayState>, at: DateTime<Utc>, locale: Locale) -> Option<String> {
        trouble_in_words(&BusState { at, queues: Vec::new(), relays }, CompanyTimeZone(Tz::Europe__Moscow), locale)
    }

    #[test]
    fn trouble_is_told_with_what_it_means() {
        let at: DateTime<Utc> = "2026-03-07T22:05:59Z".parse().expect("a time");
        let relay = |failing_for: Option<i64>| RelayState {
            seen_at: at,
            redis_failing_since: failing_for.map(|seconds| at - TimeDelta::seconds(seconds)),
            redis_error: failing_for.map(|_| "refused".to_owned()),
        };
        assert_eq!(told(vec![relay(None)], at, Locale::En), None);
        assert_eq!(
            told(vec![relay(Some(59)), relay(Some(9))], at, Locale::En).as_deref(),
            Some(
                "Redis has not answered since 8 Mar 2026, 01:05:50. Tasks can be created and finished meanwhile; money is booked when it is back."
            )
        );
        let nobody = told(vec![], at, Locale::Ru).expect("trouble");
        assert!(nobody.contains("за последние 15 секунд") && nobody.contains("«ates jobs»"), "{nobody}");
    }
}
