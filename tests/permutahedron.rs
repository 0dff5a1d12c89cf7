//! Sorting, ranking and projections onto the permutahedron against their f64 twin.

mod common;

#[path = "permutahedron/accuracy.rs"]
mod accuracy;
#[path = "permutahedron/copies.rs"]
mod copies;
#[path = "permutahedron/drawn.rs"]
mod drawn;
#[path = "permutahedron/edges.rs"]
mod edges;
#[path = "permutahedron/isotonic.rs"]
mod isotonic;
#[path = "permutahedron/losses.rs"]
mod losses;
#[path = "permutahedron/operators.rs"]
mod operators;
#[path = "permutahedron/projections.rs"]
mod projections;
#[path = "permutahedron/short.rs"]
mod short;
