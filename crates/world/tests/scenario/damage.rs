//! Nothing that is written into a scenario makes its reader panic.

use crate::files::{BASE, resolve};
use hashquake_world::scenario::{Source, library, read};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), set in ".{0,40}") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let _ = resolve(&[("x", &text)], &[&set]);
        let _ = resolve(&[("x", BASE)], &[&set]);
    }

    #[test]
    fn no_damage_to_a_scenario_makes_it_panic(
        which in 0..library::FILES.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}=\"'0-9a-zé¤ .,%/#\n-]{0,6}", 0usize..12), 1..5),
    ) {
        let mut text: Vec<char> = library::FILES[which].1.chars().collect();
        for (at, insert, remove) in cuts {
            let at = at.index(text.len() + 1);
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let source = Source { name: "x".into(), text: text.into_iter().collect() };
        let set = ["events.cut.severity=0.1".to_string()];
        for sets in [&set[..0], &set[..]] {
            if let Err(e) = read(&source, sets, &library::load) {
                prop_assert!(!e.list.is_empty());
            }
        }
    }

    #[test]
    fn what_reads_keeps_its_bounds(low in -0.5..1.5f64, width in 0.001..1.0f64) {
        let distribution = format!("severity = {{ uniform = [{low}, {}] }}", low + width);
        let text = BASE.replace("severity = 0.5", &distribution);
        let inside = low >= 0.0 && low + width <= 1.0;
        prop_assert_eq!(resolve(&[("x", &text)], &[]).is_ok(), inside);
    }
}
