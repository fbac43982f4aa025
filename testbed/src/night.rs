use anyhow::Result;
use chrono::{Days, NaiveTime};
use platform::{clock_setting::ClockSetting, database::Database};

/// When the night begins: a minute after payroll may start, as it is configured by default.
const NIGHT: NaiveTime = NaiveTime::from_hms_opt(0, 6, 0).expect("a time of day");

/// Sets the clock of a company in UTC to the night after its today. It goes on from there, also when this process has ended.
pub async fn end_day(database: &Database) -> Result<()> {
    let mut clock = ClockSetting::take(database).await?;
    let tomorrow = clock.time().await?.date_naive() + Days::new(1);
    clock.set_to(tomorrow.and_time(NIGHT).and_utc()).await?;
    clock.close().await;
    Ok(())
}
