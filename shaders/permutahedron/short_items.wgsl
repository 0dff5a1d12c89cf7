// What is sorted of a short row: a number of 64 bits, a key above its payload (key.wgsl), with the highest bit turned over, since drivers compare
// signed numbers faster.

alias Item = i64;
alias Four = vec4<i64>;

const LEAST: Item = -0x7fffffffffffffffli; // below all of them

fn item_of(key: u32, payload: u32) -> Item { return bitcast<i64>((u64(key ^ SIGN) << 32u) | u64(payload)); }

fn key_in(it: Item) -> u32 { return u32(bitcast<u64>(it) >> 32u) ^ SIGN; }

fn payload_in(it: Item) -> u32 { return u32(bitcast<u64>(it)); }
