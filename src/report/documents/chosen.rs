//! Which waves are printed.

use crate::domain::{Dataset, LocationIx, WaveIx};

/// The waves whose documents are wanted.
pub struct Chosen {
    waves: Vec<bool>,
    location: Option<LocationIx>,
    is_by_wave: bool,
}

impl Chosen {
    /// All of them.
    pub fn all(dataset: &Dataset) -> Self {
        Self {
            waves: vec![true; dataset.waves.len()],
            location: None,
            is_by_wave: false,
        }
    }

    /// Those of a location, and those of a name or of a departure that begins so, such as `2026-11-23`.
    ///
    /// # Errors
    /// No such location or wave, with what there is.
    pub fn of(
        dataset: &Dataset,
        location: Option<&str>,
        wave: Option<&str>,
    ) -> Result<Self, String> {
        let place = location.map(|id| find(dataset, id)).transpose()?;
        let is_chosen = |at: &WaveIx| {
            let found = &dataset.waves[at.ix()];
            let zone = &dataset.locations[found.location.ix()].time_zone;
            let departure = super::super::sheet::time_text(found.departs, zone);
            let is_there = place.is_none_or(|place| place == found.location);
            is_there && wave.is_none_or(|wave| *found.name == *wave || departure.starts_with(wave))
        };
        let waves: Vec<bool> = (0..dataset.waves.len())
            .map(|at| is_chosen(&WaveIx::new(at)))
            .collect();
        match wave {
            Some(wave) if !waves.contains(&true) => Err(format!(
                "no wave is called `{wave}` and none departs then; the waves are called {}",
                names(dataset, place)
            )),
            _ => Ok(Self {
                waves,
                location: place,
                is_by_wave: wave.is_some(),
            }),
        }
    }

    pub(super) fn has(&self, wave: WaveIx) -> bool {
        self.waves[wave.ix()]
    }

    /// Whether goods that come back to a location are told: they belong to no wave.
    pub(super) fn has_returns_to(&self, location: LocationIx) -> bool {
        !self.is_by_wave && self.location.is_none_or(|only| only == location)
    }
}

fn find(dataset: &Dataset, id: &str) -> Result<LocationIx, String> {
    let locations = &dataset.locations;
    let found = locations.binary_search_by(|it| (*it.id).cmp(id));
    found.map(LocationIx::new).map_err(|_| {
        let ids: Vec<&str> = locations.iter().map(|it| &*it.id).collect();
        format!(
            "there is no location `{id}`; the locations are {}",
            ids.join(", ")
        )
    })
}

fn names(dataset: &Dataset, place: Option<LocationIx>) -> String {
    let there = |wave: &&crate::domain::Wave| place.is_none_or(|place| place == wave.location);
    let mut names: Vec<&str> = dataset
        .waves
        .iter()
        .filter(there)
        .map(|it| &*it.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
