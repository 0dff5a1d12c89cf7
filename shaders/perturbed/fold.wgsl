// Sums of chunks added to sums of rows, in the order of the chunks, so that it does not matter in how many dispatches they come.
//   recent[r, i] += partial[r, c, i] for one chunk c after the other; after every RUN of them, and the last of all, sums[r, i] += recent[r, i] and that begins anew
// Of so many terms that each is nothing to their sum one running sum would lose more and more, and stand still at 2^24 equal ones.
// partial [rows, chunks, width] -> recent, sums [rows, width]
// Invocation g owns element g of the sums.
// Loops: chunks, 4096 at most by the host. Bounds: g < rows width.

struct Params {
    rows: u32,
    width: u32,
    chunks: u32,
    first: u32, // the number of the first chunk
    begins: u32, // 1 where it is the first of all
    ends: u32,   // 1 where the last chunk is the last of all
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read_write> recent: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

const RUN = 4096u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.width;
    if row >= p.rows { return; }
    var sum = 0.0;
    if p.begins == 0u { sum = recent[g]; }
    for (var chunk = 0u; chunk < p.chunks; chunk++) {
        sum += partial[(row * p.chunks + chunk) * p.width + g % p.width];
        let last = p.ends == 1u && chunk + 1u == p.chunks;
        if last || (p.first + chunk) % RUN == RUN - 1u {
            sums[g] += sum;
            sum = 0.0;
        }
    }
    recent[g] = sum;
}
