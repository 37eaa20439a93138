//! The grid (submodel 3): who is cut when not all can have power.
//!
//! Machines stand in classes; so much as must go is taken from the first class, in it from all alike, and
//! only when that is dark from the next. Rationing takes what is drawn above a cap, registered or
//! unregistered machines first; curtailment takes a share of what could draw, interruptible contracts
//! first. Leaves out ramps: what may run again runs at once, or by the event's own distribution of recovery.

/// Classes that [`cut`] knows, the first to be cut first.
pub const CLASSES: usize = 2;

/// Takes `excess` from the amounts of `members`, class by class; `keep` gets each one's remaining part,
/// as long as `members`. An excess below zero takes nothing, one above the sum takes all.
pub fn cut(
    members: &[usize],
    excess: f64,
    class: impl Fn(usize) -> usize,
    amount: impl Fn(usize) -> f64,
    keep: &mut [f64],
) {
    let mut sums = [0.0; CLASSES];
    for &f in members {
        sums[class(f)] += amount(f);
    }
    let mut left = excess.max(0.0);
    let mut kept = [1.0; CLASSES];
    for (part, sum) in kept.iter_mut().zip(sums) {
        let taken = left.min(sum);
        if sum > 0.0 {
            *part = 1.0 - taken / sum;
        }
        left -= taken;
    }
    for (k, &f) in keep.iter_mut().zip(members) {
        *k = kept[class(f)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_class_is_touched_only_when_the_first_is_dark() {
        let amounts = [30.0, 10.0, 60.0];
        let class = |f: usize| usize::from(f == 2);
        let mut keep = [0.0; 3];
        cut(&[0, 1, 2], 20.0, class, |f| amounts[f], &mut keep);
        assert_eq!(keep, [0.5, 0.5, 1.0]);
        cut(&[0, 1, 2], 70.0, class, |f| amounts[f], &mut keep);
        assert_eq!(keep, [0.0, 0.0, 0.5]);
        cut(&[0, 1, 2], 1e9, class, |f| amounts[f], &mut keep);
        assert_eq!(keep, [0.0, 0.0, 0.0]);
        cut(&[0, 1, 2], -5.0, class, |f| amounts[f], &mut keep);
        assert_eq!(keep, [1.0, 1.0, 1.0]);
    }
}
