//! Chance that can be had again: the same seed gives the same scripts.

/// A sequence of numbers, by `SplitMix64`.
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of one case of a seed.
    pub(crate) fn of(seed: u64, case: u64) -> Self {
        Self(seed ^ case.wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// A number below a bound; 0 if that is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let z = z ^ (z >> 31);
        usize::try_from(z % bound.max(1) as u64).unwrap_or(0)
    }

    /// One of some things.
    pub(crate) fn of_all<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        all.get(self.below(all.len()))
    }
}
