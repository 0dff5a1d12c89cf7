//! tmp
use std::time::Instant;
#[path = "../tests/common/random.rs"]
mod random;
use supple::{Gpu, Result, soft_dtw::SoftDtw};
fn main() -> Result<()> {
    let gpu = Gpu::new()?;
    let (batch, length) = (256u32, 128u32);
    let wave = |phase: f32| -> Vec<f32> {
        (0..batch * length).map(|i| (i as f32 * 0.1 + phase).sin() + (i as f32 * 0.037).cos()).collect()
    };
    let mut r = random::Random::new(1);
    let (xs, ys) =
        if std::env::args().count() > 1 { (wave(0.), wave(1.)) } else { (r.walks(256, 128, 1), r.walks(256, 128, 1)) };
    let dtw = SoftDtw::new(1.0);
    let mut t = vec![vec![]; 7];
    for _ in 0..60 {
        if std::env::var("SLEEP").is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(170));
        }
        if std::env::var("SPIN").is_ok() {
            let t = Instant::now();
            while t.elapsed().as_millis() < 170 {}
        }
        if std::env::var("MEM").is_ok() {
            let v: Vec<u64> = (0..4_000_000).collect();
            std::hint::black_box(&v);
        }
        let s = Instant::now();
        let mut k = 0;
        let mut lap = |k: &mut usize| {
            t[*k].push(s.elapsed().as_secs_f64() * 1e3);
            *k += 1;
        };
        let x = gpu.upload(&xs, [batch, length])?;
        let y = gpu.upload(&ys, [batch, length])?;
        lap(&mut k);
        let r = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y))?;
        lap(&mut k);
        gpu.device().poll(supple::wgpu::PollType::wait_indefinitely()).unwrap();
        lap(&mut k);
        r.value.read(&gpu)?;
        lap(&mut k);
        r.grad_x.read(&gpu)?;
        lap(&mut k);
        r.grad_y.read(&gpu)?;
        lap(&mut k);
    }
    for v in &mut t {
        if !v.is_empty() {
            v.sort_by(f64::total_cmp);
            println!("min {:.3} median {:.3}", v[0], v[v.len() / 2]);
        }
    }
    Ok(())
}
