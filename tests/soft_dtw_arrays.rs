//! Borders in arrays of an invocation's own, as software drivers have them, give the bits that memory gives.

mod common;

use common::sides::Sides;
use common::{gpu, without_arrays};
use supple::Gpu;
use supple::soft_dtw::{Band, Cost, Kind, Pairs, SoftDtw, Strategy};

#[test]
fn arrays_give_the_bits_of_memory() {
    if !gpu().capabilities().own_arrays {
        eprintln!("arrays are for software drivers");
        return;
    }
    assert!(!without_arrays().capabilities().own_arrays);
    let lengths = |seed: usize| -> Vec<usize> { (0..43).map(|i| 1 + (i * i * 31 + seed * 17) % 70).collect() };
    let equal = Sides::walks(1, &[37; 19], &[50; 19], 1);
    // As many tiles as arrays hold, in both directions, and one more block.
    let [full, wide] = [(128, 128), (16, 1024)].map(|(n, m)| Sides::walks(2, &[n; 9], &[m; 9], 1));
    let beyond = Sides::walks(3, &[128; 9], &[129; 9], 1);
    let unequal = Sides::walks(4, &lengths(1), &lengths(2), 1);
    let channels = Sides::walks(5, &lengths(3), &lengths(4), 3);
    let few = Sides::walks(6, &[20, 1, 33, 40], &[7, 40, 1, 29], 1);
    let dtw = SoftDtw::new(0.5).strategy(Strategy::InvocationPerPair);
    let list: Vec<(u32, u32)> = (0..30).map(|i| (i * 7 % 43, i * 11 % 43)).collect();
    let cases = [
        ("equal", &equal, false, dtw.clone(), false),
        ("full", &full, false, dtw.clone(), false),
        ("wide", &wide, false, dtw.clone(), false),
        ("beyond", &beyond, false, dtw.clone(), false),
        ("lengths", &unequal, true, dtw.clone(), false),
        ("all pairs", &few, true, dtw.clone().pairs(Pairs::All), true),
        ("list", &channels, true, dtw.clone().pairs(Pairs::list(&list)), true),
        ("band", &unequal, true, dtw.clone().band(Band::SakoeChiba(4)), false),
        ("divergence", &unequal, true, dtw.clone().kind(Kind::Divergence), false),
        ("log-augmented", &channels, true, dtw.clone().cost(Cost::LogAugmented), false),
    ];
    // From gammas at which all tiles count to those at which one path does, through corners of tiles too: the backward pass in arrays leaves out the others.
    let sharp = |gamma: f32| SoftDtw::new(gamma).strategy(Strategy::InvocationPerPair);
    let gammas = [100.0, 0.05, 0.01, 0.001, 1e-6].into_iter().flat_map(|gamma| {
        [("equal", &equal, false), ("full", &full, false), ("wide", &wide, false), ("lengths", &unequal, true)]
            .map(|(name, sides, lengths)| (name, sides, lengths, sharp(gamma), false))
    });
    for (name, sides, lengths, dtw, summed) in cases.into_iter().chain(gammas) {
        let [arrays, memory] = [gpu(), without_arrays()].map(|gpu| sides.bits(gpu, &dtw, lengths));
        // Gradients that are summed over pairs are so in the order in which these are worked on, which is another one.
        let all = if summed { 2 } else { 4 };
        assert!(arrays[..all] == memory[..all], "{name}: {dtw:?}");
    }
}

/// What is in memory otherwise takes none.
#[test]
fn arrays_take_no_scratch_memory() {
    if !gpu().capabilities().own_arrays {
        return;
    }
    let dtw = SoftDtw::new(1.0).strategy(Strategy::InvocationPerPair);
    let of = |gpu: &Gpu| {
        let x = gpu.empty([64, 128]).unwrap();
        dtw.workspace_bytes(gpu, &x, &x).unwrap()
    };
    assert_eq!((of(gpu()).value, of(gpu()).value_and_grad), (0, 0));
    assert!(of(without_arrays()).value > 0);
}
