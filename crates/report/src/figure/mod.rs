//! The figures of an explanation: SVG twice over, for a wide and a narrow column.
//!
//! One drawing scaled to a telephone has text of five pixels, so each figure is laid out twice, 720 and
//! 340 pixels wide with letters of the same size, and the page shows the one that fits. Nothing is said
//! by colour alone: evidence is solid or hatched, verdicts differ by form and carry their word.
//! Left out: interaction, animation, bitmap output.

pub mod causes;
pub mod fans;
mod frame;
pub mod hashrate;
mod layout;
mod legend;
pub mod map;
pub mod picture;
pub mod pool_losses;
pub mod pools;
pub mod posterior;
pub mod price;
pub mod readme;
pub mod scale;
pub mod series;
pub mod timeline;

use hashquake_explain::explanation::Explanation;
use picture::Figure;

/// Every figure that the explanation has data for, in the order of the argument.
pub fn figures(e: &Explanation) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(posterior::figure(e));
    figures.extend(map::figure(e));
    figures.extend(pool_losses::figure(e));
    figures.extend(causes::figure(e));
    figures.extend(hashrate::figure(e));
    figures.extend(series::figures(e));
    figures.extend(pools::losses(e));
    figures.extend(pools::shares(e));
    figures.extend(timeline::figure(e));
    figures.extend(price::figure(e));
    figures
}
