//! Writes the tables of a folder; the long ones shard by shard.

use hashquake_sim::ensemble::blocks::take_arm;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::shard::{Column, Keep, Row, read_path};
use hashquake_sim::ensemble::summary::SimulationSummary;
use hashquake_sim::output::Layout;

use super::folder::Folder;
use crate::tables::catalogue::Table;
use crate::tables::fill;
use crate::tables::store::Store;
use crate::tables::values::Values;
use crate::tables::write::{Format, Writer, replace};

/// A finished simulation.
pub struct Filled<'a> {
    pub summary: &'a SimulationSummary,
    pub rows: &'a [Row],
    pub layout: &'a Layout,
    pub keep: &'a Keep,
    pub plan: Plan,
}

impl Filled<'_> {
    /// Writes every table into the folder.
    pub fn write(&self, folder: &Folder, store: &Store, format: Format) -> anyhow::Result<()> {
        let table =
            |table: Table, batches: &mut dyn Iterator<Item = anyhow::Result<Vec<Values>>>| {
                let fields = table.fields(Some(self.layout));
                replace(&folder.table(table, format), |file| {
                    let mut writer = Writer::new(file, &fields, format)?;
                    for batch in batches {
                        writer.batch(batch?)?;
                    }
                    writer.finish()
                })
            };
        let one = |values: Vec<Values>| std::iter::once(Ok(values));
        let runs = fill::runs(self.rows, self.layout, self.summary.seed);
        table(Table::Runs, &mut one(runs))?;
        table(Table::Retargets, &mut one(fill::retargets(self.rows)))?;
        let series = self.summary.series.iter();
        table(Table::Series, &mut series.map(|s| Ok(fill::series(s))))?;
        table(Table::Summary, &mut one(fill::summary(self.summary)))?;
        let shards = || 0..self.plan.shards();
        let network = |c: &Column| matches!(c, Column::Network(_));
        table(
            Table::Paths,
            &mut shards().map(|s| {
                let kept = self.kept(store, s, network)?;
                Ok(fill::paths(self.plan.span(s).start, &kept, self.layout))
            }),
        )?;
        if !self.keep.paths.iter().all(network) {
            table(
                Table::Regions,
                &mut shards().map(|s| {
                    let kept = self.kept(store, s, |c| !network(c))?;
                    Ok(fill::regions(self.plan.span(s).start, &kept, self.layout))
                }),
            )?;
        }
        if self.keep.blocks {
            table(
                Table::Blocks,
                &mut shards().flat_map(|s| self.blocks(store, s)),
            )?;
        }
        Ok(())
    }

    /// A batch a run: a shard's blocks all at once would be millions of rows.
    fn blocks(
        &self,
        store: &Store,
        shard: u32,
    ) -> impl Iterator<Item = anyhow::Result<Vec<Values>>> {
        let mut section = Some(store.section(shard, self.keep.blocks_at()));
        let mut bytes = Vec::new();
        let mut read = 0;
        self.plan.span(shard).map(move |run| {
            if let Some(section) = section.take() {
                bytes = section?;
            }
            let mut left = &bytes[read..];
            let arms = [take_arm(&mut left)?, take_arm(&mut left)?];
            read = bytes.len() - left.len();
            Ok(fill::blocks(run, &arms, self.layout))
        })
    }

    fn kept(
        &self,
        store: &Store,
        shard: u32,
        wanted: impl Fn(&Column) -> bool,
    ) -> anyhow::Result<Vec<fill::Kept>> {
        let columns = self.keep.paths.iter().enumerate();
        columns
            .filter(|(_, c)| wanted(c))
            .map(|(i, _)| {
                let bytes = store.section(shard, self.keep.path_at(i))?;
                Ok(read_path(&bytes, self.layout.steps)?)
            })
            .collect()
    }
}
