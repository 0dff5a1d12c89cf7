//! Nearest neighbours under half the squared Euclidean distance, on the CPU: too little work for a GPU to help.

use super::nearest::Neighbour;
use super::split::Split;
use crate::progress::Progress;
use crate::series::Series;

/// The nearest training series of each test series.
pub(super) fn nearest(split: &Split) -> Vec<Neighbour> {
    let progress = Progress::new("pairs", split.pairs());
    let of_one = |test: &Series| {
        let distances = split.train.series.iter().map(|train| half_squared_distance(&test.values, &train.values));
        let nearest = Neighbour::of(distances);
        progress.advance(split.train.series.len() as u64);
        nearest
    };
    split.test.series.iter().map(of_one).collect()
}

fn half_squared_distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2));
    squares.sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::half_squared_distance;

    #[test]
    fn half_the_sum_of_squares() {
        assert!((half_squared_distance(&[1.0, 2.0, 3.0], &[1.0, 4.0, 0.0]) - 6.5).abs() < 1e-12);
    }
}
