// How fast an adapter makes noise: of each invocation's numbers only a sum is stored.

override WORK: u32 = 0u;

const WORDS = 0u;   // Philox alone
const NUMBERS = 1u; // and numbers of its words

const TURNS = 1024u;

@group(0) @binding(0) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    var sum = vec4(0.0);
    for (var turn = 0u; turn < TURNS; turn++) {
        let words = philox(vec4(turn, id.x, 0u, 0u), vec2(7u, 0u));
        if WORK == WORDS { sum += vec4<f32>(vec4<i32>(words)); } else { sum += noise(words).z; }
    }
    out[id.x] = (sum.x + sum.y) + (sum.z + sum.w);
}
