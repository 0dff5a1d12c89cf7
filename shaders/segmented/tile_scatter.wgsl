// Radix sort, last step of a pass, where each tile of a row is a workgroup's: every element to its place.
//   place = smaller digits of the row + this digit in tiles before + this digit in the tile so far, so that equal digits keep their order
// The tile's elements are first put into the order of their digits, by a bitonic network over digit and position, so that what is stored
// side by side was sorted side by side.
// Workgroup w owns tile w % tiles of row w / tiles; WORKGROUP is DIGITS.
// Loops: 66 steps of TILE / 2 / WORKGROUP comparators. Barriers: all loops around one have constant bounds.
// Bounds: the places of a row's elements are a permutation of the row; counts holds rows * DIGITS * (tiles + 1).

@group(0) @binding(3) var<storage, read> counts: array<u32>;
@group(0) @binding(4) var<storage, read_write> values: array<u32>; // or keys
@group(0) @binding(5) var<storage, read_write> order: array<u32>;  // or payloads
@group(0) @binding(6) var<uniform> parameters: Parameters;

const TILE = 2048u;
const POSITION_BITS = 11u;

var<workgroup> sorted: array<u32, TILE>; // a digit, or DIGITS beyond the row's end, and the position in the tile
var<workgroup> place_of: array<u32, DIGITS>; // of a digit's first element in the tile
var<workgroup> slot_of: array<u32, DIGITS>;  // where in `sorted` it is

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let w = workgroup_index(id, count);
    // A dispatch over two dimensions has workgroups beyond the last row: they do it again.
    let row = min(w / p.tiles, p.rows - 1u);
    let tile = w % p.tiles;
    let begin = row * p.n;
    let length = length_of(row);

    let total = counts[(p.rows * p.tiles + row) * DIGITS + local];
    let smaller = sum_up_to(local, total) - total;
    place_of[local] = begin + smaller + counts[(row * DIGITS + local) * p.tiles + tile];
    for (var position = local; position < TILE; position += WORKGROUP) {
        let i = tile * TILE + position;
        var digit = DIGITS;
        if i < p.n { digit = digit_of(item(begin, i, length).key, p.shift); }
        sorted[position] = (digit << POSITION_BITS) | position;
    }
    workgroupBarrier();
    for (var run = 2u; run <= TILE; run *= 2u) {
        // As in tile_sort.wgsl.
        for (var distance = run / 2u; distance > 0u; distance /= 2u) {
            let across = select(distance, run - 1u, distance == run / 2u);
            for (var pair = local; pair < TILE / 2u; pair += WORKGROUP) {
                let a = 2u * pair - (pair & (distance - 1u));
                let b = a ^ across;
                let x = sorted[a];
                let y = sorted[b];
                sorted[a] = min(x, y);
                sorted[b] = max(x, y);
            }
            workgroupBarrier();
        }
    }
    for (var slot = local; slot < TILE; slot += WORKGROUP) {
        let digit = sorted[slot] >> POSITION_BITS;
        var before = DIGITS;
        if slot > 0u { before = sorted[slot - 1u] >> POSITION_BITS; }
        if digit != before && digit < DIGITS { slot_of[digit] = slot; }
    }
    workgroupBarrier();
    for (var slot = local; slot < TILE; slot += WORKGROUP) {
        let digit = sorted[slot] >> POSITION_BITS;
        if digit < DIGITS {
            let i = tile * TILE + (sorted[slot] & (TILE - 1u));
            store(place_of[digit] + slot - slot_of[digit], item(begin, i, length));
        }
    }
}
