//! How the hashrate moves between two blocks: the two regimes of the filter, as operators on a lattice.
//!
//! The log hashrate θ walks; calm, by 0.9 % in a day; turbulent, by 6 %. Calm turns turbulent once in
//! 120 days, and then θ jumps by a Laplace distribution of scale 0.20; turbulence ends after ten
//! days. With p₀, p₁ the masses of the two regimes, K the walks, J the jump, one block takes
//!
//! ```text
//! q₀ = K₀ [(1−a) p₀ + b p₁]        a = onset · dt
//! q₁ = (1−b) K₁ p₁ + a J p₀        b = relief · dt
//! ```
//!
//! K is a three-point kernel with the walk's variance (steps are shorter than a cell), reflecting at the
//! edges; J is ρ^|i−j| (1−ρ)/(1+ρ), ρ = e^(−step/scale), by one recursion in each direction, and what it
//! throws over the edge is lost: three in 10⁴ of the jumps from the middle. On 2020–2024 a lattice of
//! ±4 moves the mean of ln hashrate by less than 3·10⁻⁶ at 99 % of blocks, and by 0.02 at the worst, for
//! four blocks after a run of eight short intervals. All three are symmetric matrices, so
//! the adjoint that the smoother needs is the same kernels with a and b exchanged across the regimes, exact
//! at the edges too.

/// The model's constants. The default is that of docs/science.md, fixed before the real chain was scored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Walk of ln hashrate in calm, standard deviation over a day.
    pub calm_sd_per_day: f64,
    /// Walk of ln hashrate in turbulence, standard deviation over a day.
    pub turbulent_sd_per_day: f64,
    /// Rate at which calm turns turbulent, per day.
    pub onset_per_day: f64,
    /// Rate at which turbulence ends, per day.
    pub relief_per_day: f64,
    /// Scale of the Laplace jump of ln hashrate at an onset.
    pub jump_scale: f64,
    /// Cell of the lattice of ln hashrate.
    pub step: f64,
    /// Half the lattice's width in ln hashrate.
    pub half_width: f64,
    /// Time that passes with a block, days: expected, not the interval's own.
    pub block_days: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            calm_sd_per_day: 0.009,
            turbulent_sd_per_day: 0.06,
            onset_per_day: 1.0 / 120.0,
            relief_per_day: 1.0 / 10.0,
            jump_scale: 0.20,
            step: 0.01,
            half_width: 1.6,
            block_days: 1.0 / 144.0,
        }
    }
}

impl Parameters {
    /// Number of cells of the lattice: odd, the middle one on the centre.
    pub fn cells(&self) -> usize {
        2 * (self.half_width / self.step + 0.5) as usize + 1
    }

    /// Chance that one block's time ends calm.
    pub fn onset(&self) -> f64 {
        self.onset_per_day * self.block_days
    }

    /// Chance that one block's time ends turbulence.
    pub fn relief(&self) -> f64 {
        self.relief_per_day * self.block_days
    }
}

/// A symmetric three-point kernel.
#[derive(Clone, Copy, Debug)]
struct Walk {
    stay: f64,
    side: f64,
}

impl Walk {
    fn new(sd_per_day: f64, p: &Parameters) -> Self {
        let side = sd_per_day * sd_per_day * p.block_days / (2.0 * p.step * p.step);
        assert!(
            side <= 0.5,
            "a walk of {sd_per_day} a day outruns cells of {}",
            p.step
        );
        Self {
            stay: 1.0 - 2.0 * side,
            side,
        }
    }

    fn scaled(self, by: f64) -> Self {
        Self {
            stay: self.stay * by,
            side: self.side * by,
        }
    }
}

/// One value a cell and regime, with a margin cell at either end.
#[derive(Clone, Debug)]
pub struct Field {
    calm: Vec<f64>,
    turbulent: Vec<f64>,
}

impl Field {
    /// The same value in all `cells` of a regime.
    pub fn uniform(cells: usize, calm: f64, turbulent: f64) -> Self {
        Self {
            calm: vec![calm; cells + 2],
            turbulent: vec![turbulent; cells + 2],
        }
    }

