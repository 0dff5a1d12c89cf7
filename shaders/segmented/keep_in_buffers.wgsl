// Keys and payloads for the next pass, in two buffers.

fn keep(at: u32, it: Item) {
    values[at] = it.key;
    order[at] = it.payload;
}
