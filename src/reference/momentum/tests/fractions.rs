use super::exact::{OutOfRange, Rational};

#[test]
fn the_usual_momenta() {
    let of = |gamma: f32| Rational::nearest(gamma).map(|found| (found.numerator(), found.denominator()));
    let known = [(0.5, 1, 2), (0.9, 9, 10), (0.99, 99, 100), (0.999, 999, 1000), (0.95, 19, 20), (1.0 / 3.0, 1, 3)];
    for (gamma, n, d) in known {
        assert_eq!(of(gamma), Ok((n, d)), "{gamma}");
    }
    assert_eq!(Rational::new(9, 10).value(), 0.9);
}

#[test]
fn no_other_fraction_is_nearer() {
    for k in 0..200 {
        let gamma = ((f64::from(k) + 0.5) * 0.618_033_988_749_895).fract() as f32;
        let found = Rational::nearest(gamma).expect("between 0 and 1");
        let distance = |n: u32, d: u32| (f64::from(n) / f64::from(d) - f64::from(gamma)).abs();
        let best = (2..=4096_u32).flat_map(|d| {
            #[expect(clippy::cast_sign_loss, reason = "gamma is positive")]
            let below = (f64::from(gamma) * f64::from(d)) as u32;
            [below, below + 1].into_iter().filter(move |&n| 0 < n && n < d).map(move |n| distance(n, d))
        });
        let best = best.fold(f64::INFINITY, f64::min);
        assert!(distance(found.numerator(), found.denominator()) <= best, "{gamma}: {found:?}");
    }
}

#[test]
fn rounded_fractions_are_found_again() {
    for d in (2..=4096_u32).filter(|d| d % 61 == 7 || *d > 4090) {
        for n in (1..d).filter(|n| n % 17 == d % 17 || *n == 1 || *n == d - 1) {
            let found = Rational::nearest((f64::from(n) / f64::from(d)) as f32).expect("between 0 and 1");
            assert_eq!(found.numerator() * d, found.denominator() * n, "{n} / {d}: {found:?}");
        }
    }
}

#[test]
fn the_ends() {
    assert_eq!(Rational::nearest(f32::from_bits(1)), Ok(Rational::new(1, 4096)));
    assert_eq!(Rational::nearest(1.0 - f32::EPSILON / 2.0), Ok(Rational::new(4095, 4096)));
    for gamma in [0.0, 1.0, -0.5, 1.5, f32::INFINITY] {
        assert_eq!(Rational::nearest(gamma), Err(OutOfRange(gamma)));
    }
    assert!(Rational::nearest(f32::NAN).is_err());
}

#[test]
#[should_panic(expected = "3 / 3 is no fraction between 0 and 1")]
fn fractions_are_less_than_one() {
    let _ = Rational::new(3, 3);
}
