//! Contenders in turn, and ratios of medians.

use std::time::{Duration, Instant};

/// Rounds of a comparison; each runs every contender twice and times the second run.
const ROUNDS: usize = 25;

/// A contender: its name, the cells that it works on, and what it does.
pub type Contender<'a> = (&'a str, u64, &'a mut dyn FnMut());

/// Runs the contenders in turn and prints their medians, and how often as many cells a second as the first one each does.
pub fn side_by_side(title: &str, contenders: &mut [Contender<'_>]) {
    for (.., run) in contenders.iter_mut() {
        run(); // compiles, and fills caches
    }
    let mut times = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for ((.., run), times) in contenders.iter_mut().zip(&mut times) {
            run(); // the contender before it has emptied the caches, and may have let the other cores sleep
            let start = Instant::now();
            run();
            times.push(start.elapsed());
        }
    }
    let medians: Vec<Duration> = times
        .iter_mut()
        .map(|times| {
            times.sort();
            times[times.len() / 2]
        })
        .collect();
    println!("{title}: medians of {ROUNDS} rounds, run in turn");
    let rate = |cells: u64, median: Duration| cells as f64 / median.as_secs_f64() / 1e6;
    let first = rate(contenders[0].1, medians[0]);
    for ((name, cells, _), &median) in contenders.iter().zip(&medians) {
        let (milliseconds, rate) = (median.as_secs_f64() * 1e3, rate(*cells, median));
        println!("  {name:<44} {milliseconds:>9.3} ms {rate:>8.1} Mcells/s {:>7.2} x", rate / first);
    }
}