    /// Values of the calm regime.
    pub fn calm(&self) -> &[f64] {
        &self.calm[1..self.calm.len() - 1]
    }

    /// Values of the turbulent regime.
    pub fn turbulent(&self) -> &[f64] {
        &self.turbulent[1..self.turbulent.len() - 1]
    }

    /// Moves the lattice up by `cells` under the values: `new[g] = old[g + cells]`, zero where there was
    /// no old one.
    pub fn shift(&mut self, cells: i64) {
        for values in [&mut self.calm, &mut self.turbulent] {
            let last = values.len() - 1;
            let inner = &mut values[1..last];
            let by = (cells.unsigned_abs() as usize).min(inner.len());
            let len = inner.len();
            if cells >= 0 {
                inner.copy_within(by.., 0);
                inner[len - by..].fill(0.0);
            } else {
                inner.copy_within(..len - by, by);
                inner[..by].fill(0.0);
            }
        }
    }

    /// Copies `other`, without allocating.
    pub fn copy_from(&mut self, other: &Self) {
        self.calm.copy_from_slice(&other.calm);
        self.turbulent.copy_from_slice(&other.turbulent);
    }
}

/// One block's time, forward and adjoint, with its working memory.
#[derive(Clone, Debug)]
pub struct Transition {
    onset: f64,
    relief: f64,
    calm_walk: Walk,
    turbulent_walk: Walk,
    decay: [f64; 4],
    jump_norm: f64,
    source: Field,
    up: Vec<f64>,
    down: Vec<f64>,
}

impl Transition {
    /// For the given constants.
    ///
    /// # Panics
    /// When a regime's walk over one block is longer than a cell: a caller's mistake.
    pub fn new(p: &Parameters) -> Self {
        let rho = libm::exp(-p.step / p.jump_scale);
        Self {
            onset: p.onset(),
            relief: p.relief(),
            calm_walk: Walk::new(p.calm_sd_per_day, p),
            turbulent_walk: Walk::new(p.turbulent_sd_per_day, p),
            decay: [rho, rho * rho, rho * rho * rho, rho * rho * rho * rho],
            jump_norm: (1.0 - rho) / (1.0 + rho),
            source: Field::uniform(p.cells(), 0.0, 0.0),
            up: vec![0.0; p.cells()],
            down: vec![0.0; p.cells()],
        }
    }

    /// Replaces the masses p by L·(scale · the transition of p): one block's time, then its likelihood.
    /// Returns the sums of the two regimes.
    pub fn forward(&mut self, p: &mut Field, likelihood: &[f64], scale: f64) -> (f64, f64) {
        laplace(p.calm(), &self.decay, &mut self.up, &mut self.down);
        mix(
            (&p.calm, (1.0 - self.onset) * scale),
            (&p.turbulent, self.relief * scale),
            &mut self.source.calm,
        );
        self.source.turbulent.copy_from_slice(&p.turbulent);
        reflect(&mut self.source.calm);
        reflect(&mut self.source.turbulent);
        let cells = likelihood.len();
        let jump = self.onset * self.jump_norm * scale;
        let walk = self.turbulent_walk.scaled((1.0 - self.relief) * scale);
        walk_calm(
            &self.source.calm,
            self.calm_walk,
            likelihood,
            &mut p.calm[1..=cells],
        );
        walk_turbulent(
            (&self.source.turbulent, walk),
            (&self.up, &self.down, jump),
            likelihood,
            &mut p.turbulent[1..=cells],
        );
        (sum(p.calm()), sum(p.turbulent()))
    }

    /// Replaces β by the adjoint transition of scale · L · β: from what follows a block to what follows
    /// the one before.
    pub fn adjoint(&mut self, beta: &mut Field, likelihood: &[f64], scale: f64) {
        let cells = likelihood.len();
        weigh(
            beta.calm(),
            likelihood,
            scale,
            &mut self.source.calm[1..=cells],
        );
        weigh(
            beta.turbulent(),
            likelihood,
            scale,
            &mut self.source.turbulent[1..=cells],
        );
        reflect(&mut self.source.calm);
        reflect(&mut self.source.turbulent);
        laplace(
            self.source.turbulent(),
            &self.decay,
            &mut self.up,
            &mut self.down,
        );
        adjoint_walks(
            &self.source,
            (self.calm_walk, self.onset, self.relief),
            self.turbulent_walk.scaled(1.0 - self.relief),
            (&self.up, &self.down, self.onset * self.jump_norm),
            beta,
        );
    }
}

