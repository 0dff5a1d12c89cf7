use super::*;

#[test]
fn ranks_are_counted_one_by_one() {
    let x: Vec<f64> = noise(30, 50).iter().map(|x| (5.0 * x).round()).collect();
    for direction in DIRECTIONS {
        let before = |a: f64, b: f64| if direction == Direction::Ascending { a < b } else { a > b };
        let below = |i: usize| x.iter().filter(|a| before(**a, x[i])).count() as f64;
        let equal = |range: std::ops::Range<usize>, i: usize| x[range].iter().filter(|a| **a == x[i]).count() as f64;
        let average: Vec<f64> = (0..50).map(|i| below(i) + f64::midpoint(equal(0..50, i), 1.0)).collect();
        assert_eq!(rank(&x, direction, Ties::Average), average);
        let ordinal: Vec<f64> = (0..50).map(|i| below(i) + equal(0..i, i) + 1.0).collect();
        assert_eq!(rank(&x, direction, Ties::Ordinal), ordinal);
    }
}

#[test]
fn derivatives_of_sorting_are_finite_differences() {
    let x = noise(31, 20);
    for direction in DIRECTIONS {
        assert_derivatives(
            &x,
            |x| sort(x, direction),
            |g| sort_vjp(&x, direction, g),
            |t| sort_jvp(&x, direction, t),
            1e-9,
        );
    }
}

#[test]
fn ranks_of_no_and_of_one_element() {
    assert_eq!(rank(&[], Direction::Ascending, Ties::Average), [0.0; 0]);
    assert_eq!(rank(&[f64::NEG_INFINITY], Direction::Ascending, Ties::Average), [1.0]);
}
