// Comparators of network.wgsl for keys with payloads. Equal keys keep the order of their payloads, so that the network is stable.

struct Four {
    key: vec4<i32>, // keys with the highest bit turned over: drivers compare signed numbers faster
    payload: vec4<i32>,
}

struct Ordered {
    low: Four,
    high: Four,
}

fn ordered(x: Four, y: Four) -> Ordered {
    let swap = (x.key > y.key) | ((x.key == y.key) & (x.payload > y.payload));
    return Ordered(
        Four(select(x.key, y.key, swap), select(x.payload, y.payload, swap)),
        Four(select(y.key, x.key, swap), select(y.payload, x.payload, swap)),
    );
}

// Each element of a against the one of b in its column.
fn compare(a: ptr<private, Four>, b: ptr<private, Four>) {
    let it = ordered(*a, *b);
    *a = it.low;
    *b = it.high;
}

// In each row the first element against the second, the third against the fourth.
fn compare_neighbours(a: ptr<private, Four>, b: ptr<private, Four>) {
    let x = *a;
    let y = *b;
    let it = ordered(
        Four(vec4(x.key.xz, y.key.xz), vec4(x.payload.xz, y.payload.xz)),
        Four(vec4(x.key.yw, y.key.yw), vec4(x.payload.yw, y.payload.yw)),
    );
    let low = it.low;
    let high = it.high;
    *a = Four(vec4(low.key.x, high.key.x, low.key.y, high.key.y), vec4(low.payload.x, high.payload.x, low.payload.y, high.payload.y));
    *b = Four(vec4(low.key.z, high.key.z, low.key.w, high.key.w), vec4(low.payload.z, high.payload.z, low.payload.w, high.payload.w));
}

// The first and third elements of each row against the second and fourth ones of the other.
fn cross_neighbours(a: ptr<private, Four>, b: ptr<private, Four>) {
    let x = *a;
    let y = *b;
    let it = ordered(
        Four(vec4(x.key.xz, y.key.xz), vec4(x.payload.xz, y.payload.xz)),
        Four(vec4(y.key.yw, x.key.yw), vec4(y.payload.yw, x.payload.yw)),
    );
    let low = it.low;
    let high = it.high;
    *a = Four(vec4(low.key.x, high.key.z, low.key.y, high.key.w), vec4(low.payload.x, high.payload.z, low.payload.y, high.payload.w));
    *b = Four(vec4(low.key.z, high.key.x, low.key.w, high.key.y), vec4(low.payload.z, high.payload.x, low.payload.w, high.payload.y));
}

// The first two elements of each row against the last two of the other, in reverse.
fn cross_halves(a: ptr<private, Four>, b: ptr<private, Four>) {
    let x = *a;
    let y = *b;
    let it = ordered(
        Four(vec4(x.key.xy, y.key.xy), vec4(x.payload.xy, y.payload.xy)),
        Four(vec4(y.key.wz, x.key.wz), vec4(y.payload.wz, x.payload.wz)),
    );
    *a = Four(vec4(it.low.key.xy, it.high.key.wz), vec4(it.low.payload.xy, it.high.payload.wz));
    *b = Four(vec4(it.low.key.zw, it.high.key.yx), vec4(it.low.payload.zw, it.high.payload.yx));
}
