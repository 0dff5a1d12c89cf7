//! Shortest paths on grids, by Dijkstra's algorithm.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A vertex that a path has come to.
#[derive(PartialEq)]
struct Reached {
    distance: f64,
    vertex: usize,
}

impl Eq for Reached {}

impl Ord for Reached {
    /// The nearest is the greatest, for the heap.
    fn cmp(&self, other: &Self) -> Ordering {
        other.distance.total_cmp(&self.distance).then(other.vertex.cmp(&self.vertex))
    }
}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The path through a grid `[height, width]` of parameters, costs with a minus, from its first corner to the opposite one, as ones; and its
/// sum of parameters. Costs below 0 count as 0. With `diagonal`, vertices have eight neighbours, else four.
///
/// # Panics
/// Where `theta` has not `height width` elements, or walls of `-infinity` leave no path.
#[must_use]
pub fn shortest_path(theta: &[f64], [height, width]: [usize; 2], diagonal: bool) -> (f64, Vec<f64>) {
    assert_eq!(theta.len(), height * width);
    let cost = |vertex: usize| (-theta[vertex]).max(0.0);
    let mut distances = vec![f64::INFINITY; theta.len()];
    let mut parents = vec![0; theta.len()];
    distances[0] = cost(0);
    let mut heap = BinaryHeap::from([Reached { distance: cost(0), vertex: 0 }]);
    while let Some(Reached { distance, vertex }) = heap.pop() {
        if distance > distances[vertex] {
            continue;
        }
        let (row, column) = (vertex / width, vertex % width);
        for r in row.saturating_sub(1)..(row + 2).min(height) {
            for c in column.saturating_sub(1)..(column + 2).min(width) {
                let (next, straight) = (r * width + c, r == row || c == column);
                if next != vertex && (diagonal || straight) && distance + cost(next) < distances[next] {
                    distances[next] = distance + cost(next);
                    parents[next] = vertex;
                    heap.push(Reached { distance: distances[next], vertex: next });
                }
            }
        }
    }
    let mut at = theta.len() - 1;
    assert!(distances[at].is_finite(), "no path");
    let mut solution = vec![0.0; theta.len()];
    let mut sum = 0.0;
    loop {
        solution[at] = 1.0;
        sum += theta[at];
        if at == 0 {
            return (sum, solution);
        }
        at = parents[at];
    }
}

#[cfg(test)]
mod tests {
    use super::shortest_path;

    #[test]
    fn a_path_goes_around_what_is_expensive() {
        let theta = [1.0, 9.0, 1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0].map(|cost: f64| -cost);
        assert_eq!(shortest_path(&theta, [3, 3], false), (-5.0, vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0]));
        assert_eq!(shortest_path(&theta, [3, 3], true), (-4.0, vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0]));
    }
}
