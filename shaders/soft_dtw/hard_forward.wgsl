// DTW values (gamma = 0), and the steps of the best path.
//   v[0,0] = 0, v[i,j] = c[i,j] + min(v[i-1,j-1], v[i-1,j], v[i,j-1]), value = v[n,m], c = cost
// x [series, n, dim], y [series, m, dim] -> value [pairs] or [A, B]; steps: two bits a cell
// Lanes, and what one dispatch works on: as in forward.wgsl.
// Loops: as in forward.wgsl.
// Bounds: as in forward.wgsl, but that rows holds blocks * pairs, steps strips * blocks * pairs if STEPS, and
// carry pairs * LANES * 3.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4<f32>>;  // the row above the current strip
@group(0) @binding(3) var<storage, read_write> steps: array<vec2<u32>>; // 16 bits for each column of a tile
@group(0) @binding(4) var<storage, read_write> carry: array<vec4<f32>>; // each lane's column and corner
@group(0) @binding(5) var<storage, read_write> value: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override STEPS: bool = false; // keep the steps

// Above every value that can occur.
const UNREACHABLE = 1e37f;

// Which neighbour a cell's best path comes from; where several are equal, the first of these.
const FROM_DIAGONAL = 0u;
const FROM_UP = 1u;
const FROM_LEFT = 2u;
const NOWHERE = 3u; // there is no path of finite cost

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
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
        let state = (pair * LANES + lane) * 3u;
        if p.block_begin == 0u {
            if strip == 0u { corner = 0.0; }
        } else if works {
            let c0 = carry[state];
            let c1 = carry[state + 1u];
            left = array<f32, ROWS>(c0.x, c0.y, c0.z, c0.w, c1.x, c1.y, c1.z, c1.w);
            corner = carry[state + 2u].x;
        }
        var row: array<f32, COLUMNS>;

        for (var step = 0u; step < p.block_end - p.block_begin + LANES - 1u; step++) {
            let block = p.block_begin + step - lane; // below block_begin, or wrapped around, before the lane's turn
            if works && block >= p.block_begin && block < p.block_end {
                let j0 = block * COLUMNS;
                let ys = load_columns(y_base, j0, 0u);
                var c = tile_costs(x_base, y_base, i0, j0, xs, ys);
                if PADDED { mask_outside(i0, j0, &c); }
                let at = block * p.pairs + pair;
                var above = vec4(UNREACHABLE);
                if strip > 0u { above = rows[at]; }
                row = array<f32, COLUMNS>(above.x, above.y, above.z, above.w);

                var bits: array<u32, COLUMNS>;
                for (var t = 0u; t < COLUMNS; t++) {
                    var diagonal = corner;
                    var up = row[t];
                    corner = up;
                    for (var r = 0u; r < ROWS; r++) {
                        let best = min(diagonal, min(up, left[r]));
                        var from_ = NOWHERE; // not LEFT: with a NaN among the three no comparison holds
                        if left[r] <= best && best < FORBIDDEN { from_ = FROM_LEFT; }
                        if up <= min(left[r], best) && best < FORBIDDEN { from_ = FROM_UP; }
                        if diagonal <= min(up, best) && best < FORBIDDEN { from_ = FROM_DIAGONAL; }
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
            }
            if LANES > 1u { storageBarrier(); }
        }
        // Not within the loop: a software driver runs every branch, masked, for every tile.
        if works && p.block_end < blocks {
            carry[state] = vec4(left[0], left[1], left[2], left[3]);
            carry[state + 1u] = vec4(left[4], left[5], left[6], left[7]);
            carry[state + 2u] = vec4(corner);
        }
        if works && p.block_end == blocks && strip + 1u == strips { store_end(pair, row, left); }
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
    // A minimum passes over NaN, but every path crosses the row or column of a non-finite element: where that left
    // only what is unreachable or forbidden, the value is NaN. (The padding is 0; a constant NaN is no valid WGSL.)
    let nan = bitcast<f32>(0x7fc00000u + p.padding0);
    value[value_index(pair)] = select(end, nan, end >= FORBIDDEN);
}
