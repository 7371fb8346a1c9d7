//! Which lines a filter lets through: a bit each, and how many there are up to every few words, so
//! that the nth is found fast.

/// Words from one count to the next.
const WORDS: usize = 8;

/// A growing row of bits.
#[derive(Clone, Debug, Default)]
pub struct Bitmap {
    words: Vec<u64>,
    /// How many bits are set before each group of words.
    counts: Vec<u64>,
    len: u64,
    set: u64,
}

impl Bitmap {
    /// Adds a bit.
    pub fn push(&mut self, is_set: bool) {
        let (word, bit) = (self.len / 64, self.len % 64);
        if bit == 0 {
            if word.is_multiple_of(WORDS as u64) {
                self.counts.push(self.set);
            }
            self.words.push(0);
        }
        if is_set && let Some(last) = self.words.last_mut() {
            *last |= 1 << bit;
            self.set += 1;
        }
        self.len += 1;
    }

    /// Its bits.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Those that are set.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.set
    }

    /// Whether a bit is set.
    #[must_use]
    pub fn is_set(&self, at: u64) -> bool {
        let word = usize::try_from(at / 64).ok().and_then(|word| self.words.get(word));
        word.is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Where the bit stands that so many set ones are before.
    #[must_use]
    pub fn select(&self, nth: u64) -> Option<u64> {
        if nth >= self.set {
            return None;
        }
        let group = self.counts.partition_point(|count| *count <= nth) - 1;
        let mut left = nth - self.counts[group];
        for (at, word) in self.words.iter().enumerate().skip(group * WORDS) {
            let ones = u64::from(word.count_ones());
            if left < ones {
                let mut word = *word;
                for _ in 0..left {
                    word &= word - 1;
                }
                return Some(at as u64 * 64 + u64::from(word.trailing_zeros()));
            }
            left -= ones;
        }
        None
    }

    /// How many set bits are before one.
    #[must_use]
    pub fn rank(&self, at: u64) -> u64 {
        let at = at.min(self.len);
        let word = usize::try_from(at / 64).unwrap_or(usize::MAX);
        let group = word / WORDS;
        let Some(count) = self.counts.get(group) else { return self.set };
        let whole = self.words[group * WORDS..word].iter().map(|it| u64::from(it.count_ones()));
        let part = self.words.get(word).map_or(0, |it| it & ((1_u64 << (at % 64)) - 1));
        count + whole.sum::<u64>() + u64::from(part.count_ones())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Bitmap;

    proptest! {
        #[test]
        fn it_counts_as_one_would_by_hand(bits in proptest::collection::vec(any::<bool>(), 0..3000)) {
            let mut bitmap = Bitmap::default();
            for bit in &bits {
                bitmap.push(*bit);
            }
            let set: Vec<u64> = (0..).zip(&bits).filter(|(_, bit)| **bit).map(|(at, _)| at).collect();
            prop_assert_eq!(bitmap.count(), set.len() as u64);
            for (nth, at) in set.iter().enumerate() {
                prop_assert_eq!(bitmap.select(nth as u64), Some(*at));
            }
            prop_assert_eq!(bitmap.select(set.len() as u64), None);
            for at in 0..=bits.len() {
                prop_assert_eq!(bitmap.is_set(at as u64), bits.get(at).is_some_and(|bit| *bit));
                let before = bits[..at].iter().filter(|bit| **bit).count();
                prop_assert_eq!(bitmap.rank(at as u64), before as u64);
            }
        }
    }
}
