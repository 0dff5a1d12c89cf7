use super::erf::{erf, erfc};
use super::*;

#[test]
fn the_error_function_is_as_published() {
    // To 20 digits with arbitrary precision; the values at 0.5, 1, 1.5 and 2 are in Abramowitz and Stegun, table 7.1.
    let known = [
        (0.0, 0.0, 1.0),
        (1e-10, 1.128_379_167_095_512_6e-10, 0.999_999_999_887_162_1),
        (0.1, 0.112_462_916_018_284_9, 0.887_537_083_981_715),
        (0.5, 0.520_499_877_813_046_5, 0.479_500_122_186_953_5),
        (1.0, 0.842_700_792_949_714_9, 0.157_299_207_050_285_13),
        (1.5, 0.966_105_146_475_310_7, 0.033_894_853_524_689_27),
        (1.984_375, 0.994_989_066_050_073_5, 0.005_010_933_949_926_502),
        (2.0, 0.995_322_265_018_952_7, 0.004_677_734_981_047_266),
        (2.5, 0.999_593_047_982_555, 4.069_520_174_449_589e-4),
        (3.0, 0.999_977_909_503_001_4, 2.209_049_699_858_544e-5),
        (5.5, 0.999_999_999_999_992_6, 7.357_847_917_974_398e-15),
        (20.0, 1.0, 5.395_865_611_607_901e-176),
    ];
    for (x, value, complement) in known {
        assert!((erf(x) - value).abs() <= 1e-15 * value, "{x}: {}, expected {value}", erf(x));
        assert_eq!(erf(-x), -erf(x));
        assert!((erfc(x) - complement).abs() <= 1e-13 * complement, "{x}: {}, expected {complement}", erfc(x));
        assert!((erfc(-x) - (1.0 + value)).abs() <= 1e-15, "-{x}");
    }
    assert_eq!([erf(f64::INFINITY), erfc(f64::INFINITY), erfc(f64::NEG_INFINITY)], [1.0, 0.0, 2.0]);
    assert!(erf(f64::NAN).is_nan());
}

#[test]
fn activations_are_as_defined() {
    // (x, gelu, silu), to 16 digits with arbitrary precision.
    let known = [
        (-3.0, -0.004_049_694_094_890_284, -0.142_277_619_532_700_34),
        (-0.75, -0.169_970_514_282_651_15, -0.240_615_975_618_455_27),
        (0.5, 0.345_731_230_637_006_54, 0.311_229_665_600_927_3),
        (2.0, 1.954_499_736_103_641_6, 1.761_594_155_955_764_9),
    ];
    for (x, gelu, silu) in known {
        assert!((Activation::Gelu.value(x) - gelu).abs() <= 1e-15);
        assert!((Activation::Silu.value(x) - silu).abs() <= 1e-15);
        assert_eq!(Activation::Relu.value(x), if x > 0.0 { x } else { 0.0 });
        assert_eq!(Activation::Tanh.value(x), x.tanh());
        assert_eq!(Activation::Identity.value(x), x);
    }
    assert_eq!(Activation::Relu.derivative(0.0), 0.0);
    assert!(Activation::Relu.value(f64::NAN).is_nan());
}

#[test]
fn derivatives_are_those_of_finite_differences() {
    for activation in ACTIVATIONS {
        for x in (-80..80).map(|k| 0.1 * f64::from(k) + 0.05) {
            let difference = finite_differences(&[x], |x| activation.value(x[0]));
            assert_close(&[activation.derivative(x)], &difference, 1e-9);
        }
        let far = [-1e3, 1e3].map(|x| activation.derivative(x));
        assert!(far.iter().all(|d| d.is_finite()), "{activation:?} {far:?}");
    }
}
