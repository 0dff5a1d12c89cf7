// Eight elements of a row, each read by every lane for itself.

struct Lane {
    @builtin(local_invocation_index) local: u32,
}

struct Eight {
    first: vec4<f32>,
    second: vec4<f32>,
}

// Elements first to first + 7 of an array that `row_element` reads; those from `end` on are the last one again.
fn eight(lane: Lane, which: u32, at: u32, first: u32, end: u32) -> Eight {
    let last = end - 1u;
    return Eight(
        vec4(
            row_element(which, at + min(first, last)),
            row_element(which, at + min(first + 1u, last)),
            row_element(which, at + min(first + 2u, last)),
            row_element(which, at + min(first + 3u, last)),
        ),
        vec4(
            row_element(which, at + min(first + 4u, last)),
            row_element(which, at + min(first + 5u, last)),
            row_element(which, at + min(first + 6u, last)),
            row_element(which, at + min(first + 7u, last)),
        ),
    );
}
