// Matrices whose rows and columns are filled up with zeros to multiples of four.
// source [batch, rows, columns] -> out [batch, rows4, columns4] as vectors
// Invocation g owns vector g.
// Loops: 4. Bounds: g < batch rows4 columns4 / 4; the source within rows and columns.

struct Params {
    batch: u32,
    rows: u32,
    columns: u32,
    rows4: u32,
    vectors: u32, // in a row of the output
    first: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.batch * p.rows4 * p.vectors { return; }
    let row = g / p.vectors % p.rows4;
    let batch = g / (p.vectors * p.rows4);
    var x: vec4<f32>;
    for (var c = 0u; c < 4u; c++) {
        let column = g % p.vectors * 4u + c;
        if row < p.rows && column < p.columns {
            x[c] = source[p.first + (batch * p.rows + row) * p.columns + column];
        }
    }
    out[g] = x;
}
