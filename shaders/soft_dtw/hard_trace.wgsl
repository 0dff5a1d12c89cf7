// DTW backward (gamma = 0): walks one best path of each pair from (n, m) back to (1, 1).
// What becomes of each cell of the path is up to `hard_emit_*.wgsl`.
// Invocation b owns pair b. A dispatch walks at most p.steps cells; `position` carries on to the next one.
// Loops: p.steps * (2 dim + 3) <= 32768.
// Bounds: pair < pairs; steps holds what hard_forward.wgsl left there, position pairs; i < n and j < m since a walk
// that leaves the matrix ends.

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let pair = workgroup_index(id, count) * WORKGROUP + local;
    if pair >= p.pairs { return; }
    find_pair(pair);
    find_stack(q.stack);
    begin_pair();
    var i = q.n - 1u;
    var j = q.m - 1u;
    if p.resume > 0u { // not the first dispatch of this walk
        i = position[pair].x;
        j = position[pair].y;
    }
    for (var step = 0u; step < p.steps; step++) {
        if i >= q.n || j >= q.m { break; } // wrapped around: the walk is over
        let word = steps[tile_index(q.top + i / ROWS, j / COLUMNS)];
        let column = j % COLUMNS;
        let bits = select(word.y, word.x, column < 2u) >> ((column % 2u) * 16u + (i % ROWS) * 2u);
        let origin = bits & 3u; // 0 the diagonal, 1 up, 2 left, 3 nowhere: the value is NaN
        // The padding is 0: a constant NaN is no valid WGSL.
        emit_cell(i, j, select(1.0, not_a_number(), origin == 3u));
        if origin == 3u {
            i = q.n; // ends the walk
            break;
        }
        if origin != 2u { i--; }
        if origin != 1u { j--; }
    }
    position[pair] = vec2(i, j);
}
