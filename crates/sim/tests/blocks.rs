//! Single blocks of a simulation: real rules hold for them, and keeping them changes nothing else.

use std::collections::BTreeMap;
use std::sync::Mutex;

use hashquake_base::distribution::Distribution;
use hashquake_base::units::DAY;
use hashquake_chain::blocks::EPOCH;
use hashquake_chain::history;
use hashquake_chain::rules::Rules;
use hashquake_chain::target::CompactTarget;
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::blocks::take_arm;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::run::{Job, shards};
use hashquake_sim::ensemble::shard::Keep;
use hashquake_sim::output::{Arm, Quantity, RegionQuantity, RunBlock, RunRecord, Total};
use hashquake_sim::{Options, Sampler, Simulation, SimulationError};
use hashquake_world::scenario::{BehindCut, Event, EventKind, Filter, Scenario, library};

const DARK_DAYS: i64 = 10;

/// Thirty days, in the first ten of which all of Kazakhstan is dark.
fn dark() -> Scenario {
    let resolved = library::all()
        .into_iter()
        .find(|r| r.scenario.id == "kazakhstan-35-percent-3-weeks");
    let carried = resolved.expect("it is carried").scenario;
    let cut = Event {
        id: "cut".to_string(),
        kind: EventKind::InternetShutdown {
            severity: Distribution::Point(1.0),
            restorations: Vec::new(),
            backup_share: Distribution::Point(0.0),
            backup_growth: None,
            behind_cut: BehindCut::Idle,
        },
        who: Filter {
            regions: vec!["KZ".to_string()],
            ..Filter::default()
        },
        start: Distribution::Point(0.0),
        duration: Some(Distribution::Point((DARK_DAYS * DAY) as f64)),
        recovery: None,
        source: None,
        known_at: None,
        line: 1,
    };
    Scenario {
        end: carried.start + 30 * DAY,
        events: vec![cut],
        ..carried
    }
}

fn plan(sampler: Sampler, keep_blocks: bool) -> Result<Simulation, SimulationError> {
    let options = Options {
        sampler,
        keep_blocks,
        ..Options::default()
    };
    Simulation::known(dark(), history::embedded(), options)
}

fn arms(plan: &Simulation, run: u32) -> [RunRecord; 2] {
    let mut scratch = plan.scratch();
    [Arm::Counterfactual, Arm::Scenario].map(|arm| {
        let mut record = RunRecord::shaped(plan.layout());
        plan.run(run, arm, &mut scratch, &mut record);
        record
    })
}

/// The embedded chain up to the start and the simulated one after it, held against consensus by the rules
/// that real headers are held against: targets follow from header times, and times exceed the median.
#[test]
fn blocks_continue_the_real_chain_by_its_rules() {
    let plan = plan(Sampler::Block, true).unwrap();
    let real = &history::embedded().blocks;
    for run in 0..4 {
        for record in arms(&plan, run) {
            let first = record.blocks[0].height;
            let from = (first / EPOCH - 1) * EPOCH;
            let mut rules = Rules::starting_at(from);
            let at = |height| real.position(height).unwrap();
            for i in at(from)..at(first) {
                rules.push(real.times()[i], real.bits()[i]);
            }
            for block in &record.blocks {
                assert_eq!(block.height, rules.next_height());
                let bits = CompactTarget::from_consensus(block.bits);
                rules.check(block.time, bits).unwrap();
                rules.push(block.time, bits);
            }
            for retarget in &record.retargets {
                let new = &record.blocks[(retarget.height - first) as usize..][..1];
                assert_ne!(new[0].bits, record.blocks[0].bits);
            }
            assert_eq!(record.retargets.len(), 2);
        }
    }
}

#[test]
fn keeping_blocks_changes_no_other_number() {
    let plans = [false, true].map(|keep| plan(Sampler::Block, keep).unwrap());
    for run in 0..3 {
        let [without, with] = plans.each_ref().map(|p| arms(p, run));
        for (without, mut with) in without.into_iter().zip(with) {
            let counted = with.network[Quantity::Blocks as usize].iter().sum::<f32>();
            assert_eq!(with.blocks.len(), counted as usize);
            assert_eq!(
                with.blocks.len() as f64,
                with.totals[Total::Blocks as usize]
            );
            assert!(without.blocks.is_empty());
            with.blocks.clear();
            assert_eq!(format!("{without:?}"), format!("{with:?}"));
        }
    }
}

fn found_by(blocks: &[RunBlock], region: usize) -> usize {
    let by = |b: &&RunBlock| usize::from(b.region) == region;
    blocks.iter().filter(by).count()
}

/// Who is dark finds nothing; who runs finds his share.
#[test]
fn regions_find_blocks_in_proportion_to_what_runs() {
    let plan = plan(Sampler::Block, true).unwrap();
    let layout = plan.layout();
    let kz = layout.regions.iter().position(|r| r == "KZ").unwrap();
    let (mut expected, mut variance, mut found) = (0.0, 0.0, 0.0);
    for run in 0..10 {
        let [counterfactual, scenario] = arms(&plan, run);
        // Headers lag by minutes at most.
        let back = layout.start + DARK_DAYS * DAY - 3600;
        let until = |b: &RunBlock| i64::from(b.time) < back;
        let dark = scenario.blocks.partition_point(until);
        assert!(dark > 800, "{dark}");
        assert_eq!(found_by(&scenario.blocks[..dark], kz), 0);
        assert!(found_by(&scenario.blocks, kz) > 0);
        let steps = 0..layout.steps;
        for step in steps {
            let i = step * layout.regions.len() + kz;
            let share =
                f64::from(counterfactual.regional[RegionQuantity::Share as usize][i]) / 100.0;
            let blocks = f64::from(counterfactual.network[Quantity::Blocks as usize][step]);
            expected += blocks * share;
            variance += blocks * share * (1.0 - share);
        }
        found += found_by(&counterfactual.blocks, kz) as f64;
    }
    let off = (found - expected) / libm::sqrt(variance);
    assert!(expected > 3000.0 && off.abs() < 3.5, "{found} {expected}");
}

#[test]
fn strides_have_no_single_blocks() {
    let told = plan(Sampler::Leap, true).unwrap_err();
    assert_eq!(told, SimulationError::NoBlocks);
    assert!(told.to_string().contains("choose the sampler `block`"));
}

#[test]
fn shards_carry_blocks_whatever_the_threads() {
    let simulation = plan(Sampler::Block, true).unwrap();
    let plan = Plan::new(40);
    let keep = Keep {
        blocks: true,
        ..Keep::rows()
    };
    let jobs: Vec<_> = (0..plan.shards())
        .map(|s| Job {
            shard: s,
            simulator: &simulation,
            runs: plan.span(s),
        })
        .collect();
    let computed = |threads| {
        let taken = Mutex::new(BTreeMap::new());
        let take = |s, sections| {
            taken.lock().unwrap().insert(s, sections);
            Ok::<(), ()>(())
        };
        shards(&jobs, &keep, Some(threads), || (), take).unwrap();
        taken.into_inner().unwrap()
    };
    let one = computed(1);
    assert!(one.values().all(|s| s.len() == keep.sections()));
    assert_eq!(one, computed(2));
    let mut bytes = &one[&1][keep.blocks_at()][..];
    for run in plan.span(1) {
        for record in arms(&simulation, run) {
            assert_eq!(take_arm(&mut bytes).unwrap(), record.blocks);
        }
    }
    assert!(bytes.is_empty());
}
