//! The barycenter of series that show the same bump at different times, beside their Euclidean mean.
//! `cargo run --example barycenter`

use supple::soft_dtw::barycenter::Barycenter;
use supple::soft_dtw::{Kind, SoftDtw};
use supple::{Gpu, Result};

const LENGTH: usize = 40;

fn main() -> Result<()> {
    let gpu = Gpu::new()?;
    let bump = |position: f32| (0..LENGTH).map(move |i| (-(i as f32 - position).powi(2) / 9.0).exp());
    let series: Vec<f32> = [10.0, 15.0, 22.0, 28.0].into_iter().flat_map(bump).collect();
    let series = gpu.upload(&series, [4, LENGTH as u32])?;

    let search = Barycenter::new(SoftDtw::new(0.01).kind(Kind::Divergence));
    let mean = search.clone().max_iterations(0).fit(&gpu, &series)?;
    let center = search.fit(&gpu, &series)?;

    println!("value {:.4} at the mean, {:.4} at the barycenter, {:?}", mean.value, center.value, center.end);
    println!("  mean  barycenter");
    for (mean, center) in mean.values.iter().zip(&center.values) {
        println!("{mean:6.3}  {center:6.3}");
    }
    Ok(())
}
