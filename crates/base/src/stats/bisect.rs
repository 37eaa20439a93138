//! Where a rising function passes a level, by halving.

/// Narrows `low` to `high`, between which `below` turns from true to false, until they are at most `width`
/// apart or no number lies between them; returns both. At most 200 halvings.
pub fn bisect(mut low: f64, mut high: f64, width: f64, below: impl Fn(f64) -> bool) -> (f64, f64) {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if high - low <= width || middle <= low || middle >= high {
            break;
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_root_of_two_is_found_as_near_as_asked() {
        let (low, high) = bisect(1.0, 2.0, 0.0, |x| x * x < 2.0);
        assert!(low * low < 2.0 && high * high >= 2.0 && high == low.next_up());
        let (low, high) = bisect(1.0, 2.0, 0.125, |x| x * x < 2.0);
        assert_eq!((low, high), (1.375, 1.5));
    }
}