fn reflect(values: &mut [f64]) {
    let last = values.len() - 1;
    values[0] = values[1];
    values[last] = values[last - 1];
}

fn mix(a: (&[f64], f64), b: (&[f64], f64), out: &mut [f64]) {
    for ((out, x), y) in out.iter_mut().zip(a.0).zip(b.0) {
        *out = a.1 * x + b.1 * y;
    }
}

fn weigh(values: &[f64], likelihood: &[f64], scale: f64, out: &mut [f64]) {
    for ((out, v), l) in out.iter_mut().zip(values).zip(likelihood) {
        *out = scale * v * l;
    }
}

fn walk_calm(source: &[f64], walk: Walk, likelihood: &[f64], out: &mut [f64]) {
    let n = out.len();
    let (left, here, right) = (&source[..n], &source[1..=n], &source[2..n + 2]);
    let likelihood = &likelihood[..n];
    for g in 0..n {
        out[g] = likelihood[g] * (walk.stay * here[g] + walk.side * (left[g] + right[g]));
    }
}

fn walk_turbulent(
    (source, walk): (&[f64], Walk),
    (up, down, jump): (&[f64], &[f64], f64),
    likelihood: &[f64],
    out: &mut [f64],
) {
    let n = out.len();
    let (left, here, right) = (&source[..n], &source[1..=n], &source[2..n + 2]);
    let (likelihood, up, down) = (&likelihood[..n], &up[..n], &down[..n]);
    for g in 0..n {
        let walked = walk.stay * here[g] + walk.side * (left[g] + right[g]);
        out[g] = likelihood[g] * (walked + jump * (up[g] + down[g]));
    }
}

fn adjoint_walks(
    source: &Field,
    (calm_walk, onset, relief): (Walk, f64, f64),
    turbulent_walk: Walk,
    (up, down, jump): (&[f64], &[f64], f64),
    out: &mut Field,
) {
    let n = up.len();
    let down = &down[..n];
    let (calm, turbulent) = (&source.calm, &source.turbulent);
    let (c_left, c_here, c_right) = (&calm[..n], &calm[1..=n], &calm[2..n + 2]);
    let (t_left, t_here, t_right) = (&turbulent[..n], &turbulent[1..=n], &turbulent[2..n + 2]);
    let (out_calm, out_turbulent) = (&mut out.calm[1..=n], &mut out.turbulent[1..=n]);
    for g in 0..n {
        let calm = calm_walk.stay * c_here[g] + calm_walk.side * (c_left[g] + c_right[g]);
        let turbulent =
            turbulent_walk.stay * t_here[g] + turbulent_walk.side * (t_left[g] + t_right[g]);
        out_calm[g] = (1.0 - onset) * calm + jump * (up[g] + down[g]);
        out_turbulent[g] = relief * calm + turbulent;
    }
}

