// Sums of powers of two, as kl_positions.wgsl counts them. Adding saturates, and so is the same in any order.

const LOWEST_POWER = 0x7f000000u; // t stays below

// t: `whole` + `fraction` 2^-32.
struct Position {
    whole: u32,
    fraction: u32,
}

fn advanced(a: Position, b: Position) -> Position {
    let fraction = a.fraction + b.fraction;
    let carry = select(0u, 1u, fraction < a.fraction);
    return Position(min(a.whole + b.whole + carry, LOWEST_POWER), fraction);
}
