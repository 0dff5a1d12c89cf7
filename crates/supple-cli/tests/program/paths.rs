//! Every kind of every cost by listing all alignments of two short series, as their definitions say.

/// One series, `[length, channels]`.
#[derive(Clone, Debug)]
pub(crate) struct Short {
    pub(crate) values: Vec<f64>,
    pub(crate) channels: usize,
}

/// Cells that paths may use, by their position and the two lengths.
pub(crate) type Allowed = fn(i: usize, j: usize, n: usize, m: usize) -> bool;

/// What the program is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure<'a> {
    pub(crate) kind: &'a str,
    pub(crate) cost: &'a str,
    pub(crate) gamma: f64,
    pub(crate) allowed: Allowed,
}

impl Short {
    pub(crate) fn new(values: &[f32], channels: usize) -> Self {
        Self { values: values.iter().map(|&value| value.into()).collect(), channels }
    }

    fn length(&self) -> usize {
        self.values.len() / self.channels
    }

    fn step(&self, step: usize) -> &[f64] {
        &self.values[step * self.channels..][..self.channels]
    }
}

impl Measure<'_> {
    pub(crate) fn of(&self, x: &Short, y: &Short) -> f64 {
        let plain = Self { kind: self.kind.strip_suffix("-divergence").unwrap_or("value"), ..*self };
        match self.kind {
            kind if kind.ends_with("divergence") => plain.of(x, y) - plain.of(x, x) / 2.0 - plain.of(y, y) / 2.0,
            kind => {
                let mut sums = Vec::new();
                self.list(x, y, [0, 0], 0.0, &mut sums);
                reduce(kind, &sums, self.gamma)
            }
        }
    }

    /// Appends the cost of every path from a cell to the last, `so_far` being the cost up to the cell.
    fn list(&self, x: &Short, y: &Short, [i, j]: [usize; 2], so_far: f64, sums: &mut Vec<f64>) {
        let (n, m) = (x.length(), y.length());
        if i == n || j == m || !(self.allowed)(i, j, n, m) {
            return;
        }
        let sum = so_far + self.cost(x.step(i), y.step(j));
        if [i, j] == [n - 1, m - 1] {
            sums.push(sum);
            return;
        }
        for next in [[i + 1, j + 1], [i + 1, j], [i, j + 1]] {
            self.list(x, y, next, sum, sums);
        }
    }

    fn cost(&self, x: &[f64], y: &[f64]) -> f64 {
        let sum = |term: fn(f64, f64) -> f64| x.iter().zip(y).map(|(&x, &y)| term(x, y)).sum::<f64>();
        let squares = sum(|x, y| (x - y).powi(2));
        match self.cost {
            "half-squared-euclidean" | "half-squared" => squares / 2.0,
            "squared-euclidean" | "squared" => squares,
            "log-augmented" => {
                let h = squares / 2.0 / self.gamma;
                self.gamma * (h + (2.0 - (-h).exp()).ln())
            }
            "absolute" => sum(|x, y| (x - y).abs()),
            "cosine" => 1.0 - sum(|x, y| x * y) / (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt(),
            other => panic!("no cost {other}"),
        }
    }
}

/// What a kind makes of the costs of all paths.
fn reduce(kind: &str, sums: &[f64], gamma: f64) -> f64 {
    let weights: Vec<f64> = sums.iter().map(|sum| (-sum / gamma).exp()).collect();
    let total: f64 = weights.iter().sum();
    match kind {
        "value" => -gamma * total.ln(),
        "sharp" => sums.iter().zip(&weights).map(|(sum, weight)| sum * weight).sum::<f64>() / total,
        "mean-cost" => sums.iter().sum::<f64>() / sums.len() as f64,
        "hard" => sums.iter().copied().fold(f64::INFINITY, f64::min),
        other => panic!("no kind {other}"),
    }
}