/// Σⱼ ρ^|i−j| pⱼ as the sum of two recursions, `up` over j ≤ i and `down` over j > i, with the powers of
/// ρ in `decay`. Both run in one loop, four cells at a time, so that neither waits for the other and the
/// chain of dependent operations is one multiplication and one addition for every four cells.
fn laplace(p: &[f64], decay: &[f64; 4], up: &mut [f64], down: &mut [f64]) {
    let [r1, r2, r3, r4] = *decay;
    let n = p.len();
    let whole = n - n % 4;
    let mut falling = 0.0;
    for g in (whole..n).rev() {
        down[g] = r1 * falling;
        falling = r1 * falling + p[g];
    }
    let mut rising = 0.0;
    let ups = p[..whole].chunks_exact(4).zip(up.chunks_exact_mut(4));
    let downs = p[..whole].chunks_exact(4).zip(down.chunks_exact_mut(4));
    for ((p, up), (q, down)) in ups.zip(downs.rev()) {
        let b = r1 * p[0] + p[1];
        let c = r1 * b + p[2];
        let d = r1 * c + p[3];
        up[0] = r1 * rising + p[0];
        up[1] = r2 * rising + b;
        up[2] = r3 * rising + c;
        rising = r4 * rising + d;
        up[3] = rising;
        let c = r1 * q[3];
        let b = r1 * (c + q[2]);
        let a = r1 * (b + q[1]);
        down[3] = r1 * falling;
        down[2] = r2 * falling + c;
        down[1] = r3 * falling + b;
        down[0] = r4 * falling + a;
        falling = r4 * falling + (a + q[0]);
    }
    for g in whole..n {
        rising = r1 * rising + p[g];
        up[g] = rising;
    }
}

/// Σ in four interleaved partial sums.
pub(crate) fn sum(values: &[f64]) -> f64 {
    let chunks = values.chunks_exact(4);
    let rest: f64 = chunks.remainder().iter().sum();
    let mut part = [0.0; 4];
    for c in chunks {
        for k in 0..4 {
            part[k] += c[k];
        }
    }
    (part[0] + part[1]) + (part[2] + part[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Parameters {
        Parameters {
            half_width: 0.11,
            jump_scale: 0.03,
            onset_per_day: 20.0,
            relief_per_day: 30.0,
            ..Parameters::default()
        }
    }

    fn unit(cells: usize, at: usize) -> Field {
        let mut field = Field::uniform(cells, 0.0, 0.0);
        if at < cells {
            field.calm[1 + at] = 1.0;
        } else {
            field.turbulent[1 + at - cells] = 1.0;
        }
        field
    }

    fn values(field: &Field) -> Vec<f64> {
        [field.calm(), field.turbulent()].concat()
    }

    /// ⟨β, T p⟩ = ⟨Tᵀ β, p⟩ for every pair of cells and regimes, edges included.
    #[test]
    fn the_backward_pass_is_the_adjoint_of_the_forward_one() {
        let parameters = small();
        let cells = parameters.cells();
        let ones = vec![1.0; cells];
        let mut transition = Transition::new(&parameters);
        let columns: Vec<Vec<f64>> = (0..2 * cells)
            .map(|from| {
                let mut p = unit(cells, from);
                transition.forward(&mut p, &ones, 1.0);
                values(&p)
            })
            .collect();
        for to in 0..2 * cells {
            let mut beta = unit(cells, to);
            transition.adjoint(&mut beta, &ones, 1.0);
            for (got, column) in values(&beta).into_iter().zip(&columns) {
                assert!((got - column[to]).abs() < 1e-15, "to {to}");
            }
        }
    }

    /// Away from the edges no mass is lost, the walk has its variance and the jump its own: 2 scale².
    #[test]
    fn a_block_moves_mass_as_the_model_says() {
        let p = Parameters::default();
        let (cells, middle) = (p.cells(), p.cells() / 2);
        let mut field = unit(cells, middle);
        Transition::new(&p).forward(&mut field, &vec![1.0; cells], 1.0);
        let moments = |values: &[f64]| {
            let place = |g: usize| (g as f64 - middle as f64) * p.step;
            let mass: f64 = values.iter().sum();
            let second = values.iter().enumerate();
            let second: f64 = second.map(|(g, v)| v * place(g) * place(g)).sum();
            (mass, second / mass)
        };
        let (calm, walked) = moments(field.calm());
        let (turbulent, jumped) = moments(field.turbulent());
        assert!((calm - (1.0 - 1.0 / 17_280.0)).abs() < 1e-12);
        assert!((turbulent * 17_280.0 - 1.0).abs() < 4e-4);
        assert!((walked / (0.009 * 0.009 / 144.0) - 1.0).abs() < 1e-9);
        assert!((jumped / (2.0 * 0.2 * 0.2) - 1.0).abs() < 0.02, "{jumped}");
    }
}
