use proptest::prelude::*;

use super::exact::{Rational, Schedule, State, dequantise, divide, multiply_add, quantise, scale};

/// `len` integers over the whole range.
fn integers(seed: u64, len: usize) -> Vec<i32> {
    super::noise(seed, len).into_iter().map(|x| (x * 2_f64.powi(31)) as i32).collect()
}

/// A residual of integers, as wild as can be but the same for the same `x`.
fn residual(layer: usize, x: &[i32]) -> Vec<i32> {
    let layer = (layer as u32).cast_signed();
    x.iter().map(|x| x.wrapping_mul(0x2545_f491).wrapping_add(layer).rotate_left(13)).collect()
}

/// The bound of buffers after each layer, from its definition.
fn bounds(gamma: &[Rational]) -> Vec<u64> {
    let schedule = Schedule::new(gamma);
    let mut bound = 0_u128;
    let after = gamma.iter().enumerate().map(|(layer, gamma)| {
        let (n, d) = (u128::from(gamma.numerator()), u128::from(gamma.denominator()));
        bound >>= if schedule.spills_before(layer) { 32 } else { 0 };
        let largest = bound * d + d - 1;
        assert!(largest < 1 << 64, "layer {layer}");
        bound = largest / n;
        bound as u64
    });
    after.collect()
}

#[test]
fn a_step_by_hand() {
    let mut state = State::new(vec![10, 10], vec![-7, 7]);
    // -7 = -4 * 2 + 1 and 7 = 3 * 2 + 1: the buffer takes the 1 and, with n = 1, nothing comes back.
    assert!(!state.forward_step(Rational::new(1, 2), false, &[3, 3]));
    assert_eq!(state, State { x: vec![9, 16], v: vec![-1, 6], buffer: vec![1, 1], spilled: vec![] });
    // -1 = -1 * 3 + 2, 6 = 2 * 3; B = 1 * 3 + 2 = 2 * 2 + 1, and 1 * 3 + 0 = 1 * 2 + 1.
    assert!(!state.forward_step(Rational::new(2, 3), false, &[0, 0]));
    assert_eq!(state, State { x: vec![8, 21], v: vec![-1, 5], buffer: vec![2, 1], spilled: vec![] });
}

#[test]
fn every_bit_comes_back_after_a_thousand_layers() {
    for (gamma, words) in [(0.5, 30), (0.9, 3), (0.99, 0)] {
        let gamma = vec![Rational::nearest(gamma).expect("between 0 and 1"); 1000];
        let schedule = Schedule::new(&gamma);
        assert_eq!(schedule.words(), words, "{:?}", gamma[0]);
        let start = State::new(integers(1, 64), integers(2, 64));
        let mut state = start.clone();
        let mut overflowed = false;
        for (layer, bound) in bounds(&gamma).into_iter().enumerate() {
            let residual = residual(layer, &state.x);
            overflowed |= state.forward_step(gamma[layer], schedule.spills_before(layer), &residual);
            assert!(state.buffer.iter().all(|&buffer| buffer <= bound), "layer {layer}");
        }
        assert!(overflowed, "states like these wrap around");
        assert_eq!(state.spilled.len(), words);
        for layer in (0..1000).rev() {
            let residual = residual(layer, &state.previous_x());
            state.inverse_step(gamma[layer], schedule.spills_before(layer), &residual);
        }
        assert_eq!(state, start);
    }
}

#[test]
fn buffers_reach_their_bound_and_do_not_exceed_it() {
    let gamma: Vec<Rational> = [(1, 2), (9, 10), (46_339, 46_340), (1, 46_340), (123, 1000), (4095, 4096)]
        .into_iter()
        .cycle()
        .take(300)
        .map(|(n, d)| Rational::new(n, d))
        .collect();
    let schedule = Schedule::new(&gamma);
    let mut state = State::new(vec![0], vec![0]);
    for (layer, bound) in bounds(&gamma).into_iter().enumerate() {
        // The velocity that loses most.
        state.v[0] = gamma[layer].denominator().cast_signed() - 1;
        let _ = state.forward_step(gamma[layer], schedule.spills_before(layer), &[0]);
        assert_eq!(state.buffer[0], bound, "layer {layer}");
    }
}

