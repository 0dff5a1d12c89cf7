// The end of soft_dtw/alignment: E, its tangent, or a sum of both with weights, [pairs, n, m].

@group(0) @binding(6) var<storage, read_write> alignment: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

// Small numbers keep their digits.
const SMALLEST_FLOW = 1e-24f;
const SMALLEST_FLOW_WITH_TANGENT = 1e-24f;

fn begin_pair() {}

fn begin_strip(strip: u32, continued: bool) {}

fn emit_tile(
    place: Place,
    expected: array<vec2<f32>, CELLS>,
    sums: array<Sums, CELLS>,
    xs: array<f32, ROWS>,
    ys: array<f32, COLUMNS>,
    handed: ptr<function, Handed>,
) {
    var e = expected;
    for (var r = 0u; r < ROWS; r++) {
        for (var t = 0u; t < COLUMNS; t++) {
            let i = first_row(place.strip) + r;
            let j = place.block * COLUMNS + t;
            let cell = r * COLUMNS + t;
            if i < q.n && j < q.m {
                alignment[p.out_first + (q.cells * p.n + i) * p.m + j] =
                    p.expected_weight * e[cell].x + p.tangent_weight * e[cell].y;
            }
        }
    }
}

fn end_strip(strip: u32, continues: bool) {}

fn end_stack(lane: u32, panel: Panel) {}
