use contracts::{Role, ServiceError, UserId, auth::DRAWS_MAX};
use platform::{database::Failure, randomness::Randomness};
use rand::RngExt as _;

use crate::{Auth, storage};

/// Independent, uniform draws with replacement among those who hold one of these roles now (specification, §1).
pub(crate) async fn draw_users(auth: &Auth, roles: &[Role], draws: usize) -> Result<Vec<UserId>, Failure> {
    if draws > DRAWS_MAX {
        return Err(ServiceError::TooMany { max: DRAWS_MAX }.into());
    }
    let holders = storage::user::holders(&auth.pool, roles).await?;
    if holders.is_empty() {
        return Err(ServiceError::NobodyAssignable.into());
    }
    Ok(draw(&auth.randomness, &holders, draws))
}

fn draw(randomness: &Randomness, holders: &[UserId], draws: usize) -> Vec<UserId> {
    randomness.with(|generator| (0..draws).map(|_| holders[generator.random_range(0..holders.len())]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 21_000;
    const HOLDERS: usize = 7;

    fn holders() -> Vec<UserId> {
        (0..HOLDERS as u128).map(|number| UserId(uuid::Uuid::from_u128(number))).collect()
    }

    /// Pearson's statistic of these counts against all being equally probable.
    fn chi_square(counts: &[u32]) -> f64 {
        let kinds = u32::try_from(counts.len()).expect("a few kinds");
        let expected = f64::from(counts.iter().sum::<u32>()) / f64::from(kinds);
        counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
    }

    #[test]
    fn every_holder_is_drawn_equally_often() {
        let (holders, mut counts) = (holders(), [0; HOLDERS]);
        for drawn in draw(&Randomness::seeded(20), &holders, DRAWS) {
            counts[drawn.0.as_u128() as usize] += 1;
        }
        // Six degrees of freedom: a fair draw exceeds 22.46 once in a thousand seeds. A bias of 5 % towards one of the seven
        // would be at about 45.
        let statistic = chi_square(&counts);
        assert!(statistic < 22.46, "{statistic}: {counts:?}");
    }

    #[test]
    fn draws_do_not_depend_on_each_other() {
        let (holders, mut pairs) = (holders(), [0; HOLDERS * HOLDERS]);
        let drawn = draw(&Randomness::seeded(21), &holders, 2 * DRAWS);
        for pair in drawn.chunks_exact(2) {
            pairs[pair[0].0.as_u128() as usize * HOLDERS + pair[1].0.as_u128() as usize] += 1;
        }
        // 48 degrees of freedom: a fair draw exceeds 84.04 once in a thousand seeds. Without replacement it would be thousands.
        let statistic = chi_square(&pairs);
        assert!(statistic < 84.04, "{statistic}: {pairs:?}");
    }

    #[test]
    fn the_only_holder_is_always_drawn() {
        assert_eq!(draw(&Randomness::seeded(1), &holders()[..1], 3), vec![holders()[0]; 3]);
    }
}
