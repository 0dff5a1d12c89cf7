// What is written of short rows that begin anywhere.

// Four elements from `at` on, of which there are `count`.
fn store_values(at: u32, count: u32, four: vec4<f32>) {
    if count > 0u { out[at] = four.x; }
    if count > 1u { out[at + 1u] = four.y; }
    if count > 2u { out[at + 2u] = four.z; }
    if count > 3u { out[at + 3u] = four.w; }
}
