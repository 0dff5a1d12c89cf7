// DTW values (gamma = 0), and the steps of the best path.
//   v[0,0] = 0, v[i,j] = c[i,j] + min(v[i-1,j-1], v[i-1,j], v[i,j-1]), value = v[n,m], c = cost
// x [series, n, dim], y [series, m, dim] -> value [pairs] or [A, B]; steps: two bits a cell
// Lanes, loops and bounds: as in forward.wgsl; rows holds blocks * pairs, steps strips * blocks * pairs.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4<f32>>;  // the row above the current strip
@group(0) @binding(3) var<storage, read_write> steps: array<vec2<u32>>; // 16 bits for each column of a tile
@group(0) @binding(4) var<storage, read_write> value: array<f32>;
@group(0) @binding(5) var<uniform> p: Params;

override LANES: u32 = 1u;
override STEPS: bool = false; // keep the steps

// Above every value that can occur.
const UNREACHABLE = 1e37f;

// Which neighbour a cell's best path comes from; where several are equal, the first of these.
const FROM_DIAGONAL = 0u;
const FROM_UP = 1u;
const FROM_LEFT = 2u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let lane = local % LANES;
    let pair = workgroup_index(id, count) * (WORKGROUP / LANES) + local / LANES;
    let blocks = block_count();
    let strips = strip_count();
    let x_base = p.x_first + x_series(pair) * p.n * p.dim;
    let y_base = p.y_first + y_series(pair) * p.m * p.dim;

    // The bounds of both loops are the same for all invocations, as the barrier needs.
    for (var first = p.strip_begin; first < p.strip_end; first += LANES) {
        let strip = first + lane;
        let works = pair < p.pairs && strip < p.strip_end;
        let i0 = strip * ROWS;
        var xs: array<f32, ROWS>;
        var left: array<f32, ROWS>;
        for (var r = 0u; r < ROWS; r++) { left[r] = UNREACHABLE; }
        if works { xs = load_rows(x_base, i0, 0u); }
        var corner = UNREACHABLE;
        if strip == 0u { corner = 0.0; }

        for (var step = 0u; step < blocks + LANES - 1u; step++) {
            let block = step - lane; // wraps around before the lane's first block
            if works && block < blocks {
                let j0 = block * COLUMNS;
                var c = tile_costs(x_base, y_base, i0, j0, xs);
                if reaches_outside(i0, j0) { mask_outside(i0, j0, &c); }
                let at = block * p.pairs + pair;
                var above = vec4(UNREACHABLE);
                if strip > 0u { above = rows[at]; }
                var row = array<f32, COLUMNS>(above.x, above.y, above.z, above.w);

                var bits: array<u32, COLUMNS>;
                for (var t = 0u; t < COLUMNS; t++) {
                    var diagonal = corner;
                    var up = row[t];
                    corner = up;
                    for (var r = 0u; r < ROWS; r++) {
                        var best = min(diagonal, min(up, left[r]));
                        // Not by `best ==` alone: with a NaN among the three no comparison holds.
                        var from_ = FROM_LEFT;
                        if up <= left[r] { from_ = FROM_UP; }
                        if diagonal <= min(up, left[r]) { from_ = FROM_DIAGONAL; }
                        bits[t] |= from_ << (r * 2u);
                        diagonal = left[r];
                        up = best + c[r * COLUMNS + t];
                        left[r] = up;
                    }
                    row[t] = up;
                }
                rows[at] = vec4(row[0], row[1], row[2], row[3]);
                if STEPS {
                    steps[(strip * blocks + block) * p.pairs + pair] =
                        vec2(bits[0] | (bits[1] << 16u), bits[2] | (bits[3] << 16u));
                }
                if strip + 1u == strips && block + 1u == blocks { store_end(pair, row, left); }
            }
            if LANES > 1u { storageBarrier(); }
        }
    }
}

fn store_end(pair: u32, bottom: array<f32, COLUMNS>, right: array<f32, ROWS>) {
    var row = bottom;
    var column = right;
    var end = UNREACHABLE;
    for (var t = 0u; t < COLUMNS; t++) {
        if exit_row() == ROWS - 1u && exit_column() == t { end = row[t]; }
    }
    for (var r = 0u; r < ROWS - 1u; r++) {
        if exit_row() == r { end = column[r]; }
    }
    value[value_index(pair)] = end;
}