#[test]
fn spilled_words_are_what_the_momenta_take() {
    for (n, d) in [(1, 2), (9, 10), (99, 100), (123, 1000), (4095, 4096), (1, 4096)] {
        let schedule = Schedule::new(&vec![Rational::new(n, d); 20_000]);
        let bits = 20_000.0 * (f64::from(d) / f64::from(n)).log2();
        let words = schedule.words() as f64;
        // 64 bits stay in the buffer. Bounds are above what buffers hold by a few bits.
        assert!((32.0 * words - bits).abs() <= 64.0, "{n} / {d}: {words} words for {bits} bits");
    }
    assert_eq!(Schedule::new(&[]).words(), 0);
}

#[test]
#[should_panic(expected = "the buffer is full")]
fn a_schedule_that_is_not_followed_is_no_silent_loss() {
    let mut state = State::new(vec![0], vec![0]);
    for _ in 0..65 {
        state.v[0] = 1;
        let _ = state.forward_step(Rational::new(1, 2), false, &[0]);
    }
}

#[test]
fn sums_that_leave_the_range_are_reported() {
    let half = Rational::new(1, 2);
    let report = |x: i32, v: i32, residual: i32| State::new(vec![x], vec![v]).forward_step(half, false, &[residual]);
    assert!(!report(0, i32::MAX, 0));
    assert!(!report(0, i32::MIN, 0));
    assert!(report(0, i32::MAX, i32::MAX - 10), "v");
    assert!(report(i32::MAX - 10, 40, 0), "x");
    assert!(report(i32::MIN + 10, -40, 0), "x");
}

#[test]
fn numbers_in_fixed_point() {
    assert_eq!(quantise(&[1.0, -0.5, 0.3125, 0.0625, 0.1875], 3), (vec![8, -4, 2, 0, 2], false));
    assert_eq!(dequantise(&[8, -4, 3], 3), [1.0, -0.5, 0.375]);
    assert_eq!(quantise(&[-1.0, 0.25], 31), (vec![i32::MIN, 1 << 29], false));
    assert_eq!(quantise(&[1.0], 31), (vec![i32::MAX], true));
    assert_eq!(quantise(&[f64::NAN, f64::NEG_INFINITY], 8), (vec![0, i32::MIN], true));
    let all = integers(3, 100);
    assert_eq!(quantise(&dequantise(&all, 20), 20), (all, false));
}

/// A fraction of any size.
fn fraction() -> impl Strategy<Value = Rational> {
    (2..=Rational::LARGEST_DENOMINATOR).prop_flat_map(|d| (1..d).prop_map(move |n| Rational::new(n, d)))
}

/// Any integer, the ends and small ones among them often.
fn integer() -> impl Strategy<Value = i32> {
    prop_oneof![any::<i32>(), -100..100, (i32::MIN..=i32::MIN + 100_000), (i32::MAX - 100_000..=i32::MAX)]
}

proptest! {
    #[test]
    fn arithmetic_by_digits_is_that_of_64_bits(buffer: u64, factor in 1..=0xffff_u32, addend in 0..=0xffff_u32) {
        let (factor_64, addend_64) = (u64::from(factor), u64::from(addend));
        prop_assert_eq!(divide(buffer, factor), (buffer / factor_64, (buffer % factor_64) as u32));
        let small = buffer / (factor_64 + 1);
        prop_assert_eq!(multiply_add(small, factor, addend), small * factor_64 + addend_64);
    }

    #[test]
    fn scaling_is_exact_and_comes_back(gamma in fraction(), c in integer(), buffer: u64) {
        let (n, d) = (gamma.numerator(), gamma.denominator());
        let buffer = buffer / u64::from(d + 1);
        let (scaled, after) = scale(c, buffer, n, d);
        // Nothing wraps around, and the result is off by less than n.
        let exact = f64::from(c) * gamma.value();
        prop_assert!((f64::from(scaled) - exact).abs() < f64::from(n) + 1e-6, "{} for {}", scaled, exact);
        prop_assert_eq!(scale(scaled, after, d, n), (c, buffer));
    }

    #[test]
    fn any_momenta_come_back(gamma in prop::collection::vec(fraction(), 1..200), x in integer(), v in integer()) {
        let schedule = Schedule::new(&gamma);
        let start = State::new(vec![x], vec![v]);
        let mut state = start.clone();
        for (layer, (gamma, bound)) in gamma.iter().zip(bounds(&gamma)).enumerate() {
            let residual = residual(layer, &state.x);
            let _ = state.forward_step(*gamma, schedule.spills_before(layer), &residual);
            prop_assert!(state.buffer[0] <= bound);
        }
        for (layer, gamma) in gamma.iter().enumerate().rev() {
            let residual = residual(layer, &state.previous_x());
            state.inverse_step(*gamma, schedule.spills_before(layer), &residual);
        }
        prop_assert_eq!(state, start);
    }
}
