// Scalar products over the coordinates of a sample, or of a row.
//   out[r, s] = sum_i a b, of what OF says
//   SOLUTIONS   a = solutions[r, s, i] - base[r, i] (the latter with BASED), b = other[r, i]
//   PERTURBED   a = solutions[r, s, i], b = other[r, s, i]
//   RANKS       a = solutions[r, s, i], b = i + 1
//   SCORES      a = score(Z_s[i]), b = other[r, i]
// `solutions` and `other` may be shared by all, with a stride of 0.
// LANES invocations own a sample, each every LANES-th block of four coordinates.
// Loops: (end - begin) / (4 LANES), of which the host makes 8192 at most; a dispatch that does not begin at coordinate 0 adds to what the last one left.
// Bounds: samples by g, elements by n.

@group(0) @binding(0) var<storage, read> solutions: array<f32>;
@group(0) @binding(1) var<storage, read> base: array<f32>;
@group(0) @binding(2) var<storage, read> other: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override LANES: u32 = 1u;
override OF: u32 = 0u;
override BASED: bool = false;

const SOLUTIONS = 0u;
const PERTURBED = 1u;
const SCORES = 2u;
const RANKS = 3u;

var<workgroup> sums: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * (WORKGROUP / LANES) + local / LANES;
    let row = min(g / p.samples, p.rows - 1u);
    let item = min(g, p.rows * p.samples - 1u);
    let number = p.first_sample + g % p.samples;
    let blocks = (p.end + 3u) / 4u;
    var sum = 0.0;
    var part = vec4(0.0);
    for (var block = p.begin / 4u + local % LANES; block < blocks; block += LANES) {
        var a = vec4(0.0);
        if OF == SCORES { a = signed_draw(row, number, block).score; }
        part += vec4(
            product(row, item, 4u * block, a.x),
            product(row, item, 4u * block + 1u, a.y),
            product(row, item, 4u * block + 2u, a.z),
            product(row, item, 4u * block + 3u, a.w),
        );
        // Sums of sums, so that rounding does not grow with the row.
        if (block / LANES) % 64u == 63u {
            sum += (part.x + part.y) + (part.z + part.w);
            part = vec4(0.0);
        }
    }
    sum += (part.x + part.y) + (part.z + part.w);
    if LANES > 1u {
        sums[local] = sum;
        // The bounds are the same for all invocations, as the barriers need.
        for (var span = LANES / 2u; span > 0u; span /= 2u) {
            workgroupBarrier();
            if local % LANES < span { sums[local] += sums[local + span]; }
        }
        sum = sums[local];
    }
    if local % LANES == 0u && g < p.rows * p.samples {
        if p.begin > 0u { sum += out[g]; }
        out[g] = sum;
    }
}

fn product(row: u32, item: u32, i: u32, score: f32) -> f32 {
    if i >= p.n { return 0.0; }
    if OF == SCORES { return score * other[p.other_first + row * p.other_stride + i]; }
    let solution = solutions[p.solutions_first + item * p.solutions_stride + i];
    if OF == RANKS { return solution * f32(i + 1u); }
    // What is not chosen may be -infinity.
    if OF == PERTURBED { return select(solution * other[item * p.n + i], 0.0, solution == 0.0); }
    var a = solution;
    if BASED {
        let without_noise = base[row * p.n + i];
        a = select(solution - without_noise, 0.0, solution == without_noise); // both may be -infinity
    }
    return select(a * other[p.other_first + row * p.other_stride + i], 0.0, a == 0.0);
}
