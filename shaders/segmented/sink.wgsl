// Where a kernel puts what it has sorted: what the next pass reads, or in the last pass values and the order.

override LAST: bool = false;   // the last pass
override VALUES: bool = false; // the values are asked for
override ORDER: bool = false;  // the order is asked for

fn store(at: u32, it: Item) {
    if !LAST {
        keep(at, it);
        return;
    }
    if VALUES { values[p.values_first + at] = value_of(it.key, it.payload, p.flip); }
    if ORDER { order[p.order_first + at] = index_of(it.payload); }
}
