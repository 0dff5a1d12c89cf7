//! The process of a contender written in Rust, ours among them: answers the lines that `contender.py` sends.

mod memory;
mod momentum;
mod npy;
mod ours;
mod permutahedron;
mod perturbed;
mod soft_dtw;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use npy::Array;
use ours::Ours;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// One that computes results of a family.
trait Contender {
    /// What it is, and where it runs.
    fn about(&self) -> String;

    /// Gives back memory that is kept for later.
    fn trim(&self) {}

    /// Bytes that were taken of a device's own memory since `trim`, if it has any.
    fn device_bytes(&self) -> Option<u64> {
        None
    }

    /// Reads a problem's inputs from a folder.
    fn load(&self, folder: &Path) -> Result<Box<dyn Problem>>;
}

/// Inputs on the host, and what can be computed of them.
trait Problem {
    /// Why a task cannot be run, where it is not offered.
    fn lacks(&self, _task: &str) -> Option<&'static str> {
        None
    }

    /// From host arrays to host arrays.
    fn run(&self, task: &str) -> Result<Vec<Array>>;
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match start(&words) {
        Ok(mut worker) => {
            for line in std::io::stdin().lines().map_while(std::result::Result::ok) {
                match worker.answer(&line) {
                    Ok(answer) => println!("{answer}"),
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

fn start(words: &[String]) -> Result<Worker> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let contender: Box<dyn Contender> = match words[..] {
        ["soft_dtw", "supple"] => Box::new(Ours::new(soft_dtw::load)?),
        ["permutahedron", "supple"] => Box::new(Ours::new(permutahedron::ours::load)?),
        ["momentum", "supple"] => Box::new(Ours::new(momentum::load)?),
        ["perturbed", "supple"] => Box::new(Ours::new(perturbed::load)?),
        ["permutahedron", "fynch"] => Box::new(permutahedron::fynch::Fynch),
        _ => return Err(format!("supple-peers knows no {words:?}; add it to worker/src").into()),
    };
    Ok(Worker { contender, problem: None })
}

struct Worker {
    contender: Box<dyn Contender>,
    problem: Option<Box<dyn Problem>>,
}

impl Worker {
    fn answer(&mut self, line: &str) -> Result<String> {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        match words[..] {
            ["about"] => Ok(format!("ok {}", self.contender.about())),
            // The folder's name may have spaces.
            ["load", ..] => {
                self.problem = Some(self.contender.load(Path::new(&line["load ".len()..]))?);
                Ok("ok".to_owned())
            }
            ["run", task] => {
                let problem = self.problem()?;
                problem.run(task)?; // the contender before it has emptied the caches, and may have let cores sleep
                let start = Instant::now();
                let result = problem.run(task)?;
                let seconds = start.elapsed().as_secs_f64();
                drop(result); // not before the clock has stopped
                Ok(format!("ok {seconds}"))
            }
            ["peak", task] => {
                let problem = self.problem()?;
                problem.run(task)?; // what is made once and kept does not count
                self.contender.trim();
                let (result, bytes) = memory::of_process(|| problem.run(task))?;
                drop(result?);
                Ok(format!("ok {}", self.contender.device_bytes().unwrap_or(bytes)))
            }
            ["save", task, folder] => {
                let problem = self.problem()?;
                if let Some(reason) = problem.lacks(task) {
                    return Ok(format!("lacks {reason}"));
                }
                for array in problem.run(task)? {
                    array.write(Path::new(folder))?;
                }
                Ok("ok".to_owned())
            }
            _ => Err(format!("unknown command: {line}").into()),
        }
    }

    fn problem(&self) -> Result<&dyn Problem> {
        Ok(self.problem.as_deref().ok_or("nothing is loaded")?)
    }
}
