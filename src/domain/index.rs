//! Indices: what the program counts with once ids have been read.

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The index of position `position`; positions are bounded by the row limit of a table.
            pub fn new(position: usize) -> Self {
                Self(u32::try_from(position).expect("tables hold fewer than 2^32 rows"))
            }
            /// The position in the vector that this indexes.
            pub fn ix(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

index!(
    /// An order in [`Dataset::orders`](super::Dataset::orders).
    OrderIx,
    /// An order line in [`Dataset::lines`](super::Dataset::lines).
    LineIx,
    /// A product in [`Dataset::products`](super::Dataset::products).
    SkuIx,
    /// A location in [`Dataset::locations`](super::Dataset::locations).
    LocationIx,
    /// A wave (one departure of one location) in [`Dataset::waves`](super::Dataset::waves).
    WaveIx,
    /// A carrier's service in [`Dataset::services`](super::Dataset::services).
    ServiceIx,
    /// A zone name in [`Dataset::zones`](super::Dataset::zones).
    ZoneIx,
    /// A destination in [`Dataset::destinations`](super::Dataset::destinations).
    DestinationIx,
    /// A stock cell in [`Dataset::stock`](super::Dataset::stock).
    StockIx,
    /// A transfer lane in [`Dataset::transfers`](super::Dataset::transfers).
    TransferIx,
    /// A lane of the rate cards in [`Dataset::lanes`](super::Dataset::lanes).
    LaneIx,
);
