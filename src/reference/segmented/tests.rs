use super::*;

const INF: f64 = f64::INFINITY;

#[test]
fn equal_keys_stay_in_order_in_both_directions() {
    let keys = [1.0, 0.0, 1.0, -0.0, 1.0, 0.0];
    assert_eq!(argsort(&keys, Direction::Ascending), [1, 3, 5, 0, 2, 4]);
    assert_eq!(argsort(&keys, Direction::Descending), [0, 2, 4, 1, 3, 5]);
}

#[test]
fn nan_is_above_infinity() {
    let keys = [f64::NAN, INF, -INF, -f64::NAN, 0.0];
    assert_eq!(argsort(&keys, Direction::Ascending), [2, 4, 1, 0, 3]);
    assert_eq!(argsort(&keys, Direction::Descending), [0, 3, 1, 4, 2]);
}

#[test]
fn rows_of_no_and_of_one_element() {
    for direction in [Direction::Ascending, Direction::Descending] {
        assert_eq!(argsort(&[], direction), [0; 0]);
        assert_eq!(sort(&[7.0], direction), [7.0]);
    }
}

#[test]
fn every_order_of_four_elements_is_undone_by_its_inverse() {
    for code in 0..256_usize {
        let keys: Vec<f64> = (0..4).map(|i| (code >> (2 * i) & 3) as f64).collect();
        let order = argsort(&keys, Direction::Ascending);
        let sorted = permuted(&keys, &order);
        assert!(sorted.is_sorted());
        assert_eq!(permuted(&sorted, &inverse(&order)), keys);
    }
}

#[test]
#[should_panic(expected = "1 is twice in an order of 3 elements, or beyond them")]
fn what_is_no_order_has_no_inverse() {
    let _ = inverse(&[0, 1, 1]);
}
