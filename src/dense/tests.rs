//! What callers cannot choose: tiles.

use super::choice;
use super::product::{Plan, Strategy};
use super::tile::Tile;
use super::{Activation, Finish, HalfMatrix, Operand, Side};
use crate::gpu::{Gpu, Tensor};
use crate::reference::momentum as twin;

fn gpu() -> Gpu {
    Gpu::builder().poison_memory(true).build().expect("a GPU; `cargo xtask test` installs a software one").as_discrete()
}

/// In [-1, 1], and exact in f16.
fn numbers(count: u32, factor: u32) -> Vec<f32> {
    (0..count).map(|i| (i * factor % 255) as f32 / 128.0 - 127.0 / 128.0).collect()
}

/// Matrices, and how they are stored.
struct Case {
    /// m, n, k
    sizes: [u32; 3],
    transposed: bool,
    a: Vec<f32>,
    b: Vec<f32>,
    bias: Vec<f32>,
}

impl Case {
    fn new(sizes: [u32; 3], transposed: bool) -> Self {
        let [m, n, k] = sizes;
        Self { sizes, transposed, a: numbers(m * k, 37), b: numbers(k * n, 91), bias: numbers(n, 53) }
    }

    fn shapes(&self) -> [[u32; 2]; 2] {
        let [m, n, k] = self.sizes;
        if self.transposed { [[k, m], [n, k]] } else { [[m, k], [k, n]] }
    }

    /// `a b + bias`, and its gelu, in f64.
    fn expected(&self) -> [Vec<f64>; 2] {
        let [m, n, k] = self.sizes.map(|size| size as usize);
        let a = |i: usize, d: usize| f64::from(self.a[if self.transposed { d * m + i } else { i * k + d }]);
        let b = |d: usize, j: usize| f64::from(self.b[if self.transposed { j * k + d } else { d * n + j }]);
        let sum = |i: usize, j: usize| f64::from(self.bias[j]) + (0..k).map(|d| a(i, d) * b(d, j)).sum::<f64>();
        let sums: Vec<f64> = (0..m).flat_map(|i| (0..n).map(move |j| sum(i, j))).collect();
        let activated = sums.iter().map(|&sum| twin::Activation::Gelu.value(sum)).collect();
        [sums, activated]
    }

    /// The same by one strategy.
    fn run(&self, gpu: &Gpu, strategy: Strategy) -> [Vec<f32>; 2] {
        let [m, n, _] = self.sizes;
        let [of_a, of_b] = self.shapes();
        let [a, b] = [(&self.a, of_a), (&self.b, of_b)].map(|(values, shape)| gpu.upload(values, shape).unwrap());
        let bias = gpu.upload(&self.bias, [n]).unwrap();
        let (kept, out): (Tensor<f32>, _) = gpu
            .run(|rec| {
                let (kept, out) = (rec.output([m, n])?, rec.output([m, n])?);
                let (a, b) = if let Strategy::Halves(_) = strategy {
                    (HalfMatrix::round(rec, &a)?.operand(), HalfMatrix::round(rec, &b)?.operand())
                } else {
                    let batched = |[rows, columns]: [u32; 2]| [1, rows, columns];
                    (Operand::new(rec, &a, batched(of_a))?, Operand::new(rec, &b, batched(of_b))?)
                };
                let side = |operand| Side { operand, transposed: self.transposed };
                let sides = (&side(&a), &side(&b));
                let finish =
                    Finish { activation: Activation::Gelu, bias: Some(&bias), kept: Some(&kept), ..Finish::default() };
                let mut plan = Plan::of(gpu, sides, finish, &out)?.unwrap();
                if let Strategy::Buffers(_) = strategy {
                    plan.vectors &= sides.0.has_vectors() && sides.1.has_vectors();
                }
                plan.record(rec, strategy, sides, finish, &out)?;
                Ok((kept, out))
            })
            .unwrap();
        [kept.read(gpu).unwrap(), out.read(gpu).unwrap()]
    }
}

fn bits(all: &[Vec<f32>; 2]) -> Vec<u32> {
    all.iter().flatten().map(|number| number.to_bits()).collect()
}

#[test]
fn all_tiles_are_right_and_give_the_same_bits() {
    let gpu = gpu();
    let fits = |tile: &Tile| tile.fits(&gpu.capabilities().limits);
    let tiles: Vec<Tile> = [Tile::Software].into_iter().chain(Tile::OF_GPUS).filter(fits).collect();
    let of_halves = [Tile::Software, Tile::Medium].into_iter().filter(fits).map(Strategy::Halves);
    let strategies: Vec<Strategy> = tiles.iter().copied().map(Strategy::Buffers).chain(of_halves).collect();
    // More than a tile of any; with whole vectors and without.
    for sizes in [[130, 71, 37], [132, 136, 40]] {
        for transposed in [false, true] {
            let case = Case::new(sizes, transposed);
            let expected = case.expected();
            let all: Vec<_> = strategies.iter().map(|&strategy| case.run(&gpu, strategy)).collect();
            for (found, strategy) in all.iter().zip(&strategies) {
                let name = format!("{strategy:?}, {sizes:?}, {transposed}");
                for (found, expected) in found.iter().zip(&expected) {
                    let error = found.iter().zip(expected).map(|(&f, e)| (f64::from(f) - e).abs()).fold(0.0, f64::max);
                    assert!(found.len() == expected.len() && error < 1e-5, "{name}: {error}");
                }
                assert!(bits(found) == bits(&all[0]), "{name}");
            }
        }
    }
}

#[test]
fn the_fastest_tile_is_remembered() {
    let gpu = gpu();
    let fits = |tile: &Tile| tile.fits(&gpu.capabilities().limits);
    let tiles: Vec<Tile> = Tile::OF_GPUS.into_iter().filter(fits).collect();
    // The first size is tried; of the others it is said here which tile is the fastest.
    for (known, size) in [None].into_iter().chain((0..tiles.len()).map(Some)).zip([128, 256, 512, 1024, 2048]) {
        let matrix = gpu.empty::<f32>([size, size]).unwrap();
        let (chosen, class) = gpu
            .run(|rec| {
                let operand = Operand::new(rec, &matrix, [1, size, size])?;
                let sides = (&Side::new(&operand), &Side::new(&operand));
                let plan = Plan::of(&gpu, sides, Finish::default(), &matrix)?.unwrap();
                let class = choice::class(&plan, &tiles, sides.0, sides.1);
                if let Some(way) = known {
                    gpu.choices().way(class, || Ok::<_, crate::Error>(way))?;
                }
                Ok((choice::tile(rec, &plan, sides.0, sides.1)?, class))
            })
            .unwrap();
        let remembered = gpu.choices().way(class, || Err("it was not")).unwrap();
        assert_eq!((chosen, remembered), (tiles[remembered], known.unwrap_or(remembered)));
        // By other devices of the adapter as well.
        assert_eq!(self::gpu().choices().way(class, || Err("it was not")), Ok(remembered));
    }
    gpu.wait(None).unwrap();
}
