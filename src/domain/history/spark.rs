//! A line of bars: how durations went up and down.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar a value, the largest the highest; a value that was not measured is a dot. The scale
/// begins at 0, so that times that are nearly the same look so.
#[must_use]
pub fn line(values: &[Option<f64>]) -> String {
    let highest = values.iter().flatten().fold(0.0, |highest: f64, value| highest.max(*value));
    let bar = |value: f64| {
        let of = |step: usize| step + 1 == BARS.len() || value <= highest * SHARES[step];
        (0..BARS.len()).find(|step| of(*step)).map_or(BARS[0], |step| BARS[step])
    };
    values.iter().map(|value| value.map_or('·', bar)).collect()
}

/// The largest share of the highest value for each bar.
const SHARES: [f64; 8] = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_shares_of_the_highest() {
        let some = |values: &[f64]| values.iter().map(|it| Some(*it)).collect::<Vec<_>>();
        assert_eq!(line(&[]), "");
        assert_eq!(line(&[None, None]), "··");
        assert_eq!(line(&some(&[0.0, 0.0])), "▁▁");
        assert_eq!(line(&some(&[300.0, 310.0, 305.0])), "███");
        assert_eq!(line(&some(&[52_000.0, 310.0, 305.0])), "█▁▁");
        let mut rising = some(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(line(&rising), "▁▂▃▄▅▆▇█");
        rising[1] = None;
        assert_eq!(line(&rising), "▁·▃▄▅▆▇█");
    }
}
