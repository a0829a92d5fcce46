//! Why an option is impossible.

/// Why a location cannot serve a line, from the most general to the most particular: the last one
/// is what stood nearest to success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No location holds the SKU, now or in time within the horizon.
    NoStock,
    /// Locations with stock are closed by the scenario.
    LocationClosed,
    /// Locations with stock lack the special handling it needs.
    Handling,
    /// No wave departs after grace period, schedule and lead time within the horizon.
    NoWaveInTime,
    /// Every wave in time falls in a downtime.
    Downtime,
    /// No transfer leads to the pick-up store.
    NoTransfer,
    /// No rate card leads to the destination.
    NoRate,
    /// The services bought do not serve it.
    ServiceNotBought,
    /// A unit is longer or thicker than the services take.
    TooLarge,
    /// A unit is heavier than every weight band.
    TooHeavy,
    /// A carrier whose rate card reaches the destination cannot do the special handling.
    CarrierHandling,
    /// Ship-complete, and something of it cannot ship in full.
    ShipComplete,
}

impl Reason {
    /// Code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoStock => "no_stock",
            Self::LocationClosed => "location_closed",
            Self::Handling => "handling",
            Self::NoWaveInTime => "no_wave_in_time",
            Self::Downtime => "downtime",
            Self::NoTransfer => "no_transfer",
            Self::NoRate => "no_rate",
            Self::ServiceNotBought => "service_not_bought",
            Self::TooLarge => "too_large",
            Self::TooHeavy => "too_heavy",
            Self::CarrierHandling => "carrier_handling",
            Self::ShipComplete => "ship_complete",
        }
    }
}
