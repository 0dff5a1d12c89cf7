//! The process that runs supple for `benches/peers`: answers the lines that `contender.py` sends.

mod npy;
mod soft_dtw;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use supple::Gpu;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// An array of a result: its name, its shape, its values.
struct Array {
    name: &'static str,
    shape: Vec<u64>,
    values: Vec<f32>,
}

/// Inputs on the host, and what can be computed of them.
trait Problem {
    /// From host arrays to host arrays.
    fn run(&self, gpu: &Gpu, task: &str) -> Result<Vec<Array>>;
}

/// Reads a problem's inputs from a folder.
type Load = fn(&Path) -> Result<Box<dyn Problem>>;

fn main() {
    let family = std::env::args().nth(1).unwrap_or_default();
    match start(&family) {
        Ok(mut worker) => {
            for line in std::io::stdin().lines().map_while(std::result::Result::ok) {
                match worker.answer(&line) {
                    Ok(text) => println!("ok {text}"),
                    Err(error) => say_error(error.as_ref()),
                }
            }
        }
        Err(error) => say_error(error.as_ref()),
    }
}

fn say_error(error: &dyn Error) {
    println!("error {}", error.to_string().replace('\n', " "));
}

fn start(family: &str) -> Result<Worker> {
    let load: Load = match family {
        "soft_dtw" => soft_dtw::load,
        _ => return Err(format!("supple-peers knows no family {family:?}; add it to worker/src").into()),
    };
    Ok(Worker { gpu: Gpu::new()?, load, problem: None })
}

struct Worker {
    gpu: Gpu,
    load: Load,
    problem: Option<Box<dyn Problem>>,
}

impl Worker {
    fn answer(&mut self, line: &str) -> Result<String> {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        match words[..] {
            ["about"] => {
                let info = self.gpu.adapter_info();
                Ok(format!("this checkout, on {} ({}, {})", info.name, info.backend, info.driver_info))
            }
            // The folder's name may have spaces.
            ["load", ..] => {
                self.problem = Some((self.load)(Path::new(&line["load ".len()..]))?);
                Ok(String::new())
            }
            ["run", task] => {
                self.run(task)?; // the contender before it has emptied the caches, and may have let cores sleep
                let start = Instant::now();
                let result = self.run(task)?;
                let seconds = start.elapsed().as_secs_f64();
                drop(result); // not before the clock has stopped
                Ok(seconds.to_string())
            }
            ["save", task, folder] => {
                for array in self.run(task)? {
                    npy::write(&Path::new(folder).join(format!("{}.npy", array.name)), &array.shape, &array.values)?;
                }
                Ok(String::new())
            }
            _ => Err(format!("unknown command: {line}").into()),
        }
    }

    fn run(&self, task: &str) -> Result<Vec<Array>> {
        self.problem.as_ref().ok_or("nothing is loaded")?.run(&self.gpu, task)
    }
}
