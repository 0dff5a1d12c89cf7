// The largest of perturbed parameters for each sample, in one pass over the coordinates: noise is made, used and forgotten.
//   winners[r, s] = argmax_i x[i], maxima[r, s] = max_i x[i], x = theta + sigma Z_s; of equal ones the first
//   products[r, s] = sum_i score(Z_s[i]) other[r, i]      with PRODUCTS
// theta, other [rows, n] -> winners, maxima, products [rows, samples]
// A workgroup owns WORKGROUP * SAMPLES samples of one row, an invocation SAMPLES samples beside each other: what is read of a row serves them all.
// Loops: (end - begin) / 8 and 4 for each sample, of which the host makes some 32,768 a dispatch at most; a dispatch that does not begin at coordinate 0 goes on from
// what the last one left.
// Bounds: rows by the number of workgroups; elements are clamped to those that there are; samples beyond the last one are not stored.

@group(0) @binding(0) var<storage, read> theta: array<f32>;
@group(0) @binding(1) var<storage, read> other: array<f32>;
@group(0) @binding(2) var<storage, read_write> winners: array<u32>;
@group(0) @binding(3) var<storage, read_write> maxima: array<f32>;
@group(0) @binding(4) var<storage, read_write> products: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

override SAMPLES: u32 = 8u;       // of an invocation: 2 or 8
override PRODUCTS: bool = false;

const THETA = 0u;
const OTHER = 1u;

// What noise makes of NOTHING stays below.
const NO_MORE_THAN_NOTHING = -3.3e38f;

struct Best {
    value: f32,
    block: u32, // of four coordinates
    product: f32,
}

var<private> b0: Best;
var<private> b1: Best;
var<private> b2: Best;
var<private> b3: Best;
var<private> b4: Best;
var<private> b5: Best;
var<private> b6: Best;
var<private> b7: Best;

fn row_element(which: u32, at: u32) -> f32 {
    if which == OTHER { return other[p.other_first + at]; }
    return theta[p.theta_first + at];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, lane: Lane) {
    p = parameters.list[parameters.index.x];
    let groups = (p.samples + WORKGROUP * SAMPLES - 1u) / (WORKGROUP * SAMPLES);
    let row = workgroup_index(id, count) / groups;
    if row >= p.rows { return; } // all of a workgroup
    let sample = workgroup_index(id, count) % groups * (WORKGROUP * SAMPLES) + lane.local * SAMPLES;
    let at = row * p.samples + sample;
    begin(&b0, at, sample);
    begin(&b1, at + 1u, sample + 1u);
    if SAMPLES > 2u {
        begin(&b2, at + 2u, sample + 2u);
        begin(&b3, at + 3u, sample + 3u);
        begin(&b4, at + 4u, sample + 4u);
        begin(&b5, at + 5u, sample + 5u);
        begin(&b6, at + 6u, sample + 6u);
        begin(&b7, at + 7u, sample + 7u);
    }
    var bad = false;
    for (var first = p.begin; first < p.end; first += 8u) {
        let beyond = vec4(first, first + 1u, first + 2u, first + 3u) >= vec4(p.end);
        let beyond_too = vec4(first + 4u, first + 5u, first + 6u, first + 7u) >= vec4(p.end);
        let x = eight(lane, THETA, row * p.n, first, p.end);
        bad = bad || any(is_nan_of(x.first) | is_nan_of(x.second));
        var t: Eight;
        if PRODUCTS {
            t = eight(lane, OTHER, row * p.n, first, p.end);
            t.first = select(t.first, vec4(0.0), beyond);
            t.second = select(t.second, vec4(0.0), beyond_too);
        }
        visit(row, sample, first / 4u, select(x.first, vec4(NOTHING), beyond), t.first);
        visit(row, sample, first / 4u + 1u, select(x.second, vec4(NOTHING), beyond_too), t.second);
    }
    end(b0, row, at, sample, bad);
    end(b1, row, at + 1u, sample + 1u, bad);
    if SAMPLES > 2u {
        end(b2, row, at + 2u, sample + 2u, bad);
        end(b3, row, at + 3u, sample + 3u, bad);
        end(b4, row, at + 4u, sample + 4u, bad);
        end(b5, row, at + 5u, sample + 5u, bad);
        end(b6, row, at + 6u, sample + 6u, bad);
        end(b7, row, at + 7u, sample + 7u, bad);
    }
}

fn is_nan_of(x: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(x) & vec4(0x7fffffffu)) > vec4(0x7f800000u);
}

// Four coordinates for all samples of the invocation.
fn visit(row: u32, sample: u32, block: u32, x: vec4<f32>, t: vec4<f32>) {
    visit_two(&b0, &b1, row, sample, block, x, t);
    if SAMPLES > 2u {
        visit_two(&b2, &b3, row, sample + 2u, block, x, t);
        visit_two(&b4, &b5, row, sample + 4u, block, x, t);
        visit_two(&b6, &b7, row, sample + 6u, block, x, t);
    }
}

fn visit_two(a: ptr<private, Best>, b: ptr<private, Best>, row: u32, sample: u32, block: u32, x: vec4<f32>, t: vec4<f32>) {
    let number = p.first_sample + sample;
    let it = draw(row, number, block);
    visit_one(a, it, block, x, t);
    if ANTITHETIC {
        visit_one(b, mirrored(it), block, x, t);
    } else {
        visit_one(b, draw(row, number + 1u, block), block, x, t);
    }
}

// Four coordinates are compared as one; which of them it is comes at the end.
fn visit_one(b: ptr<private, Best>, it: Noise, block: u32, x: vec4<f32>, t: vec4<f32>) {
    let first = max(perturbed(x.x, it.z.x), perturbed(x.y, it.z.y));
    let largest = max(first, max(perturbed(x.z, it.z.z), perturbed(x.w, it.z.w)));
    let more = largest > (*b).value;
    (*b).value = select((*b).value, largest, more);
    (*b).block = select((*b).block, block, more);
    if PRODUCTS { (*b).product += dot(it.score, t); }
}

// The first of the largest of a block's four coordinates, drawn again.
fn winner(block: u32, row: u32, sample: u32) -> u32 {
    let z = signed_draw(row, p.first_sample + sample, block).z;
    var at = 4u * block;
    var largest = coordinate(row, at, z.x);
    for (var k = 1u; k < 4u; k++) {
        let x = coordinate(row, 4u * block + k, z[k]);
        if 4u * block + k < p.n && x > largest {
            largest = x;
            at = 4u * block + k;
        }
    }
    return at;
}

fn coordinate(row: u32, i: u32, z: f32) -> f32 {
    if i >= p.n { return NOTHING; }
    return perturbed(theta[p.theta_first + row * p.n + i], z);
}

fn begin(b: ptr<private, Best>, at: u32, sample: u32) {
    *b = Best(NOTHING, 0u, 0.0);
    if p.begin > 0u && sample < p.samples {
        *b = Best(maxima[at], winners[at] / 4u, 0.0);
        if PRODUCTS { (*b).product = products[at]; }
    }
}

fn end(b: Best, row: u32, at: u32, sample: u32, bad: bool) {
    if sample >= p.samples { return; }
    winners[at] = winner(b.block, row, sample);
    // In the end nothing may have been found.
    let none = p.end == p.n && b.value <= NO_MORE_THAN_NOTHING;
    maxima[at] = select(b.value, not_a_number(), bad || none || is_nan(b.value));
    if PRODUCTS { products[at] = b.product; }
}
