//! Whether shocks are becoming rarer, in a sentence.

use hashquake_base::format::decimal;
use hashquake_explain::frequency::{DEEP_RETARGET_PERCENT, Frequency};

/// The answer, made from the numbers.
pub fn becoming_rarer(found: &Frequency) -> String {
    let atlas = found.sizes.first().map_or(String::new(), |s| {
        let size = decimal(s.loss_at_least_percent, 0);
        let what = format!("The atlas's shocks of {size} % and more");
        format!("{}; ", s.counted.trend.sentence(&what))
    });
    let deep = decimal(DEEP_RETARGET_PERCENT, 0);
    let what = format!("retargets of {deep} % or lower");
    let chain = found.deep_retargets.trend.sentence(&what);
    format!("Are interruptions becoming rarer? {atlas}{chain}.")
}
