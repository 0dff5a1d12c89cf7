// Rows that an invocation fits alone, first step, for drivers that load slowly from buffers: from each element on what pool.wgsl takes differences
// of, and the blocks in which elements begin that are out of order with the one before them.
// s, w in textures, counts as in project.wgsl -> sums [rows, n]; bits as of project.wgsl, of which the starts
// Invocation g owns row g.
// Loops: once over the row. Bounds: rows are clamped to those that there are; slots of `sums` are counted like elements.

@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<u64>;
@group(0) @binding(4) var<storage, read_write> bits: array<u32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count) * WORKGROUP + local;
    if row >= p.rows { return; }
    find_row(row);
    if q.n == 0u { return; }
    begin_row();
    var s = s_at(q.n - 1u);
    var w = w_at(q.n - 1u);
    begin_sums();
    for (var word = (q.n - 1u) / 32u + 1u; word > 0u; word--) {
        let begin = 32u * (word - 1u);
        var starts = 0u;
        for (var i = min(begin + 32u, q.n); i > begin; i--) {
            let here = i - 1u;
            keep_sums(slot_of(here));
            var is_start = true;
            if here > 0u {
                let s_before = s_at(here - 1u);
                let w_before = w_at(here - 1u);
                is_start = is_border(here) || is_step(here, s_before, s, w_before, w);
                pass_step(here - 1u, is_border(here));
                s = s_before;
                w = w_before;
            }
            starts |= select(0u, 1u << (here - begin), is_start);
        }
        bits[q.bits + begin / 16u] = starts;
    }
}

fn row_end() -> u32 { return q.n; }
