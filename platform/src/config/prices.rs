use serde::Serialize;

/// The largest price that can be configured, in cents: a million. Sums of such prices stay far from what 64 bits hold.
const PRICE_MAX: i64 = 100_000_000;

/// Between which amounts the prices of tasks are drawn, in cents, both ends included.
#[derive(Debug, Clone, Serialize, confique::Config)]
#[config(validate = Self::validate)]
pub struct Prices {
    /// The least that an assignment costs.
    #[config(env = "ATES_PRICES_ASSIGN_FEE_MIN", default = 1000)]
    pub assign_fee_min: i64,

    /// The most that an assignment costs.
    #[config(env = "ATES_PRICES_ASSIGN_FEE_MAX", default = 2000)]
    pub assign_fee_max: i64,

    /// The least that a finished task pays.
    #[config(env = "ATES_PRICES_RESOLVE_PRICE_MIN", default = 2000)]
    pub resolve_price_min: i64,

    /// The most that a finished task pays.
    #[config(env = "ATES_PRICES_RESOLVE_PRICE_MAX", default = 4000)]
    pub resolve_price_max: i64,
}

impl Prices {
    fn validate(&self) -> Result<(), String> {
        for (name, min, max) in
            [("assign_fee", self.assign_fee_min, self.assign_fee_max), ("resolve_price", self.resolve_price_min, self.resolve_price_max)]
        {
            if !(0 <= min && min <= max && max <= PRICE_MAX) {
                return Err(format!("prices.{name}_min and _max must be in order and between 0 and {PRICE_MAX} cents"));
            }
        }
        Ok(())
    }
}
