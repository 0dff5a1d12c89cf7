// The costs of one tile from a matrix of costs for each pair, [pairs, n, m], in the place of x.

override UNIVARIATE: bool = false; // has no meaning here, but all wavefront kernels have it

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>; // nothing

alias Sums = f32;

fn cost(sums: Sums) -> f32 { return sums; }

fn load_rows(i0: u32, k: u32) -> array<f32, ROWS> { return array<f32, ROWS>(); }

fn load_columns(j0: u32, k: u32) -> array<f32, COLUMNS> { return array<f32, COLUMNS>(); }

fn tile_sums(i0: u32, j0: u32, xs: array<f32, ROWS>, ys: array<f32, COLUMNS>) -> array<Sums, CELLS> {
    var sums: array<Sums, CELLS>;
    for (var r = 0u; r < ROWS; r++) {
        let row = p.x_first + (q.x * p.n + min(i0 + r, q.n - 1u)) * p.m;
        for (var t = 0u; t < COLUMNS; t++) {
            sums[r * COLUMNS + t] = x[row + min(j0 + t, q.m - 1u)];
        }
    }
    return sums;
}
