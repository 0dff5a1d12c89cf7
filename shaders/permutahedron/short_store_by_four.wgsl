// What is written of short rows that begin at multiples of four elements.

// Four elements from `at` on, of which there are `count`.
fn store_values(at: u32, count: u32, four: vec4<f32>) {
    if count > 0u { out[at >> 2u] = four; }
}
