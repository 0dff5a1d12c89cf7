// What is sorted of a short row where the order is not asked for: keys alone, which are half of the instructions. A -0 becomes 0.

alias Item = i32;
alias Four = vec4<i32>;

const LEAST: Item = -0x7fffffffi; // below all of them

fn item_of(key: u32, payload: u32) -> Item { return bitcast<i32>(key ^ SIGN); }

fn key_in(it: Item) -> u32 { return bitcast<u32>(it) ^ SIGN; }

fn payload_in(it: Item) -> u32 { return 0u; }
