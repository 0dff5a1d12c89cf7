// The noise of a sample, four coordinates at a time, made again wherever it is needed: counter (block of coordinates, sample, problem, 0),
// key the seed. And what all kernels of this family share.

override MULTIPLICATIVE: bool = false; // theta exp(sigma Z - c) instead of theta + sigma Z
override ANTITHETIC: bool = false;     // samples 2 j and 2 j + 1 have the noise Z and -Z

// Mirrored by `DrawParams` in src/perturbed/params.rs.
struct Params {
    rows: u32,          // problems of this dispatch
    n: u32,             // coordinates of a problem
    samples: u32,       // of this dispatch, for each row
    first_sample: u32,  // the number of the first of them
    first_problem: u32, // the number of the first row's problem
    seed_low: u32,
    seed_high: u32,
    sigma: f32,
    theta_first: u32,   // elements of the bindings before the first row's
    other_first: u32,
    begin: u32,         // coordinates of this dispatch, from begin to end; begin is a multiple of 8
    end: u32,
    chunks: u32,        // of samples, for each row
    other_stride: u32,  // dots.wgsl: elements of `other` from one row's to the next one's, and of `solutions` from one sample's
    solutions_first: u32, // elements of their binding before the first sample's
    solutions_stride: u32,
}

// Stands for a coordinate that is not there: below every other one.
const NOTHING = -3.4e38f;

struct Noise {
    z: vec4<f32>,
    score: vec4<f32>, // minus the derivative of the logarithm of the density
}

// A number within (0, 1] from a word.
fn unit(word: u32) -> f32 { return (f32(i32(word >> 1u)) + 0.5) * 4.6566128730773926e-10; } // 2^-31

// Within (0, 1), for a caller's noise.
fn open_unit(word: u32) -> f32 { return min(unit(word), 0.99999994); }

// The noise of coordinates 4 block to 4 block + 3, up to the sign of an antithetic sample.
fn draw(row: u32, sample: u32, block: u32) -> Noise {
    let which = select(sample, sample >> 1u, ANTITHETIC);
    return noise(philox(vec4(block, which, p.first_problem + row, 0u), vec2(p.seed_low, p.seed_high)));
}

// The second one of a pair.
fn mirrored(a: Noise) -> Noise { return Noise(-a.z, -a.score); }

// The noise with the sign of the sample.
fn signed_draw(row: u32, sample: u32, block: u32) -> Noise {
    let it = draw(row, sample, block);
    if ANTITHETIC && (sample & 1u) == 1u { return mirrored(it); }
    return it;
}

fn perturbed(theta: f32, z: f32) -> f32 {
    if MULTIPLICATIVE { return select(theta * exp_of(p.sigma * z - log_mean_exp(p.sigma)), theta, theta <= NOTHING); }
    return theta + p.sigma * z;
}

// exp(x) within 2e-6 of it for |x| < 20.
fn exp_of(x: f32) -> f32 {
    return inverse_power_of_two(clamp(-1.44269504 * x, -126.0, 126.0));
}
