//! Where an invocation has pairs to itself, the backward pass leaves out tiles that nothing flows into, and gives the bits of all tiles.

mod common;

use common::sides::Sides;
use common::{gpu, without_arrays};
use supple::soft_dtw::{Cost, Kind, Pairs, SoftDtw, Strategy};

#[test]
fn leaving_out_tiles_leaves_the_bits() {
    let lengths = |seed: usize, count: usize, most: usize| -> Vec<usize> {
        (0..count).map(|i| 1 + (i * i * 311 + seed * 170) % most).collect()
    };
    let equal = Sides::walks(1, &[150; 19], &[130; 19], 1);
    // Several pairs to an invocation; those that arrays hold among those that they do not.
    let unequal = Sides::walks(2, &lengths(1, 75, 230), &lengths(2, 75, 230), 1);
    // Several panels, one below the other.
    let long = Sides::walks(3, &[1500, 1200, 1501], &[1400, 1503, 20], 1);
    // Flows with what rounding takes from them.
    let longest = Sides::walks(4, &[4100, 4096], &[120, 90], 1);
    let few = Sides::walks(5, &[20, 1, 133, 140], &[7, 240, 1, 129], 1);
    let dtw = |gamma: f32| SoftDtw::new(gamma);
    let gammas = [1.0, 0.01, 1e-6].into_iter().flat_map(|gamma| {
        [("equal", &equal), ("unequal", &unequal), ("long", &long)].map(|(name, sides)| (name, sides, dtw(gamma)))
    });
    let others = [
        ("longest", &longest, dtw(0.1)),
        ("sharp", &unequal, dtw(0.1).kind(Kind::Sharp)),
        ("divergence", &unequal, dtw(0.1).kind(Kind::SharpDivergence)),
        ("mean", &unequal, dtw(1.0).kind(Kind::MeanCost)),
        ("absolute", &unequal, dtw(0.1).cost(Cost::Absolute)),
        ("all pairs", &few, dtw(0.1).pairs(Pairs::All)),
    ];
    for (name, sides, dtw) in gammas.chain(others) {
        let given = name != "equal";
        // Lanes that share a pair work on all of its tiles.
        let all = sides.bits(without_arrays(), &dtw.clone().strategy(Strategy::WorkgroupPerPair), given);
        let summed = name == "all pairs";
        for gpu in [gpu(), without_arrays()] {
            let over_flows = sides.bits(gpu, &dtw.clone().strategy(Strategy::InvocationPerPair), given);
            // Sums over pairs run in the order in which these are worked on.
            let same = if summed { 2 } else { 4 };
            assert!(over_flows[..same] == all[..same], "{name}: {dtw:?}");
        }
    }
}
