// The end of soft_dtw/alignment: E itself, [pairs, n, m].

@group(0) @binding(4) var<storage, read_write> alignment: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

fn begin_strip() {}

fn emit_tile(
    pair: u32,
    strip: u32,
    block: u32,
    expected: array<f32, CELLS>,
    x_base: u32,
    y_base: u32,
    xs: array<f32, ROWS>,
    ys: array<f32, COLUMNS>,
    sums: vec4<f32>,
) -> vec4<f32> {
    var e = expected;
    for (var r = 0u; r < ROWS; r++) {
        for (var t = 0u; t < COLUMNS; t++) {
            let i = strip * ROWS + r;
            let j = block * COLUMNS + t;
            if i < p.n && j < p.m { alignment[p.out_first + (pair * p.n + i) * p.m + j] = e[r * COLUMNS + t]; }
        }
    }
    return sums;
}

fn end_strip(pair: u32, strip: u32) {}

fn end_pair(pair: u32, lane: u32) {}
