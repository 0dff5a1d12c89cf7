// The K largest of perturbed parameters for each sample, in one pass over the coordinates, as argmax.wgsl finds the largest.
//   winners[r, s, j] = the coordinate of the j-th largest of x, values[r, s, j] = that, maxima[r, s] = their sum, x = theta + sigma Z_s; of equal ones the first
//   products[r, s] = sum_i score(Z_s[i]) other[r, i]      with PRODUCTS
// Where fewer than K parameters may be chosen the maximum is no number.
// theta, other [rows, n] -> winners, values [rows, samples, K], maxima, products [rows, samples]
// A workgroup owns WORKGROUP * 2 samples of one row, an invocation two samples beside each other.
// Loops: (end - begin) / 8, in each of which two more for every one of four times four coordinates that may be among the largest: 41 turns at
// most, and 32,768 in a dispatch by the host; a dispatch that does not begin at coordinate 0 goes on from what the last one left.
// Bounds: rows by the number of workgroups; elements are clamped to those that there are; samples beyond the last one are not stored.

@group(0) @binding(0) var<storage, read> theta: array<f32>;
@group(0) @binding(1) var<storage, read> other: array<f32>;
@group(0) @binding(2) var<storage, read_write> winners: array<u32>;
@group(0) @binding(3) var<storage, read_write> values: array<f32>;
@group(0) @binding(4) var<storage, read_write> maxima: array<f32>;
@group(0) @binding(5) var<storage, read_write> products: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override K: u32 = 2u; // 2 to 16
override PRODUCTS: bool = false;

const THETA = 0u;
const OTHER = 1u;

// The largest so far, in descending order.
struct Top {
    value: array<f32, 16>,
    coordinate: array<u32, 16>,
    product: f32,
}

var<private> a: Top;
var<private> b: Top;

// What is to be put into its place: once that is found all after it move on.
var<private> value: f32;
var<private> coordinate: u32;
var<private> placed: bool;

fn row_element(which: u32, at: u32) -> f32 {
    if which == OTHER { return other[p.other_first + at]; }
    return theta[p.theta_first + at];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, lane: Lane) {
    p = parameters.list[parameters.index.x];
    let groups = (p.samples + WORKGROUP * 2u - 1u) / (WORKGROUP * 2u);
    let row = workgroup_index(id, count) / groups;
    if row >= p.rows { return; } // all of a workgroup
    let sample = workgroup_index(id, count) % groups * (WORKGROUP * 2u) + lane.local * 2u;
    let at = row * p.samples + sample;
    begin(&a, at, sample);
    begin(&b, at + 1u, sample + 1u);
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
    end(&a, at, sample, bad);
    end(&b, at + 1u, sample + 1u, bad);
}

fn is_nan_of(x: vec4<f32>) -> vec4<bool> {
    return (bitcast<vec4<u32>>(x) & vec4(0x7fffffffu)) > vec4(0x7f800000u);
}

// Four coordinates for both samples.
fn visit(row: u32, sample: u32, block: u32, x: vec4<f32>, t: vec4<f32>) {
    let number = p.first_sample + sample;
    let it = draw(row, number, block);
    visit_one(&a, it, block, x, t);
    if ANTITHETIC {
        visit_one(&b, mirrored(it), block, x, t);
    } else {
        visit_one(&b, draw(row, number + 1u, block), block, x, t);
    }
}

fn visit_one(top: ptr<private, Top>, it: Noise, block: u32, x: vec4<f32>, t: vec4<f32>) {
    if PRODUCTS { (*top).product += dot(it.score, t); }
    var y = vec4(perturbed(x.x, it.z.x), perturbed(x.y, it.z.y), perturbed(x.z, it.z.z), perturbed(x.w, it.z.w));
    y = select(y, vec4(NOTHING), x <= vec4(NOTHING)); // whatever the noise: there is no such coordinate, or it is not to be chosen
    // A loop, since a software driver goes through branches that no lane takes, and seldom do any of four get in.
    loop {
        value = max(max(y.x, y.y), max(y.z, y.w));
        if !(value > (*top).value[K - 1u]) { break; }
        let which = select(select(select(3u, 2u, y.z == value), 1u, y.y == value), 0u, y.x == value);
        y = select(y, vec4(NOTHING), vec4(which) == vec4(0u, 1u, 2u, 3u));
        coordinate = 4u * block + which;
        placed = false;
        place(top, 0u);
        place(top, 1u);
        if K > 2u { place(top, 2u); }
        if K > 3u { place(top, 3u); }
        if K > 4u { place(top, 4u); }
        if K > 5u { place(top, 5u); }
        if K > 6u { place(top, 6u); }
        if K > 7u { place(top, 7u); }
        if K > 8u { place(top, 8u); }
        if K > 9u { place(top, 9u); }
        if K > 10u { place(top, 10u); }
        if K > 11u { place(top, 11u); }
        if K > 12u { place(top, 12u); }
        if K > 13u { place(top, 13u); }
        if K > 14u { place(top, 14u); }
        if K > 15u { place(top, 15u); }
    }
}

// Puts what is to be put in place j, if it is larger than what is there, and goes on with that.
fn place(top: ptr<private, Top>, j: u32) {
    placed = placed || value > (*top).value[j];
    let old_value = (*top).value[j];
    let old_coordinate = (*top).coordinate[j];
    (*top).value[j] = select(old_value, value, placed);
    (*top).coordinate[j] = select(old_coordinate, coordinate, placed);
    value = select(value, old_value, placed);
    coordinate = select(coordinate, old_coordinate, placed);
}

fn begin(top: ptr<private, Top>, at: u32, sample: u32) {
    let goes_on = p.begin > 0u && sample < p.samples;
    for (var j = 0u; j < K; j++) {
        (*top).value[j] = NOTHING;
        (*top).coordinate[j] = 0u;
        if goes_on {
            (*top).value[j] = values[at * K + j];
            (*top).coordinate[j] = winners[at * K + j];
        }
    }
    (*top).product = 0.0;
    if PRODUCTS && goes_on { (*top).product = products[at]; }
}

fn end(top: ptr<private, Top>, at: u32, sample: u32, bad: bool) {
    if sample >= p.samples { return; }
    var sum = 0.0;
    for (var j = 0u; j < K; j++) {
        values[at * K + j] = (*top).value[j];
        winners[at * K + j] = (*top).coordinate[j];
        sum += (*top).value[j];
    }
    let none = bad || is_nan(sum) || (p.end == p.n && (*top).value[K - 1u] <= NOTHING);
    maxima[at] = select(sum, not_a_number(), none);
    // The next dispatch finds it there, where nothing is larger.
    if bad { values[at * K] = not_a_number(); }
    if PRODUCTS { products[at] = (*top).product; }
}
