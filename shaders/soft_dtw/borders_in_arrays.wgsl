// Borders in arrays of an invocation's own, for pairs of few tiles, each of which one invocation does in one panel. A software driver reads and writes such
// arrays several times as fast as memory. They hold anything at first: of the row above a strip and the column left of a tile, whoever reads one has
// written it before, the forward pass all and the backward pass again what a strip hands up.
// Bounds: a stack has TILES tiles at most, and what is beyond, of invocations that do nothing, is clamped.

const SIDE_BY_SIDE = false;
const STACKED = false;

fn row_step() -> u32 { return 1u; }
fn column_step() -> u32 { return 1u; }

// As `ALL_ROWS` in src/soft_dtw/own_arrays.rs says.
const TILES = 4096u / ROWS;

// One number after the other, of all tiles: drivers compile many short arrays faster than a long one. There is no room for tangents.
var<private> rows: array<array<f32, TILES>, 8>;
var<private> columns: array<array<f32, TILES>, 8u * QUARTERS>;

fn first_of(at: u32, k: u32) -> vec4<f32> {
    let i = min(at, TILES - 1u);
    return vec4(rows[0][i], rows[1][i], rows[2][i], rows[3][i]);
}

fn second_of(at: u32, k: u32) -> vec4<f32> {
    let i = min(at, TILES - 1u);
    return vec4(rows[4][i], rows[5][i], rows[6][i], rows[7][i]);
}

fn set_first(at: u32, k: u32, numbers: vec4<f32>) {
    let i = min(at, TILES - 1u);
    rows[0][i] = numbers.x;
    rows[1][i] = numbers.y;
    rows[2][i] = numbers.z;
    rows[3][i] = numbers.w;
}

fn set_second(at: u32, k: u32, numbers: vec4<f32>) {
    let i = min(at, TILES - 1u);
    rows[4][i] = numbers.x;
    rows[5][i] = numbers.y;
    rows[6][i] = numbers.z;
    rows[7][i] = numbers.w;
}

fn column_pair(at: u32, k: u32) -> Two {
    let i = min(at, TILES - 1u);
    let n = 8u * min(k, QUARTERS - 1u);
    return Two(
        vec4(columns[n][i], columns[n + 1u][i], columns[n + 2u][i], columns[n + 3u][i]),
        vec4(columns[n + 4u][i], columns[n + 5u][i], columns[n + 6u][i], columns[n + 7u][i]),
    );
}

fn set_column_pair(at: u32, k: u32, two: Two) {
    let i = min(at, TILES - 1u);
    let n = 8u * min(k, QUARTERS - 1u);
    columns[n][i] = two.a.x;
    columns[n + 1u][i] = two.a.y;
    columns[n + 2u][i] = two.a.z;
    columns[n + 3u][i] = two.a.w;
    columns[n + 4u][i] = two.b.x;
    columns[n + 5u][i] = two.b.y;
    columns[n + 6u][i] = two.b.z;
    columns[n + 7u][i] = two.b.w;
}

fn await_borders() {}
