// Eight elements of a row, each read by one lane of a subgroup of 8 or more, and passed on: all lanes of a subgroup work on one row.

struct Lane {
    @builtin(local_invocation_index) local: u32,
    @builtin(subgroup_invocation_id) of_subgroup: u32,
}

struct Eight {
    first: vec4<f32>,
    second: vec4<f32>,
}

// Elements first to first + 7 of an array that `row_element` reads; those from `end` on are the last one again.
fn eight(lane: Lane, which: u32, at: u32, first: u32, end: u32) -> Eight {
    let mine = row_element(which, at + min(first + (lane.of_subgroup & 7u), end - 1u));
    return Eight(
        vec4(
            subgroupBroadcast(mine, 0u),
            subgroupBroadcast(mine, 1u),
            subgroupBroadcast(mine, 2u),
            subgroupBroadcast(mine, 3u),
        ),
        vec4(
            subgroupBroadcast(mine, 4u),
            subgroupBroadcast(mine, 5u),
            subgroupBroadcast(mine, 6u),
            subgroupBroadcast(mine, 7u),
        ),
    );
}
