//! Linear assignments, by the Hungarian method with potentials.

/// The assignment of a matrix `[height, width]` with the largest sum, as ones: an entry in each of the fewer of rows and columns, no two in one of the
/// others; and its sum. An entry of `-infinity` is never taken. O(h w min(h, w)).
///
/// # Panics
/// Where `theta` has not `height width` elements, or entries of `-infinity` leave no assignment.
#[must_use]
pub fn assignment(theta: &[f64], [height, width]: [usize; 2]) -> (f64, Vec<f64>) {
    assert_eq!(theta.len(), height * width);
    let (rows, columns) = (height.min(width), height.max(width));
    let index = |row: usize, column: usize| if height <= width { row * width + column } else { column * width + row };
    let mut u = vec![0.0; rows];
    let mut v = vec![0.0; columns];
    let mut holder = vec![None; columns];
    for new in 0..rows {
        let mut slack = vec![f64::INFINITY; columns];
        let mut parent = vec![new; columns];
        let mut passed = vec![false; columns];
        let (mut row, mut distance) = (new, 0.0);
        let free = loop {
            for column in (0..columns).filter(|&column| !passed[column]) {
                let by_row = distance - theta[index(row, column)] - u[row] - v[column];
                if by_row < slack[column] {
                    slack[column] = by_row;
                    parent[column] = row;
                }
            }
            let open = (0..columns).filter(|&column| !passed[column] && slack[column] < f64::INFINITY);
            let nearest = open.min_by(|&a, &b| slack[a].total_cmp(&slack[b])).expect("an assignment");
            distance = slack[nearest];
            passed[nearest] = true;
            match holder[nearest] {
                Some(next) => row = next,
                None => break nearest,
            }
        };
        u[new] += distance;
        for column in (0..columns).filter(|&column| passed[column]) {
            v[column] -= distance - slack[column];
            if let Some(row) = holder[column] {
                u[row] += distance - slack[column];
            }
        }
        let mut column = free;
        loop {
            let row = parent[column];
            let before = (0..columns).find(|&other| holder[other] == Some(row));
            holder[column] = Some(row);
            match before {
                Some(before) => column = before,
                None => break,
            }
        }
    }
    let mut solution = vec![0.0; theta.len()];
    let mut sum = 0.0;
    for (column, holder) in holder.iter().enumerate() {
        if let Some(row) = *holder {
            solution[index(row, column)] = 1.0;
            sum += theta[index(row, column)];
        }
    }
    (sum, solution)
}

#[cfg(test)]
mod tests {
    use super::assignment;

    /// The largest sum over all choices for the rows from `row` on.
    fn best(theta: &[f64], width: usize, row: usize, taken: &mut Vec<usize>) -> f64 {
        if row * width == theta.len() {
            return 0.0;
        }
        let mut most = f64::NEG_INFINITY;
        for column in 0..width {
            if !taken.contains(&column) {
                taken.push(column);
                most = most.max(theta[row * width + column] + best(theta, width, row + 1, taken));
                taken.pop();
            }
        }
        most
    }

    #[test]
    fn no_other_choice_is_better() {
        let mut state = 1_u64;
        let mut number = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
        };
        for [height, width] in [[1, 1], [2, 2], [3, 5], [5, 5], [6, 6], [2, 7]] {
            for _ in 0..50 {
                let theta: Vec<f64> = (0..height * width).map(|_| number()).collect();
                let expected = best(&theta, width, 0, &mut Vec::new());
                let (sum, solution) = assignment(&theta, [height, width]);
                assert!((sum - expected).abs() < 1e-12);
                assert_eq!(solution.iter().sum::<f64>().to_bits(), (height as f64).to_bits());
                let turned: Vec<f64> = (0..height * width).map(|i| theta[i % height * width + i / height]).collect();
                assert!((assignment(&turned, [width, height]).0 - expected).abs() < 1e-12);
            }
        }
    }
}
