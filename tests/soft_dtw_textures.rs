//! Borders and series in textures, as software drivers have them, give the bits that buffers give. So does `memory.rs` say, of work in sections.

mod common;

use common::SharedGpu;
use common::sides::{HUBER, Sides};
use supple::soft_dtw::{Cost, CustomCost, Pairs, SoftDtw, Strategy};
use supple::{Gpu, wgpu};

/// With textures, even where the processor makes them slow.
fn with() -> &'static Gpu {
    static GPU: SharedGpu = SharedGpu::new();
    GPU.get(|| Gpu::builder().poison_memory(true).prefer_textures(true).build().unwrap())
}

/// The same driver without textures that shaders read and write.
fn without() -> &'static Gpu {
    static GPU: SharedGpu = SharedGpu::new();
    GPU.get(|| {
        let features = wgpu::Features::TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES;
        Gpu::builder().poison_memory(true).without_features(features).build().unwrap()
    })
}

#[test]
fn textures_give_the_bits_of_buffers() {
    if !with().capabilities().software {
        eprintln!("textures are for software drivers");
        return;
    }
    assert!(with().capabilities().texels && !without().capabilities().texels);
    let equal = Sides::walks(1, &[37; 9], &[50; 9], 1);
    let unequal = Sides::walks(2, &[1, 40, 17, 33, 16, 8, 5, 64, 23], &[64, 1, 20, 33, 48, 7, 5, 60, 31], 1);
    let channels = Sides::walks(3, &[3, 21, 16, 30], &[12, 1, 19, 32], 5);
    let custom = Cost::Custom(CustomCost::new(HUBER).unwrap());
    let list = Pairs::list(&[(3, 0), (0, 3), (1, 1), (3, 0)]);
    let cases = [
        ("equal", &equal, false, SoftDtw::new(0.5)),
        ("lengths", &unequal, true, SoftDtw::new(0.5)),
        ("list", &channels, true, SoftDtw::new(1.0).pairs(list).strategy(Strategy::WorkgroupPerPair)),
        ("custom", &channels, true, SoftDtw::new(1.0).cost(custom)),
    ];
    for (name, sides, lengths, dtw) in cases {
        let [texels, buffers] = [with(), without()].map(|gpu| sides.bits(gpu, &dtw, lengths));
        assert!(texels == buffers, "{name}: {dtw:?}");
    }
}

/// Of matrices of costs, which are no series.
#[test]
fn textures_give_the_bits_of_buffers_for_given_costs() {
    let mut random = common::Random::new(4);
    let costs: Vec<f32> = (0..5 * 30 * 21).map(|_| random.uniform() as f32).collect();
    let of = |gpu: &Gpu| {
        let costs = gpu.upload(&costs, [5, 30, 21]).unwrap();
        let result = gpu.run(|rec| SoftDtw::new(0.1).value_and_grad_of_costs(rec, &costs)).unwrap();
        [&result.value, &result.grad].map(|tensor| tensor.read(gpu).unwrap())
    };
    assert!(of(with()) == of(without()));
}
